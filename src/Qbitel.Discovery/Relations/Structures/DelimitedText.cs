using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>Messages of text in columns, with one byte between them.</summary>
/// <remarks>The null model puts the same number of delimiters anywhere in the trace: how often a message would then
/// have exactly as many as most do.</remarks>
internal static class DelimitedText
{
    private const int MinMessages = 8, MinColumns = 3;
    private const double NeededShare = 0.95;

    private static readonly byte[] Delimiters = [0x1C, 0x1D, 0x1E, 0x1F, 0x01, (byte)'|', (byte)'\t', (byte)';',
        (byte)'^', (byte)'~', (byte)',', (byte)'*'];

    /// <summary>Columns and delimiters; null where the trace is of another kind.</summary>
    public static IReadOnlyList<IReadOnlyList<Hint>>? TryFind(IReadOnlyList<Sample> samples, IReadOnlyList<int> types)
    {
        if (samples.Count < MinMessages || !samples.All(s => IsText(s.Bytes.Span))) return null;

        foreach (byte delimiter in Delimiters)
        {
            int[] counts = [.. samples.Select(s => s.Bytes.Span.Count(delimiter))];
            int agreeing = 0;
            foreach (IGrouping<int, int> type in Enumerable.Range(0, samples.Count).GroupBy(i => types[i]))
                agreeing += type.GroupBy(i => counts[i]).Max(g => g.Key < MinColumns - 1 ? 0 : g.Count());
            if (agreeing < NeededShare * samples.Count) continue;

            // Of Poisson's distribution no number is more frequent than its mode.
            double mean = counts.Average(), mode = Math.Min(0.9, 1 / Math.Sqrt(2 * Math.PI * mean));
            double log = Chance.LogTail(agreeing, samples.Count, mode);
            if (log > Math.Log(1e-6)) continue;

            Relation relation = new(RelationKind.Delimiter, string.Create(CultureInfo.InvariantCulture,
                $"columns with {delimiter:X2} between them, as many in {agreeing} of {samples.Count} messages, "
                + $"{Chance.Words(log)}"),
                Chance.Share(agreeing, samples.Count))
            { Parameters = [new("delimiter", delimiter.ToString("x2", CultureInfo.InvariantCulture))] };
            return TextMeanings.Apply([.. samples.Select((s, i) =>
                Columns(s.Bytes.Span, delimiter, types[i], relation))], samples);
        }

        return null;
    }

    private static List<Hint> Columns(ReadOnlySpan<byte> message, byte delimiter, int type, Relation relation)
    {
        List<Hint> hints = [];
        int end = message.TrimEnd("\r\n"u8).Length;
        for (int at = 0, column = 0; at < end; column++)
        {
            int length = message[at..end].IndexOf(delimiter);
            int next = length < 0 ? end : at + length;
            if (next > at)
            {
                hints.Add(new Hint(at, next - at, "ascii", "unknown", true, relation)
                { Name = string.Create(CultureInfo.InvariantCulture, $"column{type}_{column}") });
            }

            if (next < end)
                hints.Add(new Hint(next, 1, "uint8", "delimiter", true, relation) { Name = "delimiter" });
            at = next + 1;
        }

        if (end < message.Length)
        {
            hints.Add(new Hint(end, message.Length - end, "ascii", "delimiter", true, relation) { Name = "end" });
        }

        return hints;
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b >= 0x80 || (b < 0x20 && b is not (0x01 or (byte)'\t' or (byte)'\r' or (byte)'\n') and < 0x1C))
                return false;
        }

        return !bytes.IsEmpty;
    }
}
