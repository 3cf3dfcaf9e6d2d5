using Qbitel.Discovery.Boundaries.Training;

namespace Qbitel.Discovery.Evaluation;

/// <summary>Compares cuts with true boundaries. The measures are those of the evaluation's Python original.</summary>
internal static class CutScore
{
    /// <param name="truth">The messages.</param>
    /// <param name="cuts">For each of them the interior offsets at which it was cut, ascending and distinct.</param>
    public static Scores Of(IReadOnlyList<TruthMessage> truth, IReadOnlyList<int[]> cuts)
    {
        int[][] plain = [.. truth.Select(m => m.Boundaries)];
        (double p, double r, double f1, double fpr) = Pooled(truth, plain, cuts);
        double match = 0;
        long fields = 0, perfect = 0;
        for (int i = 0; i < truth.Count; i++)
        {
            int length = truth[i].Sample.Bytes.Length;
            match += FormatMatch(plain[i], cuts[i], length);
            fields += plain[i].Length + 1;
            perfect += Perfect(plain[i], cuts[i], length);
        }

        return new Scores
        {
            Messages = truth.Count,
            Precision = p,
            Recall = r,
            F1 = f1,
            FalsePositiveRate = fpr,
            FormatMatch = match / truth.Count,
            Perfection = (double)perfect / fields,
            F1MergedConstants = Pooled(truth, MergedConstants(truth), cuts).F1,
        };
    }

    private static (double P, double R, double F1, double Fpr) Pooled(
        IReadOnlyList<TruthMessage> truth, int[][] boundaries, IReadOnlyList<int[]> cuts)
    {
        long hits = 0, wrong = 0, missed = 0, negatives = 0;
        for (int i = 0; i < truth.Count; i++)
        {
            HashSet<int> real = [.. boundaries[i]];
            int right = cuts[i].Count(real.Contains);
            hits += right;
            wrong += cuts[i].Length - right;
            missed += real.Count - right;
            negatives += Math.Max(0, truth[i].Sample.Bytes.Length - 1 - real.Count);
        }

        return (hits + wrong > 0 ? (double)hits / (hits + wrong) : double.NaN,
            hits + missed > 0 ? (double)hits / (hits + missed) : 1,
            hits + wrong + missed > 0 ? 2.0 * hits / ((2 * hits) + wrong + missed) : 1,
            negatives > 0 ? (double)wrong / negatives : 0);
    }

    // Each true boundary owns the bytes half way to its neighbours; a cut elsewhere in them counts less with its
    // distance. The factor punishes too many and too few cuts.
    private static double FormatMatch(int[] real, int[] cuts, int length)
    {
        if (real.Length == 0) return cuts.Length > 0 ? 0 : 1;

        HashSet<int> have = [.. cuts];
        double gain = 0;
        for (int k = 0; k < real.Length; k++)
        {
            int x = real[k];
            if (have.Contains(x))
            {
                gain++;
                continue;
            }

            int left = k > 0 ? real[k - 1] : 0, right = k + 1 < real.Length ? real[k + 1] : length;
            int low = x - left > 1 ? left + ((x - left) / 2) : x;
            int high = right - x > 1 ? x - 1 + ((right - x) / 2) : x;
            if (low == high) continue;
            int nearest = int.MaxValue;
            foreach (int y in cuts)
            {
                if (y >= low && y <= high) nearest = Math.Min(nearest, Math.Abs(x - y));
            }

            if (nearest < int.MaxValue) gain += Math.Exp(-Square(nearest / 2.0));
        }

        return Math.Exp(-Square((real.Length - cuts.Length) / (double)real.Length)) * gain / real.Length;
    }

    private static int Perfect(int[] real, int[] cuts, int length)
    {
        HashSet<int> have = [0, length, .. cuts];
        int perfect = 0;
        for (int k = 0; k <= real.Length; k++)
        {
            int start = k > 0 ? real[k - 1] : 0, end = k < real.Length ? real[k] : length;
            if (have.Contains(start) && have.Contains(end) && !cuts.Any(c => c > start && c < end)) perfect++;
        }

        return perfect;
    }

    // A boundary between two fields that stand at the same place in nine of ten messages and never change is no
    // boundary under this convention.
    private static int[][] MergedConstants(IReadOnlyList<TruthMessage> truth)
    {
        Dictionary<(int, int), (int Count, ReadOnlyMemory<byte> Value, bool IsConstant)> seen = [];
        foreach (TruthMessage message in truth)
        {
            foreach (TruthField field in message.Fields)
            {
                ReadOnlyMemory<byte> value = message.Sample.Bytes.Slice(field.Start, field.Length);
                seen[(field.Start, field.Length)] = seen.TryGetValue((field.Start, field.Length), out var old)
                    ? (old.Count + 1, old.Value, old.IsConstant && old.Value.Span.SequenceEqual(value.Span))
                    : (1, value, true);
            }
        }

        double needed = Math.Max(2, 0.9 * truth.Count);
        return [.. truth.Select(message =>
        {
            HashSet<int> dropped = [];
            for (int i = 0; i + 1 < message.Fields.Length; i++)
            {
                if (IsConstant(message.Fields[i]) && IsConstant(message.Fields[i + 1]))
                    dropped.Add(message.Fields[i + 1].Start);
            }

            return message.Boundaries.Where(b => !dropped.Contains(b)).ToArray();
        })];

        bool IsConstant(TruthField field)
        {
            var (count, _, isConstant) = seen[(field.Start, field.Length)];
            return isConstant && count >= needed;
        }
    }

    private static double Square(double x) => x * x;
}
