using System.Globalization;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>Messages that are text throughout: pieces between delimiters, or keys with values.</summary>
internal static class TextSearch
{
    public static readonly byte[] Delimiters =
        [0x01, (byte)'|', (byte)';', 0x1C, 0x1D, 0x1E, 0x1F, (byte)'\t', (byte)'~', (byte)'^', (byte)',', (byte)'\n',
            (byte)'&', 0];

    private const double Most = 0.98;

    public static bool IsText(ReadOnlySpan<byte> bytes)
    {
        int printable = 0;
        foreach (byte b in bytes) if (b is >= 0x20 and < 0x7F) printable++;
        return printable >= 0.95 * bytes.Length;
    }

    public static IReadOnlyList<LayoutPart>? Parts(TypeSamples samples, PartNames names)
    {
        if (samples.Count < 4) return null;
        foreach (byte delimiter in Delimiters)
        {
            int[] counts = [.. samples.Messages.Select(m => m.Span.Count(delimiter))];
            if (counts.Min() < 2
                || samples.Messages.Any(m => !IsText(m.Span.ToArray().Where(b => b != delimiter).ToArray())))
            {
                continue;
            }

            // The inference has to see the delimiters as such.
            if (Seen(samples, delimiter) < 0.7) continue;
            bool isTerminated = samples.Messages.TrueForAll(m => m.Span[^1] == delimiter);
            if (!isTerminated && samples.Messages.Exists(m => m.Span[^1] == delimiter)) continue;
            if (counts.Distinct().Count() == 1) return Sequence(samples, names, delimiter, counts[0], isTerminated);
            foreach (byte equal in (byte[])[(byte)'=', (byte)':'])
            {
                if (Keyed(samples, delimiter, equal) >= Most)
                    return [Chain(names, delimiter, equal, isTerminated)];
            }

            return [Chain(names, delimiter, null, isTerminated)];
        }

        return null;
    }

    private static double Seen(TypeSamples samples, byte delimiter)
    {
        int all = 0, seen = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            ReadOnlySpan<byte> bytes = samples.Bytes(i);
            for (int at = 0; at < bytes.Length; at++)
            {
                if (bytes[at] != delimiter) continue;
                all++;
                if (samples.IsBoundary(i, at) || samples.IsBoundary(i, at + 1)) seen++;
            }
        }

        return (double)seen / all;
    }

    private static double Keyed(TypeSamples samples, byte delimiter, byte equal)
    {
        int pieces = 0, keyed = 0;
        foreach (ReadOnlyMemory<byte> message in samples.Messages)
        {
            ReadOnlySpan<byte> bytes = message.Span;
            foreach (Range range in bytes.Split(delimiter))
            {
                if (bytes[range].Length == 0) continue;
                pieces++;
                if (bytes[range].IndexOf(equal) > 0) keyed++;
            }
        }

        return (double)keyed / pieces;
    }

    private static List<LayoutPart> Sequence(TypeSamples samples, PartNames names, byte delimiter, int count,
        bool isTerminated)
    {
        int pieces = isTerminated ? count : count + 1;
        List<LayoutPart> parts = [];
        string evidence =
            $"{count.ToString(CultureInfo.InvariantCulture)} delimiters in each of {samples.Count} messages";
        for (int i = 0; i < pieces; i++)
        {
            bool isLast = i == pieces - 1 && !isTerminated;
            parts.Add(new LayoutField(names.Next(""), "ascii",
                isLast ? new SizeRest() : new SizeUntil(new[] { delimiter }))
            {
                Semantic = "string",
                Confidence = 0.95,
                Evidence = evidence,
            });
        }

        return parts;
    }

    private static LayoutChain Chain(PartNames names, byte delimiter, byte? equal, bool isTerminated)
    {
        const string Evidence = "every piece has the same form in all messages";
        List<LayoutPart> item = [];
        if (equal is { } sign)
        {
            item.Add(new LayoutField("key", "ascii", new SizeUntil(new[] { sign }))
            {
                Semantic = "id",
                Confidence = 0.95,
                Evidence = Evidence,
            });
        }

        item.Add(new LayoutField("text", "ascii", new SizeRest())
        {
            Semantic = "string",
            Confidence = 0.95,
            Evidence = Evidence,
        });
        return new LayoutChain(names.Next("pieces"), new EndOfRegion(), item)
        {
            Confidence = 0.95,
            Evidence = Evidence,
            Delimiter = new[] { delimiter },
            IsTerminated = isTerminated,
        };
    }
}
