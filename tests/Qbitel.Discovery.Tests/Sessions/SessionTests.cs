using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Emission;
using Qbitel.Discovery.Grammars.Layouts;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Sessions;
using Qbitel.Discovery.Tests.Grammars;
using Qbitel.Protocols.Layouts;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Sessions;

public sealed class SessionTests
{
    private static DiscoveredProtocol Protocol(string name, int seed = 1) => new()
    {
        Name = name,
        Confidence = 1,
        MessageTypes = [],
        Flows = [],
        Messages = [],
        Basis = MadeProtocols.Make(name, 300, seed),
    };

    private static DiscoverySession Session(params SessionEdit[] edits) =>
        new() { Protocol = "tlv", Capture = "a.jsonl", Edits = edits };

    [Fact]
    public async Task Names_splits_and_merges_of_a_person_are_in_what_is_generated()
    {
        DiscoverySession session = Session(
            new SessionEdit("sequence") { Name = "trace_number", Semantic = "sequence" },
            new SessionEdit("time") { SplitAt = 2, Name = "time_low" },
            new SessionEdit("count") { Name = "item_count" });

        GeneratedAdapter adapter = await new ProtocolAdapterGenerator().GenerateAdapterAsync(Protocol("tlv"),
            DiscoverySession.Parse(session.ToString()), TestContext.Current.CancellationToken);

        Assert.DoesNotContain(adapter.Withheld, w => w.Target == "csharp");
        Assert.Equal(adapter.Acceptance.Read, adapter.Acceptance.Rebuilt);
        Assert.Contains(adapter.FieldMappings, m => m.Source == "trace_number" && m.Confidence == 1);
        Assert.Contains(adapter.FieldMappings, m => m.Source == "time_low");
        Assert.DoesNotContain(adapter.FieldMappings, m => m.Source == "sequence");
    }

    [Fact]
    public async Task Merged_fields_are_one()
    {
        GeneratedAdapter adapter = await new ProtocolAdapterGenerator().GenerateAdapterAsync(Protocol("tlv"),
            Session(new SessionEdit("sequence") { MergeWith = "flags", Name = "head_data" }),
            TestContext.Current.CancellationToken);

        Assert.Contains(adapter.FieldMappings, m => m.Source == "head_data");
        Assert.DoesNotContain(adapter.FieldMappings, m => m.Source == "flags");
        Assert.Equal(60, adapter.Acceptance.Rebuilt);
    }

    [Fact]
    public async Task Fields_in_the_items_of_a_chain_are_edited_by_their_path()
    {
        DiscoveredProtocol protocol = Protocol("tlv");
        SessionField[] inferred = [.. new SessionModel(protocol, Session())
            .Fields.Where(f => f.Name.Contains('.', StringComparison.Ordinal))];
        string chain = inferred[0].Name.Split('.')[0];
        Assert.Equal(["tag", "length", "value"], inferred.Take(3).Select(f => f.Name[(chain.Length + 1)..]));
        DiscoverySession session = Session(
            new SessionEdit($"{chain}.tag") { Name = "kind", Semantic = "id" },
            new SessionEdit($"{chain}.kind") { SplitAt = 1, Name = "kind_low" },
            new SessionEdit($"{chain}.kind") { MergeWith = $"{chain}.kind_low", Name = "option" },
            new SessionEdit($"{chain}.option") { Encoding = "uint16be" },
            new SessionEdit($"{chain}.length") { Name = "size" },
            new SessionEdit($"{chain}.value") { Name = "content", Semantic = "string" },
            new SessionEdit(chain) { Name = "options" });
        SessionModel model = new(protocol, DiscoverySession.Parse(session.ToString()));

        SessionField[] said = [.. model.Fields.Where(f => f.Name.StartsWith("options.", StringComparison.Ordinal))];
        Assert.Equal([("options.option", "uint16be", "id"), ("options.size", "uint16be", "length"),
            ("options.content", "bytes", "string")],
            said.Take(3).Select(f => (f.Name, f.Encoding, f.Semantic)));
        Assert.All(said, f => Assert.True(f.IsSaid));
        Assert.Equal("as size says", said[2].Size);

        // Names, code and later traffic follow them.
        Assert.Contains("options[0].content", Names(model.Protocol));
        GeneratedAdapter adapter = await new ProtocolAdapterGenerator().GenerateAdapterAsync(protocol, session,
            TestContext.Current.CancellationToken);
        Assert.DoesNotContain(adapter.Withheld, w => w.Target == "csharp");
        Assert.Equal((60, 60), (adapter.Acceptance.Read, adapter.Acceptance.Rebuilt));
        Assert.Contains(adapter.FieldMappings, m => m.Source == "options[].content" && m.Confidence == 1);
        byte[][] later = [.. MadeProtocols.Make("tlv", 50, seed: 9).Samples.Select(s => s.Bytes.ToArray())];
        Assert.Empty(session.Contradictions(protocol, later.Select(m => (ReadOnlyMemory<byte>)m)));
        int broken = Array.FindIndex(later, m => m[3] != 4);
        later[broken][23] ^= 0x40; // the length of the first item
        SessionContradiction found = Assert.Single(
            session.Contradictions(protocol, later.Select(m => (ReadOnlyMemory<byte>)m)));
        Assert.Equal((broken, "options[0].content"), (found.FirstMessage, found.Path));
    }

