namespace Qbitel.Discovery.Grammars;

/// <summary>How seldom good messages reach a score, from the scores of a few.</summary>
/// <remarks>
/// Of n scores the largest is exceeded by one in n of the next ones: too many where n is small. How the highest tenth
/// lies above the others says how fast the tail falls (peaks over a threshold, exponential). Few scores say that
/// poorly: what is taken is the distribution of the next score over all the rates at which the tail may fall, each as
/// likely as those few make it (Lomax). Of many it is the exponential's.
/// </remarks>
internal readonly record struct Tail
{
    /// <summary>The share of good messages that may not reach a threshold.</summary>
    public const double Quantile = 0.999;

    private const int MinTail = 5;

    private readonly int _count;
    private readonly double _share, _from, _sum;
    private readonly double[] _scores;

    private Tail(int count, double[] scores, int tail, double from, double sum) =>
        (_count, _scores, _share, _from, _sum) = (count, scores, (double)tail / scores.Length, from, sum);

    /// <summary>How far scores of the tail lie above where it begins.</summary>
    public double MeanExcess => _count == 0 ? 0 : _sum / _count;

    /// <param name="ascending">The scores.</param>
    /// <param name="usual">What the mean excess is elsewhere; it counts as one score more.</param>
    public static Tail Of(double[] ascending, double? usual = null)
    {
        int count = ascending.Length;
        if (count == 0) return default;
        int tail = Math.Clamp(count / 10, 1, count);
        tail = Math.Max(tail, Math.Min(MinTail, count / 2));
        double from = ascending[Math.Max(count - tail - 1, 0)], sum = ascending[^tail..].Sum() - (tail * from);
        return usual is { } more ? new Tail(tail + 1, ascending, tail, from, sum + more)
            : new Tail(tail, ascending, tail, from, sum);
    }

    /// <summary>In bits, how seldom the next score is as high: by its rank, and above all of them by the tail; 0 where
    /// nothing is known.</summary>
    public double Rarity(double score)
    {
        if (_count == 0 || score <= _from) return 0;
        double highest = _scores[^1];
        if (score > highest) return Math.Log2(_scores.Length + 1) + Beyond(score) - Beyond(highest);
        int low = 0, high = _scores.Length - 1; // the first that is as high
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_scores[middle] < score) low = middle + 1;
            else high = middle;
        }

        return Math.Log2((_scores.Length + 1.0) / (_scores.Length - low + 1));
    }

    private double Beyond(double score) => _count * Math.Log2(1 + ((score - _from) / Math.Max(_sum, 1e-9)));

    /// <summary>The score that one good message in a thousand exceeds: the empirical quantile; where there are fewer
    /// than 1,000 scores, that of the tail, and never below the largest.</summary>
    public static double Threshold(IEnumerable<double> scores)
    {
        double[] ascending = [.. scores.Order()];
        int empirical = (int)Math.Ceiling(Quantile * ascending.Length);
        if (empirical < ascending.Length) return ascending[empirical - 1];
        Tail tail = Of(ascending);
        if (tail._count == 0) return double.PositiveInfinity;
        double times = Math.Pow(tail._share / (1 - Quantile), 1.0 / tail._count) - 1;
        return Math.Max(ascending[^1], tail._from + (tail._sum * times));
    }
}
