using System.Globalization;
using Qbitel.Discovery.Evaluation;

namespace Qbitel.Discovery.Tests.Relations;

/// <summary>Boundaries and meanings against the truth, as the scorer of the open truth defines them.</summary>
internal sealed record Score(double F1, double FalseRate, double Perfection, int Labels, int RightLabels)
{
    public double Precision => Labels == 0 ? double.NaN : (double)RightLabels / Labels;

    /// <param name="truth">What is true.</param>
    /// <param name="fields">Of each message: start, length and meaning.</param>
    public static Score Of(TruthFile truth,
        IReadOnlyList<IReadOnlyList<(int Start, int Length, string Meaning)>> fields)
    {
        int hit = 0, wrong = 0, missed = 0, others = 0, whole = 0, all = 0, labels = 0, right = 0;
        for (int i = 0; i < truth.Samples.Count; i++)
        {
            int length = truth.Samples[i].Bytes.Length;
            HashSet<int> real = truth.Boundaries[i];
            SortedSet<int> cuts = [.. fields[i].SelectMany(f => (int[])[f.Start, f.Start + f.Length])
                .Where(cut => cut > 0 && cut < length)];
            int hits = cuts.Count(real.Contains);
            hit += hits;
            wrong += cuts.Count - hits;
            missed += real.Count - hits;
            others += Math.Max(0, length - 1 - real.Count);
            int[] ends = [0, .. real.Order(), length];
            for (int k = 0; k + 1 < ends.Length; k++)
            {
                all++;
                int from = ends[k], to = ends[k + 1];
                bool isCut = (from == 0 || cuts.Contains(from)) && (to == length || cuts.Contains(to));
                if (isCut && cuts.GetViewBetween(from, to).All(cut => cut == from || cut == to)) whole++;
            }

            foreach ((int start, int size, string meaning) in fields[i])
            {
                if (meaning is "unknown" or "") continue;
                labels++;
                if (truth.Meanings[i].TryGetValue((start, size), out string? real2)
                    && DocumentScore.IsRight(real2, meaning))
                {
                    right++;
                }
            }
        }

        double f1 = hit + wrong + missed == 0 ? 1 : 2.0 * hit / ((2.0 * hit) + wrong + missed);
        return new Score(f1, others == 0 ? 0 : (double)wrong / others, (double)whole / all, labels, right);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"F1 {F1:0.000} FPR {FalseRate:0.000} perfection {Perfection:0.000} "
        + $"meanings {RightLabels}/{Labels} ({Precision:0.00})");
}
