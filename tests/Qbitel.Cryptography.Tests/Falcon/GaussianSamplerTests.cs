using Qbitel.Cryptography.Falcon;

namespace Qbitel.Cryptography.Tests.Falcon;

/// <summary>The distributions, by Pearson's chi-square over fixed seeds: what passes once passes always.</summary>
public sealed class GaussianSamplerTests
{
    private const int Samples = 200_000;

    [Fact]
    public void HalfGaussian_has_its_distribution()
    {
        FalconRandom random = Seeded(1);
        int[] seen = new int[20];
        for (int i = 0; i < Samples; i++) seen[GaussianSampler.HalfGaussian(ref random)]++;
        AssertDistribution(seen, z => Math.Exp(-(double)z * z / (2 * 1.8205 * 1.8205)));
    }

    [Theory]
    [InlineData(0.0, 1.2778336969129)]
    [InlineData(0.5, 1.2778336969129)]
    [InlineData(-17.25, 1.5)]
    [InlineData(1234.999, 1.7)]
    [InlineData(-0.001, 1.8204)]
    public void Sample_has_the_distribution_around_its_centre(double centre, double sigma)
    {
        FalconRandom random = Seeded((int)(sigma * 1000));
        int low = (int)Math.Floor(centre) - 20;
        int[] seen = new int[41];
        for (int i = 0; i < Samples; i++) seen[GaussianSampler.Sample(ref random, centre, 1 / sigma) - low]++;
        AssertDistribution(seen, i => Math.Exp(-Math.Pow(low + i - centre, 2) / (2 * sigma * sigma)));
    }

    // The counterpart: a distribution that is off by three hundredths is noticed.
    [Fact]
    public void Another_deviation_is_noticed()
    {
        FalconRandom random = Seeded(7);
        int[] seen = new int[41];
        for (int i = 0; i < Samples; i++) seen[GaussianSampler.Sample(ref random, 0, 1 / 1.5) + 20]++;
        Assert.True(ChiSquare(seen, i => Math.Exp(-Math.Pow(i - 20, 2) / (2 * 1.53 * 1.53))).Statistic > 100);
    }

    private static void AssertDistribution(int[] seen, Func<int, double> weight)
    {
        (double statistic, int freedom) = ChiSquare(seen, weight);

        // The mean is 'freedom', the variance twice that: four deviations leave one seed in ten thousand outside.
        double most = freedom + (4 * Math.Sqrt(2 * freedom));
        Assert.True(statistic < most, $"chi-square {statistic:F1} at {freedom} degrees of freedom");
    }

    private static (double Statistic, int Freedom) ChiSquare(int[] seen, Func<int, double> weight)
    {
        double[] expected = [.. Enumerable.Range(0, seen.Length).Select(weight)];
        double scale = seen.Sum() / expected.Sum(), statistic = 0, restSeen = 0, restExpected = 0;
        int cells = 0;
        for (int i = 0; i < seen.Length; i++)
        {
            double mean = expected[i] * scale;
            if (mean < 10)
            {
                restSeen += seen[i];
                restExpected += mean;
                continue;
            }

            cells++;
            statistic += Math.Pow(seen[i] - mean, 2) / mean;
        }

        if (restExpected >= 5)
        {
            cells++;
            statistic += Math.Pow(restSeen - restExpected, 2) / restExpected;
        }

        return (statistic, cells - 1);
    }

    private static FalconRandom Seeded(int seed)
    {
        byte[] memory = new byte[FalconRandom.MemorySize];
        BitConverter.TryWriteBytes(FalconRandom.SeedOf(memory), seed);
        return new FalconRandom(memory);
    }
}
