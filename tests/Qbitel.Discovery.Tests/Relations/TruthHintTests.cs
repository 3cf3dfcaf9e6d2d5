using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Relations;

/// <summary>What recognisers alone find in the open truth files.</summary>
public sealed class TruthHintTests(ITestOutputHelper output)
{
    // Files whose structure a recogniser proves must stay at these; the others are printed.
    private static readonly Dictionary<string, double> Floors = new(StringComparer.Ordinal)
    {
        ["fix44"] = 0.99,
        ["kerberos"] = 0.97,
        ["mf_fixed"] = 0.85,
        ["prop_bin"] = 0.95,
        ["snmp"] = 0.99,
    };

    public static readonly TheoryData<string> Files = SharedFiles.TryFind("discovery/truth", out string folder)
        ? [.. Directory.EnumerateFiles(folder, "*.jsonl").Select(f => Path.GetFileNameWithoutExtension(f))
            .Order(StringComparer.Ordinal)]
        : ["absent"];

    [Theory, MemberData(nameof(Files))]
    public void Hints_alone_reach_their_floor(string file)
    {
        TruthFile truth = TruthFile.Read(file);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        IReadOnlyList<IReadOnlyList<Hint>> hints = Recognisers.Find(truth.Samples, new int[truth.Samples.Count]);

        output.WriteLine($"{file} in {watch.ElapsedMilliseconds} ms");
        var score = Score.Of(truth, [.. hints.Select(own =>
            (IReadOnlyList<(int, int, string)>)[.. own.Select(h => (h.Start, h.Length, h.Semantic))])]);
        output.WriteLine($"{file,-16} {score}");
        output.WriteLine(string.Join('\n', hints.SelectMany(own => own)
            .Select(h => $"{h.Start}+{h.Length} {h.Relation.Evidence}").Distinct().Take(20)));
        output.WriteLine("wrong: " + string.Join(", ", hints.SelectMany((own, i) => own
            .Where(h => h.Semantic != "unknown").Select(h =>
                $"{h.Semantic}={truth.Meanings[i].GetValueOrDefault((h.Start, h.Length), "no field")}@{h.Start}"))
            .GroupBy(w => w).OrderByDescending(g => g.Count()).Take(12).Select(g => $"{g.Count()} {g.Key}")));
        for (int i = 0; i < hints.Count; i++)
        {
            int at = 0;
            foreach (Hint hint in hints[i])
            {
                Assert.True(hint.Start >= at && hint.Length > 0, $"message {i}: {hint}");
                at = hint.Start + hint.Length;
            }

            Assert.True(at <= truth.Samples[i].Bytes.Length, $"message {i} ends at {at}");
        }

        if (Floors.TryGetValue(file, out double floor)) Assert.True(score.F1 >= floor, score.ToString());
    }
}
