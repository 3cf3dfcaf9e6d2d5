using Qbitel.Discovery.Boundaries;
using Qbitel.Discovery.Boundaries.Training;
using Qbitel.Discovery.Evaluation;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Evaluation;

/// <summary>Models: the same from the same, and as good on unseen families as we say.</summary>
public sealed class TrainingTests(ITestOutputHelper output)
{
    [Fact]
    public void The_same_traces_give_the_same_model_and_another_seed_another()
    {
        byte[] first = Train(1), again = Train(1), other = Train(2);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static byte[] Train(ulong seed) => BoundaryTrainer.Train([.. Enumerable.Range(1, 6).Select(n =>
            TrainingTrace.Of(FormatGenerator.Trace(n, 20), $"made-{n}", 1))],
            new ForestOptions { Trees = 4, Leaves = 6, MinLeaf = 10, Seed = seed }).ToBytes();
    }

    [Fact, Trait("Soak", "discovery")]
    public void The_shipped_model_is_what_training_gives()
    {
        if (!Soak.IsOn) Assert.Skip("a run of minutes: build/soak.sh discovery");

        (byte[] model, string card) = DiscoveryTraining.Train(Files(), 1);

        output.WriteLine(card);
        Assert.Equal(BoundaryModel.Shipped.Card, card);
        Assert.Equal(BoundaryModel.Shipped.ToBytes(), model);
    }

    // The floors of what must hold on families not seen; bench/results/discovery.md has the figures.
    [Fact, Trait("Soak", "discovery")]
    public void Families_left_out_are_cut_at_least_as_well_as_the_floors()
    {
        if (!Soak.IsOn) Assert.Skip("a run of minutes: build/soak.sh discovery");

        EvaluationReport report = DiscoveryEvaluation.RunLeavingFamiliesOut(Files(), 1);

        output.WriteLine(report.ToMarkdown());
        Scores[] unknown = [.. report.Rows.Where(r => r.Name.StartsWith("unknown-", StringComparison.Ordinal))
            .Select(r => r.Scores)];
        Assert.True(unknown.Average(s => s.F1) >= 0.62);
        Assert.True(unknown.Average(s => s.FormatMatch) >= 0.55);
        Assert.True(unknown.Average(s => s.Perfection) >= 0.33);
        Assert.True(report.Mean.FalsePositiveRate <= 0.11);
        Assert.True(report.Mean.TypeAgreement >= 0.60);
    }

    private static List<KeyValuePair<string, byte[]>> Files() =>
        [.. Directory.EnumerateFiles(SharedFiles.Path("discovery/truth"), "*.jsonl").Order(StringComparer.Ordinal)
            .Select(f => new KeyValuePair<string, byte[]>(Path.GetFileNameWithoutExtension(f), File.ReadAllBytes(f)))];
}
