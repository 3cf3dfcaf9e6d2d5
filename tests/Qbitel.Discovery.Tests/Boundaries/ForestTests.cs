using Qbitel.Discovery.Boundaries;
using Qbitel.Discovery.Boundaries.Training;

namespace Qbitel.Discovery.Tests.Boundaries;

/// <summary>Forests learn what can be learned, twice the same, and survive being written down.</summary>
public sealed class ForestTests
{
    private static readonly ForestOptions Options = new() { Trees = 60, Leaves = 8, MinLeaf = 5, FeatureShare = 1 };

    [Fact]
    public void A_rule_of_two_features_is_learned_where_neither_alone_says_anything()
    {
        Forest forest = ForestTrainer.Train(Exclusive(4_000, 1), Options);

        RowBlock unseen = Block(1_000, 99);
        int right = Enumerable.Range(0, unseen.Labels.Length)
            .Count(i => forest.LogOdds(unseen.Values.AsSpan(i * 3, 3)) > 0 == unseen.Labels[i]);

        Assert.True(right > 970, $"{right} of 1000");
    }

    [Fact]
    public void Noise_teaches_no_certainty()
    {
        SplitMix random = new(5);
        RowBlock noise = new([.. Enumerable.Range(0, 6_000).Select(_ => (float)random.Share())],
            [.. Enumerable.Range(0, 2_000).Select(_ => random.Chance(0.3))], 1);

        Forest forest = ForestTrainer.Train(new BinnedRows([noise], 3), Options with { Trees = 10, MinLeaf = 100 });

        float odds = forest.LogOdds([0.5f, 0.5f, 0.5f]);
        Assert.InRange(odds, -1.6f, -0.2f); // log(0.3 / 0.7) is -0.85
    }

    [Fact]
    public void Training_twice_gives_the_same_bytes()
    {
        Assert.Equal(Bytes(ForestTrainer.Train(Exclusive(2_000, 3), Options)),
            Bytes(ForestTrainer.Train(Exclusive(2_000, 3), Options)));
        Assert.NotEqual(Bytes(ForestTrainer.Train(Exclusive(2_000, 3), Options)),
            Bytes(ForestTrainer.Train(Exclusive(2_000, 3), Options with { Seed = 2 })));
    }

    [Fact]
    public void A_forest_reads_back_as_it_was()
    {
        Forest forest = ForestTrainer.Train(Exclusive(1_000, 4), Options);

        using BinaryReader reader = new(new MemoryStream(Bytes(forest)));
        Forest read = Forest.Read(reader, 3);

        Assert.Equal(Bytes(forest), Bytes(read));
        Assert.Equal(forest.LogOdds([0.1f, 0.9f, 0]), read.LogOdds([0.1f, 0.9f, 0]));
    }

    [Theory]
    [InlineData(7, 1, 2)] // a feature that is not there
    [InlineData(0, 0, 2)] // a way back
    [InlineData(0, 1, 9)] // a node that is not there
    public void A_tree_with_a_node_out_of_place_is_refused(short feature, short low, short high)
    {
        using MemoryStream stream = new();
        using (BinaryWriter writer = new(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            new Tree([feature, -1, -1], [0.5f, 1, 2], [low, 0, 0], [high, 0, 0]).WriteTo(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);

        Assert.Throws<InvalidDataException>(() => Tree.Read(reader, 3));
    }

    [Fact]
    public void Calibration_rises_and_gives_the_shares_back()
    {
        SplitMix random = new(8);
        (double Raw, bool IsRight, double Weight)[] claims = [.. Enumerable.Range(0, 20_000).Select(_ =>
        {
            double raw = random.Share();
            return (raw, random.Chance(raw * raw), 1.0); // overconfident
        })];

        Calibration calibration = Calibration.Fit(claims);

        Assert.InRange(calibration.Of(0.5), 0.2, 0.3);
        Assert.InRange(calibration.Of(0.9), 0.75, 0.87);
        double last = 0;
        for (double raw = 0; raw <= 1; raw += 0.01)
        {
            Assert.True(calibration.Of(raw) >= last - 1e-6);
            last = calibration.Of(raw);
        }
    }

    [Fact]
    public void Shares_are_drawn_to_their_mean_and_keep_their_order()
    {
        (double Raw, bool IsRight, double Weight)[] claims =
            [.. Enumerable.Range(0, 100).Select(i => (i < 50 ? 0.2 : 0.8, i is < 10 or >= 60, 1.0))];

        Calibration plain = Calibration.Fit(claims), drawn = Calibration.Fit(claims, 0.5);

        Assert.Equal(0.2, plain.Of(0.2), 4);
        Assert.Equal(0.8, plain.Of(0.8), 4);
        Assert.Equal(0.35, drawn.Of(0.2), 4);
        Assert.Equal(0.65, drawn.Of(0.8), 4);
    }

    private static BinnedRows Exclusive(int rows, ulong seed) => new([Block(rows, seed)], 3);

    private static RowBlock Block(int rows, ulong seed)
    {
        SplitMix random = new(seed);
        float[] values = [.. Enumerable.Range(0, rows * 3).Select(_ => (float)random.Share())];
        return new RowBlock(values,
            [.. Enumerable.Range(0, rows).Select(i => values[i * 3] > 0.5f != values[(i * 3) + 1] > 0.5f)], 1);
    }

    private static byte[] Bytes(Forest forest)
    {
        using MemoryStream stream = new();
        using (BinaryWriter writer = new(stream)) forest.WriteTo(writer);
        return stream.ToArray();
    }
}
