using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Emission;
using Qbitel.Discovery.Sessions;
using Qbitel.Discovery.Tests.Grammars;

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
    public void Any_text_is_a_session_or_an_error()
    {
        Prop.ForAll<string>(text => Read(text ?? "")).QuickCheckThrowOnFailure();
        Dice dice = new(4);
        byte[] whole = Encoding.UTF8.GetBytes(Session(new SessionEdit("a") { Name = "b", SplitAt = 3, Type = "t" }).ToString());
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
                Assert.Equal(DiscoverySession.Parse(text).ToString(), DiscoverySession.Parse(DiscoverySession.Parse(text).ToString()).ToString());
            }
            catch (FormatException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }
}
