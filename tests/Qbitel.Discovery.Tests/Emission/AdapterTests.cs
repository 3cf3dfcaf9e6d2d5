using Qbitel.Discovery.Emission;
using Qbitel.Discovery.Grammars.Layouts;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Tests.Grammars;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Packets;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Tests.Emission;

public sealed class AdapterTests
{
    public static readonly TheoryData<string> Names = [.. MadeProtocols.Names];

    [Theory, MemberData(nameof(Names))]
    public void Generated_code_reads_rebuilds_and_refuses_as_it_must(string name)
    {
        GeneratedAdapter adapter = ProtocolAdapterGenerator.Generate(MadeProtocols.Make(name, 400), name,
            cancellationToken: TestContext.Current.CancellationToken);

        AdapterAcceptance acceptance = adapter.Acceptance;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {acceptance}, complexity {adapter.ComplexityScore}");
        Assert.DoesNotContain(adapter.Withheld, w => w.Target == "csharp");
        Assert.Equal(80, acceptance.HeldBack);
        Assert.InRange(acceptance.Read, 76, 80);
        Assert.Equal(acceptance.Read, acceptance.Rebuilt);
        // A length may be changed to another that goes on into the zeros that fill up.
        double refused = name == "padded" ? 0.8 : 0.9;
        Assert.True(acceptance.Refused >= refused * acceptance.Corrupted, $"{acceptance}");
        Assert.Contains(adapter.Artefacts, a => a.Target == "tests");
        Assert.NotEmpty(adapter.FieldMappings);
    }

    [Fact]
    public void Code_that_does_not_write_messages_back_is_withheld_with_the_reason()
    {
        InferredProtocol protocol = MadeProtocols.Make("strings", 200);
        Layout layout = LayoutLearner.Learn(MadeProtocols.Make("records", 200), "other");

        GeneratedAdapter adapter = ProtocolAdapterGenerator.Generate(protocol, layout,
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.DoesNotContain(adapter.Artefacts, a => a.Target != "markdown");
        Assert.Contains("reads 0 of 40", adapter.Withheld.First(w => w.Target == "csharp").Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Names_from_traffic_do_not_get_into_code()
    {
        const string Hostile = "\"; } */ --]] \r\n\u2028 class Evil {{ \u202E";
        InferredProtocol made = MadeProtocols.Make("strings", 200);
        InferredProtocol hostile = new()
        {
            Samples = made.Samples,
            Types = [.. made.Types.Select(t => t + Hostile)],
            Fields = [.. made.Fields.Select(fields => (IReadOnlyList<InferredField>)[.. fields.Select(f => f with
            {
                Name = f.Name + Hostile,
                Semantic = f.Semantic,
                Relation = new Relation(RelationKind.Text, $"evidence {Hostile} 4111111111111111", 1),
            })])],
        };

        GeneratedAdapter adapter = ProtocolAdapterGenerator.Generate(hostile, $"proto{Hostile}",
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.DoesNotContain(adapter.Withheld, w => w.Target == "csharp");
        Assert.All(adapter.Artefacts.Where(a => a.Target is "csharp" or "lua" or "ksy" or "tests"), a =>
        {
            Assert.DoesNotContain("Evil {{", a.Content, StringComparison.Ordinal);
            Assert.DoesNotContain("4111111111111111", a.Content, StringComparison.Ordinal);
            Assert.DoesNotContain("*/", a.Content, StringComparison.Ordinal);
            Assert.DoesNotContain("]]", a.Content, StringComparison.Ordinal);
            Assert.DoesNotContain('\u2028', a.Content);
            Assert.DoesNotContain('\u202E', a.Content);
        });
        Assert.Equal(adapter.Acceptance.Read, adapter.Acceptance.Rebuilt);
    }

    [Fact]
    public void Card_numbers_get_into_no_artefact()
    {
        InferredProtocol made = MadeProtocols.Make("llvar", 200);
        string[] accounts = [.. made.Samples.Select((s, i) =>
        {
            InferredField field = made.Fields[i].First(f => f.Name == "account");
            return System.Text.Encoding.ASCII.GetString(s.Bytes.Span.Slice(field.Start, field.Length));
        })];

        GeneratedAdapter adapter = ProtocolAdapterGenerator.Generate(made, "llvar",
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(adapter.Artefacts, artefact => Assert.All(accounts, account =>
        {
            Assert.DoesNotContain(account, artefact.Content, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(account)), artefact.Content,
                StringComparison.OrdinalIgnoreCase);
        }));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Wireshark_reads_messages_with_the_generated_dissector(string name)
    {
        Peers.RequireTshark();
        InferredProtocol made = MadeProtocols.Make(name, 200);
        GeneratedAdapter adapter = ProtocolAdapterGenerator.Generate(made, $"made{name}",
            cancellationToken: TestContext.Current.CancellationToken);

        IReadOnlyList<(string Type, string Problem)> read = await Peers.DissectAsync(
            adapter.Artefacts.Single(a => a.Target == "lua").Content, $"made{name}",
            [.. made.Samples.Select(s => s.Bytes.ToArray())]);

        Assert.Equal(200, read.Count);
        Assert.All(read, r => Assert.True(r.Type.Length > 0 && r.Problem.Length == 0, $"{r}"));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Kaitai_cuts_messages_where_we_do(string name)
    {
        Kaitai.Require();
        InferredProtocol made = MadeProtocols.Make(name, 200);
        Layout layout = LayoutLearner.Learn(made, name, i => !ProtocolAdapterGenerator.IsHeldBack(i));
        GeneratedAdapter adapter = ProtocolAdapterGenerator.Generate(made, layout,
            cancellationToken: TestContext.Current.CancellationToken);
        if (adapter.Artefacts.FirstOrDefault(a => a.Target == "ksy") is not { } ksy)
        {
            Assert.Contains(adapter.Withheld, w => w.Target == "ksy");
            return;
        }

        IReadOnlyList<(int Start, int End)[]?> read =
            await Kaitai.ParseAsync(ksy.Content, made.Samples.Select(s => s.Bytes.ToArray()));

        for (int i = 0; i < read.Count; i++)
        {
            Kaitai.RequireSame(layout, made.Samples[i].Bytes, read[i]);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_generated_tests_compile_and_pass(string name) => Assert.True(GeneratedTests.Run(
        ProtocolAdapterGenerator.Generate(MadeProtocols.Make(name, 200), name,
            cancellationToken: TestContext.Current.CancellationToken)) >= 3);
}
