using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>
/// Looks for lengths by what they explain: numbers in places that are the same in all messages, each with so many bytes
/// behind it, so that what is left at the end has one size in all of them.
/// </summary>
/// <remarks>Where the inference cut at the wrong places this still holds or does not. The messages must have several
/// sizes; then chance does not find such numbers in all of them. Work is bounded by a budget.</remarks>
internal sealed class ExactSearch
{
    private const int MaxSkip = 96, MaxDepth = 6, Budget = 400_000, MaxLooked = 24, MinMessages = 8, MinSizes = 3;

    private static readonly (string Type, int Width)[] Codings =
    [
        ("uint32be", 4), ("uint32le", 4), ("uint16be", 2), ("uint16le", 2), ("uint8", 1), ("digits", 3), ("digits", 2),
        ("ebcdic-digits", 3), ("ebcdic-digits", 2), ("digits", 4), ("ebcdic-digits", 4),
    ];

    private readonly TypeSamples _samples;
    private readonly int[] _looked;
    private int _spent;

    private ExactSearch(TypeSamples samples, int[] looked) => (_samples, _looked) = (samples, looked);

    /// <returns>The lengths in their order; empty where none explain the sizes.</returns>
    /// <param name="samples">The messages of a type.</param>
    /// <param name="from">Where to begin in each.</param>
    public static IReadOnlyList<ExactStep> Find(TypeSamples samples, int[] from)
    {
        int[] rest = [.. Enumerable.Range(0, samples.Count).Select(i => samples.Length(i) - from[i])];
        if (samples.Count < MinMessages || rest.Distinct().Count() < MinSizes || rest.Min() < 2) return [];

        // Of each size some, so that few messages decide; all of them are asked at the end.
        int[] looked = [.. rest.Select((size, i) => (size, i)).GroupBy(p => p.size).OrderBy(g => g.Key)
            .SelectMany(g => g.Select((p, n) => (p.i, n))).OrderBy(p => p.n).Select(p => p.i).Take(MaxLooked)];
        ExactSearch search = new(samples, looked);
        for (int depth = 1; depth <= MaxDepth; depth++)
        {
            List<ExactStep> steps = [];
            if (search.Try([.. looked.Select(i => from[i])], depth, steps) && search.HoldsInAll(from, steps))
                return steps;

            if (search._spent > Budget) break;
        }

        return [];
    }

    private bool Try(int[] at, int depth, List<ExactStep> steps)
    {
        int[] left = [.. _looked.Select((m, k) => _samples.Length(m) - at[k])];
        if (depth == 0) return Array.TrueForAll(left, l => l == left[0]);

        foreach ((ExactStep step, int[] next, _) in Candidates(at, left).OrderByDescending(c => c.Score))
        {
            steps.Add(step);
            if (Try(next, depth - 1, steps)) return true;
            steps.RemoveAt(steps.Count - 1);
            if (_spent > Budget) return false;
        }

        return false;
    }

    private List<(ExactStep Step, int[] Next, double Score)> Candidates(int[] at, int[] left)
    {
        List<(ExactStep, int[], double)> found = [];
        int most = Math.Min(left.Min() - 1, MaxSkip);
        for (int skip = 0; skip <= most && _spent <= Budget; skip++)
        {
            foreach ((string type, int width) in Codings)
            {
                if (Next(at, skip, type, width) is not { } next) continue;
                int starts = 0;
                for (int k = 0; k < at.Length; k++)
                {
                    if (_samples.IsBoundary(_looked[k], at[k] + skip)) starts++;
                    if (_samples.IsBoundary(_looked[k], at[k] + skip + width)) starts++;
                    if (_samples.IsBoundary(_looked[k], next[k])) starts++;
                }

                found.Add((new ExactStep(skip, type, width), next, (double)starts / at.Length));
            }
        }

        return found;
    }

    // Null where the number runs past the end in one of them, or is the same in all.
    private int[]? Next(int[] at, int skip, string type, int width)
    {
        int[] next = new int[at.Length];
        bool isVaried = false;
        long first = -1;
        for (int k = 0; k < at.Length; k++)
        {
            _spent++;
            ReadOnlySpan<byte> bytes = _samples.Bytes(_looked[k]);
            int start = at[k] + skip;
            if (start + width > bytes.Length || !NumberCoding.TryRead(type, bytes.Slice(start, width), out long size)
                || size > bytes.Length - start - width)
            {
                return null;
            }

            if (first < 0) first = size;
            isVaried |= size != first;
            next[k] = start + width + (int)size;
        }

        return isVaried ? next : null;
    }

    private bool HoldsInAll(int[] from, List<ExactStep> steps)
    {
        Dictionary<int, int> left = [];
        for (int i = 0; i < _samples.Count; i++)
        {
            int at = from[i];
            ReadOnlySpan<byte> bytes = _samples.Bytes(i);
            foreach (ExactStep step in steps)
            {
                int start = at + step.Skip;
                at = start + step.Width <= bytes.Length
                    && NumberCoding.TryRead(step.Type, bytes.Slice(start, step.Width), out long size)
                    && size <= bytes.Length - start - step.Width ? start + step.Width + (int)size : -1;
                if (at < 0) break;
            }

            if (at >= 0) left[bytes.Length - at] = left.GetValueOrDefault(bytes.Length - at) + 1;
        }

        return left.Count > 0 && left.Values.Max() >= 0.98 * _samples.Count;
    }
}

/// <summary>A number so many bytes on, and as many bytes behind it as it says.</summary>
internal readonly record struct ExactStep(int Skip, string Type, int Width);
