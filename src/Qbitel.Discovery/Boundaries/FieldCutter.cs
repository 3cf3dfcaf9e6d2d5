using Qbitel.Discovery.Boundaries.Evidence;
using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Boundaries;

/// <summary>Cuts a message into fields: the best of all ways to cut it, from the log-odds of a boundary at each offset,
/// the lengths that fields have, and what is certain.</summary>
/// <remarks>A semi-Markov chain over the offsets. Viterbi's algorithm finds the best path; the forward and backward
/// sums over all paths say how much of their mass has a field, with both its ends and no cut inside.</remarks>
internal static class FieldCutter
{
    // A cut pays from this log-odds on: decision 0116 has what that gives and costs.
    private const double Threshold = 0.2;

    // What a number of a width that numbers rarely have costs, in log-odds.
    private const double OddWidth = 1;

    // Longer fields all weigh the same.
    private const int MaxLength = 64;

    // An offset less likely than one in ninety is none, and a field has at most so many likely offsets inside.
    private const double Hopeless = -4.5;
    private const int MaxInside = 200;

    /// <param name="message">Its bytes.</param>
    /// <param name="logOdds">For each interior offset, the first for offset 1; behind the last nothing is cut.</param>
    /// <param name="hints">Exact ones are followed.</param>
    /// <returns>Fields that tile the message.</returns>
    public static List<RawField> Cut(ReadOnlySpan<byte> message, ReadOnlySpan<float> logOdds, IReadOnlyList<Hint> hints)
    {
        int n = message.Length;
        if (n == 0) return [];

        double[] gain = new double[n + 1];
        Array.Fill(gain, double.NegativeInfinity);
        gain[0] = gain[n] = 0;
        for (int i = 0; i < logOdds.Length; i++)
        {
            if (logOdds[i] > Hopeless) gain[i + 1] = logOdds[i] - Threshold;
        }

        foreach ((int start, int length) in WideText.Find(message))
            Array.Fill(gain, double.NegativeInfinity, start + 1, length - 1);

        bool[] isForced = Force(n, gain, hints);
        return new Paths(message, gain, isForced).Best(logOdds);
    }

    // Nothing is cut inside an exact hint, and both its ends are.
    private static bool[] Force(int n, double[] gain, IReadOnlyList<Hint> hints)
    {
        bool[] isForced = new bool[n + 1];
        foreach (Hint hint in hints.Where(h => h.IsExact))
        {
            for (int i = hint.Start + 1; i < hint.Start + hint.Length; i++)
            {
                if (!isForced[i]) gain[i] = double.NegativeInfinity;
            }

            foreach (int end in (ReadOnlySpan<int>)[hint.Start, hint.Start + hint.Length])
            {
                gain[end] = 0;
                isForced[end] = true;
            }
        }

        return isForced;
    }

    // The offsets at which a cut is possible, and the weights of the fields between them.
    private sealed class Paths
    {
        private readonly double[] _gain;
        private readonly int[] _offsets, _earliest, _printable, _zero;

        public Paths(ReadOnlySpan<byte> message, double[] gain, bool[] isForced)
        {
            int n = message.Length;
            _gain = gain;
            _printable = new int[n + 1];
            _zero = new int[n + 1];
            for (int i = 1; i <= n; i++)
            {
                _printable[i] = ByteRuns.IsPrintable(message[i - 1]) ? _printable[i - 1] + 1 : 0;
                _zero[i] = message[i - 1] == 0 ? _zero[i - 1] + 1 : 0;
            }

            _offsets = [.. Enumerable.Range(0, n + 1).Where(i => !double.IsNegativeInfinity(gain[i]))];
            _earliest = new int[_offsets.Length];
            int forced = 0;
            for (int k = 1; k < _offsets.Length; k++)
            {
                if (isForced[_offsets[k - 1]]) forced = k - 1;
                _earliest[k] = Math.Max(forced, k - MaxInside);
            }
        }

        public List<RawField> Best(ReadOnlySpan<float> logOdds)
        {
            int count = _offsets.Length;
            double[] best = new double[count], forward = new double[count], backward = new double[count];
            int[] from = new int[count];
            for (int end = 1; end < count; end++)
            {
                best[end] = forward[end] = double.NegativeInfinity;
                for (int start = end - 1; start >= _earliest[end]; start--)
                {
                    double step = Step(start, end);
                    if (best[start] + step > best[end])
                    {
                        best[end] = best[start] + step;
                        from[end] = start;
                    }

                    forward[end] = LogAdd(forward[end], forward[start] + step);
                }
            }

            Array.Fill(backward, double.NegativeInfinity);
            backward[^1] = 0;
            for (int end = count - 1; end > 0; end--)
            {
                for (int start = end - 1; start >= _earliest[end]; start--)
                    backward[start] = LogAdd(backward[start], backward[end] + Step(start, end));
            }

            List<RawField> fields = [];
            for (int end = count - 1; end > 0; end = from[end])
            {
                int start = from[end];
                fields.Add(new RawField(_offsets[start], _offsets[end] - _offsets[start],
                    Share(forward[start] + backward[start] - forward[^1]),
                    Share(forward[end] + backward[end] - forward[^1]), Inside(logOdds, start, end),
                    Share(forward[start] + Step(start, end) + backward[end] - forward[^1])));
            }

            fields.Reverse();
            return fields;
        }

        private static float Share(double log) => (float)Math.Exp(Math.Min(0, log));

        private double Step(int start, int end) => _gain[_offsets[end]] + Weight(_offsets[start], _offsets[end]);

        private double Weight(int start, int end)
        {
            int length = end - start;
            if ((_printable[end] >= length && length > 2) || _zero[end] >= length) return 0;
            return length switch
            {
                1 or 2 or 4 or 8 or 16 or > MaxLength => 0,
                6 or 12 or 20 or 32 => -OddWidth / 2,
                _ => -OddWidth,
            };
        }

        private float Inside(ReadOnlySpan<float> logOdds, int start, int end)
        {
            float most = (float)Hopeless;
            for (int k = start + 1; k < end; k++) most = Math.Max(most, logOdds[_offsets[k] - 1]);
            return 1 / (1 + MathF.Exp(-most));
        }

        private static double LogAdd(double a, double b)
        {
            double high = Math.Max(a, b), low = Math.Min(a, b);
            return double.IsNegativeInfinity(low) ? high : high + Math.Log(1 + Math.Exp(low - high));
        }
    }
}
