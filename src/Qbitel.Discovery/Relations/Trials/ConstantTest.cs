using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Bytes at the beginning that are the same in all messages: letters first, then other values.</summary>
/// <remarks>The null model: every byte drawn from all bytes of the trace.</remarks>
internal static class ConstantTest
{
    private const int MinMessages = 8, MaxSize = 8;

    public static List<(int Start, int Length, Relation Relation)> Find(Group group)
    {
        if (group.Count < MinMessages) return [];

        int end = 0;
        while (end < Math.Min(MaxSize, group.Shortest) && IsConstant(group, end)) end++;
        // What is the same in every message, to the end, is no message with fields; zeros begin numbers.
        if (end == 0 || end == group.Shortest) return [];

        long[] counts = new long[256];
        long all = 0;
        foreach (ReadOnlyMemory<byte> bytes in group.Bytes)
        {
            foreach (byte b in bytes.Span) counts[b]++;
            all += bytes.Length;
        }

        ReadOnlySpan<byte> first = group.Bytes[0].Span;
        List<(int, int, Relation)> found = [];
        for (int start = 0; start < end;)
        {
            int next = start + 1;
            bool isLetter = char.IsAsciiLetterOrDigit((char)first[start]);
            while (next < end && isLetter && char.IsAsciiLetterOrDigit((char)first[next])) next++;
            if (!isLetter) next = end;
            double log = 0;
            bool hasValue = false;
            for (int i = start; i < next; i++)
            {
                log += group.Count * Math.Log((double)counts[first[i]] / all);
                hasValue |= first[i] != 0;
            }

            if (hasValue && (isLetter ? next - start >= 2 : next - start == 1) && log < Math.Log(1e-9))
            {
                found.Add((start, next - start, new Relation(RelationKind.Constant, string.Create(
                    CultureInfo.InvariantCulture, $"is the same in all {group.Count} messages, p < 1e-9"), 0.9)
                { Parameters = [new("value", Convert.ToHexStringLower(first[start..next]))] }));
            }

            start = next;
        }

        return found;
    }

    private static bool IsConstant(Group group, int at)
    {
        byte value = group.Bytes[0].Span[at];
        return group.Bytes.All(bytes => bytes.Span[at] == value);
    }
}
