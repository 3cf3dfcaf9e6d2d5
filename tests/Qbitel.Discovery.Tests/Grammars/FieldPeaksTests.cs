using Qbitel.Discovery.Grammars;

namespace Qbitel.Discovery.Tests.Grammars;

/// <summary>How seldom a field of a good message surprises as much.</summary>
public sealed class FieldPeaksTests
{
    private const int Folds = 5;

    [Theory]
    [InlineData(3)] // as the grammar expects one message in eight: higher than any so far, and no rarity
    [InlineData(24)]
    public void Nothing_is_rarer_than_the_grammar_says(double bits)
    {
        FieldPeaks peaks = new(Folds, [.. Enumerable.Range(0, 200).Select(i =>
            (i % Folds, (IReadOnlyList<Surprise>)[new Surprise("status", 4, 1, 0.01 + (i % 7 * 0.002))]))]);

        double rarity = peaks.Of([new Surprise("status", 4, 1, bits)])!.Value.Rarity;

        Assert.InRange(rarity, Math.Min(bits, 9), bits);
    }

    [Fact]
    public void A_field_that_few_messages_had_is_not_judged()
    {
        FieldPeaks peaks = new(Folds, [.. Enumerable.Range(0, FieldPeaks.Enough - 1).Select(i =>
            (i % Folds, (IReadOnlyList<Surprise>)[new Surprise("status", 4, 1, 1)]))]);

        Assert.Null(peaks.Of([new Surprise("status", 4, 1, 40)]));
    }
}
