using System.Globalization;
using System.Runtime.InteropServices;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Checksums at the end of messages over a range before them, and in headers over what is around
/// them.</summary>
/// <remarks>
/// Every message must agree, over at least eight different ones. The null model: a random value of w bits agrees with
/// probability 2^-w. Few candidates survive one message, so all are tried on one and the survivors on the others.
/// </remarks>
internal static class ChecksumTest
{
    private const int MinMessages = 8, MaxStart = 32, MaxHeaderPlace = 40, MaxTail = 4, MaxSize = 4_096;

    public static void Run(Group group, List<Finding> found, ref long tested)
    {
        // Different messages only: a repeated one agrees with whatever the first did.
        List<ReadOnlyMemory<byte>> messages = [.. group.Bytes.Where(b => b.Length is > 4 and <= MaxSize)
            .DistinctBy(b => Convert.ToHexString(b.Span)).Take(200)];
        if (messages.Count < MinMessages) return;

        List<Range> survivors = Screen(messages[0].Span, ref tested);
        foreach (ReadOnlyMemory<byte> message in messages.Skip(1))
        {
            survivors.RemoveAll(range => !range.Holds(message.Span));
            if (survivors.Count == 0) return;
        }

        // The same field may be explained by several ranges, when what they differ in is zero: the widest stands first.
        // Of sums that do not depend on order, every word is the sum of the others: the one that stands where such sums
        // do is meant.
        HashSet<int> explained = [];
        survivors = [.. survivors.GroupBy(range => range.Sum.IsOfAnyOrder).SelectMany(group => group.Key
            ? group.GroupBy(range => range.Place)
                .Where(place => Distinct(messages, place.First()) > 2) // codes and constants are words too
                .OrderBy(Preference).ThenBy(place => place.Key).Take(1).SelectMany(place => place) : group)];
        foreach (Range range in survivors)
        {
            int values = Distinct(messages, range);
            if (values < Candidates.MinDistinct || !explained.Add(range.Place)) continue;
            double log = -values * 8 * range.Sum.Size * Math.Log(2);
            int total = messages.Count == Math.Min(200, group.Count) ? group.Count : messages.Count;
            found.Add(new Finding(range.Place,
                new NumberForm(range.Sum.Size, range.IsLittle ? NumberCoding.LittleEndian : NumberCoding.BigEndian),
                RelationKind.Checksum, "checksum", total, total, log, range.Words)
            {
                Parameters =
                [
                    new("algorithm", range.Sum.Name), new("start", Number(range.Start)),
                    new("end", range.IsTrailing ? "field" : "message"),
                    new("field", range.IsTrailing ? "outside" : range.IsZeroed ? "zeroed" : "skipped"),
                    new("endianness", range.IsLittle ? "little" : "big"),
                ],
            });
        }
    }

    // The sum of RFC 1071 stands in headers, the earliest first; all others stand at the end where they can.
    private static int Preference(IGrouping<int, Range> place) =>
        place.First().Sum.Name.StartsWith("ones", StringComparison.Ordinal) == place.Key >= 0 ? 0 : 1;

    private static int Distinct(List<ReadOnlyMemory<byte>> messages, Range range) => messages.Select(m =>
        Convert.ToHexString(m.Span.Slice(range.FieldAt(m.Length), range.Sum.Size))).Distinct(StringComparer.Ordinal)
        .Count();

    private static List<Range> Screen(ReadOnlySpan<byte> message, ref long tested)
    {
        List<Range> survivors = [];
        foreach (Checksum sum in Checksum.All)
        {
            for (int start = 0; start <= Math.Min(MaxStart, message.Length - sum.Size - 2); start++)
            {
                for (int tail = 0; tail <= MaxTail; tail++) TryAdd(message, sum, -sum.Size - tail, start, false);
            }

            for (int at = 0; at <= Math.Min(MaxHeaderPlace, message.Length - sum.Size - 2); at++)
            {
                foreach (int start in (ReadOnlySpan<int>)[0, at + sum.Size])
                {
                    TryAdd(message, sum, at, start, true);
                    if (start == 0) TryAdd(message, sum, at, start, false);
                }
            }
        }

        tested += 2L * Checksum.All.Count * ((MaxStart * (MaxTail + 1)) + (3 * MaxHeaderPlace));
        return survivors;

        void TryAdd(ReadOnlySpan<byte> message, Checksum sum, int place, int start, bool isZeroed)
        {
            Range big = new(sum, place, start, isZeroed, IsLittle: false);
            if (big.Holds(message)) survivors.Add(big);
            Range little = big with { IsLittle = true };
            if (sum.Size > 1 && little.Holds(message)) survivors.Add(little);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // A field at a place, and the bytes it sums: from a start to the field, or to the end with the field left out or
    // taken as zero.
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Range(Checksum Sum, int Place, int Start, bool IsZeroed, bool IsLittle)
    {
        public bool IsTrailing => Place < 0;

        public string Words => IsTrailing
            ? $"is the {Sum.Name} of the bytes from {Number(Start)} up to it"
            : Start > 0 ? $"is the {Sum.Name} of the bytes after it"
            : $"is the {Sum.Name} of the message, itself {(IsZeroed ? "taken as zero" : "left out")}";

        public int FieldAt(int length) => Place < 0 ? length + Place : Place;

        public bool Holds(ReadOnlySpan<byte> message)
        {
            int at = FieldAt(message.Length), size = Sum.Size;
            if (at < 0 || at + size > message.Length) return false;
            if (IsTrailing ? at - Start < 3 : message.Length - Start < 3) return false;

            uint stated = 0;
            for (int i = 0; i < size; i++)
                stated = (stated << 8) | message[IsLittle ? at + size - 1 - i : at + i];
            uint state = Sum.Start;
            int end = IsTrailing ? at : message.Length;
            for (int i = Start; i < end; i++)
            {
                if (i < at || i >= at + size) state = Sum.Next(state, message[i]);
                else if (IsZeroed) state = Sum.Next(state, 0);
            }

            return Sum.Finish(state) == stated;
        }
    }
}
