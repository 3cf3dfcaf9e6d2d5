using System.Collections.Concurrent;
using Qbitel.Discovery.Boundaries.Training;
using Qbitel.Discovery.Emission;
using Qbitel.Protocols.Layouts;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Emission;

/// <summary>Adapters for unknown protocols of the open truth, made of four messages in five and tried on the fifth: by
/// our own compiled code, by xunit, by Wireshark and by Kaitai Struct.</summary>
public sealed class TruthAdapterTests
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<AdapterTrial>>> Trials = new(StringComparer.Ordinal);

    public static readonly TheoryData<string> Files = ["prop_bin", "mf_fixed", "igmp", "mysql"];

    [Theory, MemberData(nameof(Files))]
    public async Task Generated_code_reads_rebuilds_and_refuses_messages_it_has_not_seen(string file)
    {
        AdapterTrial trial = await TrialAsync(file);

        AdapterEvaluationRow row = AdapterEvaluation.Row(file, trial, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine($"{row}");
        Assert.True(row.IsGenerated);
        Assert.True(row.Read >= 0.95 * row.HeldBack, $"{row}");
        Assert.Equal(row.Read, row.Rebuilt);
        // Of a trace with nested lengths that no layout explains only the outer one is checked; the record says so.
        double refused = file == "mysql" ? 0.5 : 0.9;
        Assert.True(row.LengthsRefused + row.SumsRefused >= refused * (row.Lengths + row.Sums), $"{row}");
    }

    [Theory, MemberData(nameof(Files))]
    public async Task The_generated_tests_compile_and_pass(string file)
    {
        AdapterTrial trial = await TrialAsync(file);

        int cases = trial.Adapters.Sum(GeneratedTests.Run);

        Assert.True(cases >= 3, $"{cases} cases");
    }

    [Theory, MemberData(nameof(Files))]
    public async Task Wireshark_dissects_them_with_the_generated_script(string file)
    {
        Peers.RequireTshark();
        AdapterTrial trial = await TrialAsync(file);
        GeneratedAdapter adapter = trial.Adapters[0];
        List<byte[]> messages = Held(trial, Layout(adapter));

        IReadOnlyList<(string Type, string Problem)> read = await Peers.DissectAsync(
            adapter.Artefacts.Single(a => a.Target == "lua").Content, "unknown_1", messages);

        Assert.Equal(messages.Count, read.Count);
        Assert.All(read, r => Assert.Equal("", r.Problem));
        Assert.Equal(messages.Select(m => LayoutParser.Parse(Layout(adapter), m).Type!.Name), read.Select(r => r.Type));
    }

    [Theory, MemberData(nameof(Files))]
    public async Task Kaitai_cuts_them_where_we_do(string file)
    {
        Kaitai.Require();
        AdapterTrial trial = await TrialAsync(file);
        GeneratedAdapter adapter = trial.Adapters[0];
        Layout layout = Layout(adapter);
        List<byte[]> messages = Held(trial, layout);

        IReadOnlyList<(int Start, int End)[]?> read = await Kaitai.ParseAsync(
            adapter.Artefacts.Single(a => a.Target == "ksy").Content, messages);

        Assert.Equal(messages.Count, read.Count);
        for (int i = 0; i < read.Count; i++)
        {
            Kaitai.RequireSame(layout, messages[i], read[i]);
        }
    }

    private static Layout Layout(GeneratedAdapter adapter)
    {
        string spec = adapter.Artefacts.Single(a => a.Target == "spec").Content;
        Assert.True(LayoutSpec.TryRead(spec, out Layout? layout, out string? error), error);
        return layout;
    }

    // A few are of types that were not seen or of another group; the first test counts them.
    private static List<byte[]> Held(AdapterTrial trial, Layout layout)
    {
        List<byte[]> messages = [.. trial.HeldBack.Select(m => m.Sample.Bytes.ToArray())
            .Where(m => LayoutParser.Parse(layout, m).IsValid)];
        Assert.True(messages.Count >= 0.9 * trial.HeldBack.Count, $"{messages.Count} of {trial.HeldBack.Count}");
        return messages;
    }

    private static Task<AdapterTrial> TrialAsync(string file)
    {
        byte[] content = File.ReadAllBytes(SharedFiles.Path($"discovery/truth/{file}.jsonl"));
        return Trials.GetOrAdd(file, _ => new Lazy<Task<AdapterTrial>>(
            () => AdapterEvaluation.MakeAsync(TruthFile.Parse(file, content), CancellationToken.None))).Value;
    }
}
