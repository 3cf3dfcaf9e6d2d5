using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Boundaries;

/// <summary>Cuts a message into fields, from the log-odds of a boundary at each offset and what is certain.</summary>
internal static class FieldCutter
{
    /// <summary>A cut is made from this log-odds on. Below zero, as a boundary missed costs as much as a false one while
    /// there are fewer of them.</summary>
    public const float Threshold = -0.3f;

    /// <param name="length">Of the message.</param>
    /// <param name="logOdds">For each interior offset, the first for offset 1.</param>
    /// <param name="hints">Exact ones are followed.</param>
    /// <returns>Fields that tile the message.</returns>
    public static List<RawField> Cut(int length, ReadOnlySpan<float> logOdds,
        IReadOnlyList<Hint> hints)
    {
        float[] p = new float[length + 1];
        bool[] isFixed = new bool[length + 1], cut = new bool[length + 1];
        p[0] = p[length] = 1;
        cut[0] = cut[length] = true;
        for (int i = 1; i < length; i++)
        {
            p[i] = 1 / (1 + MathF.Exp(-logOdds[i - 1]));
            cut[i] = logOdds[i - 1] > Threshold;
        }

        foreach (Hint hint in hints)
        {
            if (!hint.IsExact) continue;
            for (int i = hint.Start + 1; i < hint.Start + hint.Length; i++)
            {
                if (isFixed[i]) continue;
                p[i] = 0;
                cut[i] = false;
            }

            foreach (int end in (ReadOnlySpan<int>)[hint.Start, hint.Start + hint.Length])
            {
                p[end] = 1;
                cut[end] = isFixed[end] = true;
            }
        }

        List<RawField> fields = [];
        int start = 0;
        for (int i = 1; i <= length; i++)
        {
            if (!cut[i]) continue;
            float whole = p[start] * p[i], most = 0;
            for (int inner = start + 1; inner < i; inner++)
            {
                whole *= 1 - p[inner];
                most = Math.Max(most, p[inner]);
            }

            fields.Add(new RawField(start, i - start, p[start], p[i], most, whole));
            start = i;
        }

        return fields;
    }
}
