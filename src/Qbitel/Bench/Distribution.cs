namespace Qbitel.Bench;

/// <summary>What repeated measurements say, in the unit of the measurements.</summary>
/// <remarks>
/// Low and high are the smallest and the largest median of a round: they show what the machine did meanwhile. The tenth
/// and ninetieth percentile also hold what the operation does by itself, such as a signature's loop.
/// </remarks>
internal sealed record Distribution(double Median, double Mean, double P10, double P90, double Low, double High,
    int Samples)
{
    /// <param name="rounds">At least one round, and none of them empty.</param>
    public static Distribution Of(IReadOnlyList<IReadOnlyList<double>> rounds)
    {
        double[] all = [.. rounds.SelectMany(round => round).Order()];
        double[] medians = [.. rounds.Select(round => Quantile([.. round.Order()], 0.5))];
        return new(Quantile(all, 0.5), all.Average(), Quantile(all, 0.1), Quantile(all, 0.9), medians.Min(),
            medians.Max(), all.Length);
    }

    /// <summary>Interpolated between neighbours (Hyndman and Fan 1996, definition 7, the usual one).</summary>
    public static double Quantile(IReadOnlyList<double> ordered, double part)
    {
        double position = part * (ordered.Count - 1);
        int below = (int)Math.Floor(position), above = Math.Min(below + 1, ordered.Count - 1);
        return ordered[below] + ((ordered[above] - ordered[below]) * (position - below));
    }
}
