using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Tests.Relations;

/// <summary>Bytes without a pattern have no structure and no relation.</summary>
public sealed class RandomTests
{
    [Theory]
    [InlineData(1, 300, 20, 120)]
    [InlineData(2, 1_000, 100, 100)]
    [InlineData(3, 60, 4, 40)]
    [InlineData(4, 30, 8, 300)]
    [InlineData(5, 500, 1, 16)]
    [InlineData(6, 200, 94, 94)]
    [InlineData(7, 12, 30, 60)]
    public void Random_messages_have_no_fields(int seed, int count, int least, int most)
    {
        List<Sample> samples = Traces.Random(seed, count, least, most);

        Assert.All(Traces.Hints(samples), Assert.Empty);
        Assert.All(Discovery.Relations.Recognisers.Find(samples, [.. samples.Select(s => s.Index % 3)]), Assert.Empty);
    }

    [Fact]
    public void A_thousand_messages_of_a_hundred_bytes_take_less_than_three_seconds()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 1_000)
            .Select(i => (byte[])[.. Traces.Framed(i, _ => []), .. Analysis.Samples.Noise(i, 60)]));
        Traces.Hints([.. samples.Take(50)]);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Traces.Hints(samples);

        // The machine that measures may be busy: the bound of the product with room.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(9), $"took {watch.Elapsed}");
        TestContext.Current.TestOutputHelper?.WriteLine($"took {watch.ElapsedMilliseconds} ms");
    }
}
