namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>The chain that most messages of a type have from one offset on, where there is one.</summary>
internal sealed class Chains
{
    private const int MaxStart = 300;
    private const double MinShare = 0.9;

    private Chains(ChainForm form, int start, double links)
    {
        Form = form;
        Start = start;
        MeanLinks = links;
    }

    public ChainForm Form { get; }

    public int Start { get; }

    public double MeanLinks { get; }

    public static Chains? Find(byte[][] bytes, int[] members)
    {
        if (members.Length < 3) return null;
        Chains? best = null;
        double bestScore = 0;
        foreach (ChainForm form in ChainForm.All)
        {
            (int[] holds, int[] links) = Starts(form, bytes, members);
            for (int start = 0; start < holds.Length; start++)
            {
                double share = (double)holds[start] / members.Length;
                if (share < MinShare) continue;
                double mean = (double)links[start] / members.Length;
                // Longer headers agree by chance less often.
                double score = mean * (form.TagWidth + form.Length.Width + 1);
                if (mean >= 1.5 && score > bestScore)
                {
                    bestScore = score;
                    best = new Chains(form, start, mean);
                }
            }
        }

        return best;
    }

    private static (int[] Holds, int[] Links) Starts(ChainForm form, byte[][] bytes, int[] members)
    {
        int[] holds = new int[MaxStart], total = new int[MaxStart];
        short[] links = [];
        foreach (int i in members)
        {
            if (links.Length < bytes[i].Length) links = new short[bytes[i].Length];
            Span<short> own = links.AsSpan(0, bytes[i].Length);
            form.Links(bytes[i], own);
            for (int start = 0; start < Math.Min(own.Length, MaxStart); start++)
            {
                if (own[start] == 0) continue;
                holds[start]++;
                total[start] += own[start];
            }
        }

        return (holds, total);
    }
}
