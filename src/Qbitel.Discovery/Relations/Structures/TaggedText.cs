using System.Globalization;
using System.Runtime.InteropServices;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>Messages that are pairs of a key and a value, each pair ended by a delimiter.</summary>
internal static class TaggedText
{
    private const int MinMessages = 3, MinPairs = 3, MaxKey = 32;
    private const double NeededShare = 0.95;

    private static readonly byte[] Delimiters = [0x01, (byte)'|', (byte)';', (byte)'&', (byte)'\n', 0x1E, 0x1C, 0x00,
        (byte)',', (byte)'~', (byte)'^', (byte)' '];

    /// <summary>The keys, values and delimiters; null where the trace is of another kind.</summary>
    public static IReadOnlyList<IReadOnlyList<Hint>>? TryFind(IReadOnlyList<Sample> samples)
    {
        if (samples.Count < MinMessages) return null;

        foreach (byte equals in "=:"u8)
        {
            foreach (byte delimiter in Delimiters)
            {
                List<Pair>?[] read = [.. samples.Select(s => Pairs(s.Bytes.Span, delimiter, equals))];
                int whole = read.Count(pairs => pairs is not null);
                if (whole < MinMessages || whole < NeededShare * samples.Count) continue;
                return TextMeanings.Apply(Hints(samples, read, delimiter, equals, whole), samples);
            }
        }

        return null;
    }

    private static IReadOnlyList<Hint>[] Hints(IReadOnlyList<Sample> samples, List<Pair>?[] read, byte delimiter,
        byte equals, int whole)
    {
        Relation relation = new(RelationKind.KeyValue, string.Create(CultureInfo.InvariantCulture,
            $"keys and values around {equals:X2}, each pair ended by {delimiter:X2}, "
            + $"from the first byte to the last in {whole} of {samples.Count} messages"),
            Chance.Share(whole, samples.Count))
        {
            Parameters =
            [
                new("delimiter", delimiter.ToString("x2", CultureInfo.InvariantCulture)),
                new("equals", equals.ToString("x2", CultureInfo.InvariantCulture)),
            ],
        };
        IReadOnlyList<Hint>[] hints = new IReadOnlyList<Hint>[samples.Count];
        for (int i = 0; i < hints.Length; i++)
        {
            List<Hint> own = [];
            ReadOnlySpan<byte> message = samples[i].Bytes.Span;
            foreach (Pair pair in read[i] ?? [])
            {
                string key = System.Text.Encoding.ASCII.GetString(message[pair.Start..pair.Sign]);
                own.Add(new Hint(pair.Start, pair.Sign + 1 - pair.Start, "ascii", "const", true, relation)
                { Name = $"{key}.key" });
                if (pair.End > pair.Sign + 1)
                {
                    own.Add(new Hint(pair.Sign + 1, pair.End - pair.Sign - 1, "ascii", "unknown", true, relation)
                    { Name = key });
                }

                if (pair.Next > pair.End)
                {
                    own.Add(new Hint(pair.End, pair.Next - pair.End, "ascii", "delimiter", true, relation)
                    { Name = "delimiter" });
                }
            }

            hints[i] = own;
        }

        return hints;
    }

    private static List<Pair>? Pairs(ReadOnlySpan<byte> message, byte delimiter, byte equals)
    {
        List<Pair> pairs = [];
        for (int at = 0; at < message.Length;)
        {
            ReadOnlySpan<byte> rest = message[at..];
            int length = rest.IndexOf(delimiter);
            int end = length < 0 ? message.Length : at + length, next = Math.Min(message.Length, end + 1);
            if (delimiter == '\n' && end > at && message[end - 1] == '\r') end--;
            int sign = message[at..end].IndexOf(equals);
            if (sign is < 1 or > MaxKey || !IsKey(message.Slice(at, sign)) || !IsText(message[(at + sign + 1)..end]))
            {
                return null;
            }

            pairs.Add(new Pair(at, at + sign, end, next));
            at = next;
        }

        return pairs.Count >= MinPairs ? pairs : null;
    }

    private static bool IsKey(ReadOnlySpan<byte> key)
    {
        foreach (byte b in key)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'_' or (byte)'-' or (byte)'.')) return false;
        }

        return true;
    }

    // Text of any encoding that keeps ASCII; control characters speak against it.
    private static bool IsText(ReadOnlySpan<byte> value) => !value.ContainsAnyInRange((byte)0, (byte)0x1F);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Pair(int Start, int Sign, int End, int Next);
}
