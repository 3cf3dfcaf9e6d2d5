namespace Qbitel.Discovery.Grammars;

/// <summary>How sure a counted share is.</summary>
internal static class Binomial
{
    /// <summary>The 95 % interval of Clopper and Pearson.</summary>
    public static (double Low, double High) Interval(int hits, int count)
    {
        if (count == 0) return (0, 1);
        double low = hits == 0 ? 0 : Solve(p => 1 - AtMost(hits - 1, count, p), 0.025);
        double high = hits == count ? 1 : Solve(p => 1 - AtMost(hits, count, p), 0.975);
        return (low, high);
    }

    // Both grow with p.
    private static double Solve(Func<double, double> of, double goal)
    {
        double low = 0, high = 1;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (of(middle) < goal) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    private static double AtMost(int hits, int count, double p)
    {
        double sum = 0, log = count * Math.Log(1 - p);
        for (int k = 0; k <= hits; k++)
        {
            sum += Math.Exp(log);
            log += Math.Log((double)(count - k) / (k + 1)) + Math.Log(p) - Math.Log(1 - p);
        }

        return Math.Min(sum, 1);
    }
}
