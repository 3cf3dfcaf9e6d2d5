namespace Qbitel.Discovery.Relations.Values;

/// <summary>How likely it is that chance alone does as well as a relation.</summary>
internal static class Chance
{
    /// <summary>Benjamini and Hochberg's false discovery rate.</summary>
    public const double Rate = 0.01;

    /// <summary>
    /// Upper bound, as a natural logarithm, of the probability of at least <paramref name="hits"/> successes in
    /// <paramref name="trials"/> where each has probability <paramref name="rate"/> (Chernoff and Hoeffding).
    /// </summary>
    public static double LogTail(int hits, int trials, double rate)
    {
        if (trials == 0 || hits <= rate * trials) return 0;
        double share = (double)hits / trials;
        if (rate <= 0) return double.NegativeInfinity;
        double divergence = (share * Math.Log(share / rate))
            + (share < 1 ? (1 - share) * Math.Log((1 - share) / (1 - rate)) : 0);
        return -trials * divergence;
    }

    /// <summary>Which candidates stay when <paramref name="tested"/> of them were looked at in all.</summary>
    /// <param name="logs">Natural logarithms of the p-values of those that seem to hold.</param>
    /// <param name="tested">All candidates looked at, also those that did not seem to hold.</param>
    /// <returns>The greatest logarithm that is accepted.</returns>
    public static double Threshold(IEnumerable<double> logs, long tested)
    {
        double threshold = double.NegativeInfinity;
        int rank = 0;
        foreach (double log in logs.Order())
        {
            rank++;
            if (log <= Math.Log(Rate * rank / Math.Max(tested, 1))) threshold = log;
        }

        return threshold;
    }

    /// <summary>The share that is to be expected of what held so often in so many (Laplace's rule of
    /// succession).</summary>
    public static double Share(int held, int looked) => (held + 1.0) / (looked + 2.0);

    /// <summary>A p-value in words.</summary>
    public static string Words(double log) => log < Math.Log(1e-9) ? "p < 1e-9"
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"p = {Math.Exp(log):0.0e+0}");

    /// <summary>Spearman's rank correlation; ties share their mean rank.</summary>
    public static double RankCorrelation(double[] first, double[] second)
    {
        if (first.Length < 3) return 0;
        double[] a = Ranks(first), b = Ranks(second);
        double mean = (a.Length + 1) / 2.0, product = 0, squaresA = 0, squaresB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (a[i] - mean) * (b[i] - mean);
            squaresA += (a[i] - mean) * (a[i] - mean);
            squaresB += (b[i] - mean) * (b[i] - mean);
        }

        return squaresA == 0 || squaresB == 0 ? 0 : product / Math.Sqrt(squaresA * squaresB);
    }

    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort((double[])values.Clone(), order);
        double[] ranks = new double[values.Length];
        for (int i = 0; i < order.Length;)
        {
            int j = i;
            while (j < order.Length && values[order[j]].Equals(values[order[i]])) j++;
            for (int k = i; k < j; k++) ranks[order[k]] = (i + j + 1) / 2.0;
            i = j;
        }

        return ranks;
    }
}
