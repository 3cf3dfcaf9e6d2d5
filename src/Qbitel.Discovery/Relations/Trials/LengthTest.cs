using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Numbers that count the bytes, or elements of one size, to the end of the message.</summary>
/// <remarks>
/// The null model permutes the numbers over the messages: how often a number of the trace would meet a length of the
/// trace by chance follows from how often each occurs.
/// </remarks>
internal static class LengthTest
{
    private const int MaxAddend = 16, MaxElement = 64;

    public static void Run(Group group, List<Candidates> candidates, List<Finding> found, ref long tested)
    {
        Dictionary<long, int> lengths = [];
        foreach (ReadOnlyMemory<byte> bytes in group.Bytes)
            lengths[bytes.Length] = lengths.GetValueOrDefault(bytes.Length) + 1;
        if (lengths.Count < Candidates.MinDistinct) return;

        foreach (Candidates candidate in candidates)
        {
            tested++;
            if (Slope(group, candidate) is not { } slope) continue;
            Dictionary<long, int> rests = [];
            for (int i = 0; i < candidate.Values.Length; i++)
            {
                if (candidate.Values[i] is < 0 or > int.MaxValue) continue;
                long rest = group.Bytes[i].Length - (slope * candidate.Values[i]);
                rests[rest] = rests.GetValueOrDefault(rest) + 1;
            }

            (long fixedBytes, int agreeing) = rests.OrderByDescending(r => r.Value).ThenBy(r => r.Key)
                .Select(r => (r.Key, r.Value)).FirstOrDefault();
            if (agreeing < Candidates.NeededShare * group.Count) continue;

            Dictionary<long, int> counts = [];
            foreach (long value in candidate.Values) counts[value] = counts.GetValueOrDefault(value) + 1;
            double expected = counts.Sum(c => (double)c.Value
                * lengths.GetValueOrDefault(fixedBytes + (slope * c.Key))) / group.Count;
            double log = Chance.LogTail(agreeing, group.Count, expected / group.Count);
            if (Describe(candidate, slope, fixedBytes, agreeing, group.Count, log) is { } finding) found.Add(finding);
        }
    }

    // From two messages with different numbers: by how much one grows when the other grows by one.
    private static int? Slope(Group group, Candidates candidate)
    {
        Dictionary<int, int> slopes = [];
        int looked = 0;
        for (int i = 1; i < group.Count && looked < 24; i++)
        {
            long values = candidate.Values[i] - candidate.Values[i - 1];
            int bytes = group.Bytes[i].Length - group.Bytes[i - 1].Length;
            if (values == 0 && bytes == 0) continue;
            looked++;
            if (values == 0 || bytes == 0 || bytes % values != 0) continue;
            long slope = bytes / values;
            if (slope is >= 1 and <= MaxElement)
                slopes[(int)slope] = slopes.GetValueOrDefault((int)slope) + 1;
        }

        return slopes.Count == 0 ? null
            : slopes.OrderByDescending(s => s.Value).ThenBy(s => s.Key).First() is { } best
                && best.Value >= 0.8 * looked ? best.Key : null;
    }

    private static Finding? Describe(Candidates candidate, int slope, long fixedBytes, int agreeing, int looked,
        double log)
    {
        long after = fixedBytes - candidate.At - candidate.Form.Size;
        bool isWhole = fixedBytes == 0 && slope <= 4;
        string addend = after.ToString("+0;-0;0", CultureInfo.InvariantCulture);
        if (!isWhole && Math.Abs(after) > MaxAddend && Math.Abs(fixedBytes) > MaxAddend) return null;

        bool isLength = slope is 1 or 2 or 4;
        string unit = slope switch { 1 => "bytes", 2 => "words", 4 => "dwords", _ => "elements" };
        string words = isWhole ? $"counts the {unit} of the whole message"
            : isLength ? after == 0 ? $"counts the {unit} after it" : $"counts the {unit} after it, with {addend}"
            : string.Create(CultureInfo.InvariantCulture, $"counts elements of {slope} bytes after it");
        return new Finding(candidate.At, candidate.Form, isLength ? RelationKind.Length : RelationKind.Count,
            isLength ? "length" : "count", agreeing, looked, log, words)
        {
            Parameters =
            [
                new("of", isWhole ? "message" : "rest"), new("addend", isWhole ? "0" : addend),
                new("unit", slope.ToString(CultureInfo.InvariantCulture)), new("endianness", candidate.Form.Endianness),
            ],
        };
    }
}