    [Theory]
    [InlineData("nothing", "x", null, "no field")]
    [InlineData("value.x", "x", null, "no field")]
    [InlineData("value", "tag", null, "is taken")]
    [InlineData("value", "version", null, "is taken")]
    [InlineData("value", null, "uint32be", "would not hold")]
    [InlineData("length", null, "digits", "tied to other fields")]
    public void What_cannot_be_said_of_a_field_in_a_chain_is_told(
        string field, string? name, string? encoding, string expected)
    {
        string chain = new SessionModel(Protocol("tlv"), Session()).Fields.First(f => f.Encoding == "items").Name;
        FormatException error = Assert.Throws<FormatException>(() => new SessionModel(Protocol("tlv"),
            Session(new SessionEdit($"{chain}.{field}") { Name = name, Encoding = encoding })));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", "x", "no field")]
    [InlineData("sequence", "Not A Name", "small letters")]
    [InlineData("sequence", "flags", "is taken")]
    public async Task What_cannot_be_applied_is_told(string field, string name, string expected)
    {
        FormatException error = await Assert.ThrowsAsync<FormatException>(() => new ProtocolAdapterGenerator()
            .GenerateAdapterAsync(Protocol("tlv"), Session(new SessionEdit(field) { Name = name }),
                TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Traffic_that_contradicts_the_model_is_told_by_reason()
    {
        byte[][] later = [.. MadeProtocols.Make("tlv", 50, seed: 9).Samples.Select(s => s.Bytes.ToArray())];
        later[3][2] = 2; // another version
        later[7][3] = 9; // another type

        IReadOnlyList<SessionContradiction> found = Session().Contradictions(Protocol("tlv"),
            later.Select(m => (ReadOnlyMemory<byte>)m));

        Assert.Contains(found, c => c is { Path: "version", FirstMessage: 3, Count: 1 });
        Assert.Contains(found, c => c is { Code: "Layout.UnknownType", FirstMessage: 7, Count: 1 });
        Assert.Equal(2, found.Count);
    }

    [Fact]
    [Trait("Soak", "discovery")]
    public void Whatever_is_said_of_fields_ends_in_a_layout_that_holds_or_in_a_reason()
    {
        InferredProtocol made = MadeProtocols.Make("tlv", 200);
        Layout layout = LayoutLearner.Learn(made, "tlv");
        string chain = layout.Types.SelectMany(t => t.Parts).OfType<LayoutChain>().First().Name;
        string[] names = [.. layout.Types[0].Parts.Select(p => p.Name), chain, $"{chain}.tag", $"{chain}.length",
            $"{chain}.value", $"{chain}.a", "a", "b", "a.a", "a.value", ".", "a.", ""];
        string?[] said = ["a", "b", "tag", "length", "X", null, null],
            encodings = ["digits", "uint16be", "bytes", "bcd", null, null];
        int?[] sizes = [0, 1, 2, 30, null, null, null];
        Dice dice = new(7);
        int applied = 0;
        for (int i = 0; i < Soak.Times(300, 100_000); i++)
        {
            int count = 1 + dice.Next(4);
            SessionEdit[] edits = [.. Enumerable.Range(0, count).Select(_ => new SessionEdit(Any(names)!)
            {
                Name = Any(said),
                Encoding = Any(encodings),
                MergeWith = dice.Next(4) == 0 ? Any(names) : null,
                SplitAt = dice.Next(4) == 0 ? 1 + dice.Next(3) : null,
                Start = sizes[dice.Next(sizes.Length)],
                Length = 1 + dice.Next(4),
            })];

            Layout edited = SessionEdits.Apply(layout, edits, out IReadOnlyList<string> left);

            Assert.InRange(left.Count, 0, edits.Length);
            applied += edits.Length - left.Count;
            Assert.True(LayoutSpec.TryRead(LayoutSpec.Write(edited), out Layout? read, out string? error), error);
            // Where it is cut and called otherwise, it still reads what it was learnt from.
            if (i % 20 != 0 || edits.Any(e => e.Encoding is not null)) continue;
            Assert.All(made.Samples, s => Assert.True(LayoutParser.Parse(read!, s.Bytes).IsValid));
        }

        Assert.True(applied > 50, $"only {applied} edits were applied");

        string? Any(string?[] of) => of[dice.Next(of.Length)];
    }

    private static IEnumerable<string> Names(DiscoveredProtocol protocol) =>
        ((InferredProtocol)protocol.Basis!).Fields.SelectMany(f => f).Select(f => f.Name);

    [Fact]
    public void Any_text_is_a_session_or_an_error()
    {
        Prop.ForAll<string>(text => Read(text ?? "")).QuickCheckThrowOnFailure();
        Dice dice = new(4);
        byte[] whole = Encoding.UTF8.GetBytes(
            Session(new SessionEdit("a") { Name = "b", SplitAt = 3, Type = "t" }).ToString());
        for (int i = 0; i < 3_000; i++)
        {
            byte[] text = [.. whole];
            for (int n = dice.Next(3); n >= 0; n--) text[dice.Next(text.Length)] = (byte)dice.Next(128);
            Read(Encoding.UTF8.GetString(text));
        }

        static void Read(string text)
        {
            try
            {
                string once = DiscoverySession.Parse(text).ToString();
                Assert.Equal(once, DiscoverySession.Parse(once).ToString());
            }
            catch (FormatException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }
}
