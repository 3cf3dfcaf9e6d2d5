using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Regions that look encrypted or compressed: behind the last place where bytes prefer any value.</summary>
internal static class OpaqueTest
{
    private const int MinSize = 64, MinBytes = 4_096;
    private const double NeededEntropy = 7.5;

    /// <summary>Where the region begins in all messages; null where there is none.</summary>
    public static (int Start, Relation Relation)? Find(Group group)
    {
        if (group.Count < 8 || group.Shortest < MinSize + 1) return null;

        int start = 0;
        for (int at = 0; at < Math.Min(256, group.Shortest); at++) if (!IsEven(group, at)) start = at + 1;
        if (start == 0 || group.Shortest - start < MinSize) return null;

        long[] counts = new long[256];
        long all = 0;
        foreach (ReadOnlyMemory<byte> bytes in group.Bytes)
        {
            foreach (byte b in bytes.Span[start..]) counts[b]++;
            all += bytes.Length - start;
        }

        double entropy = counts.Where(c => c > 0).Sum(c => -(double)c / all * Math.Log2((double)c / all));
        return all < MinBytes || entropy < NeededEntropy ? null
            : (start, new Relation(RelationKind.Text, string.Create(CultureInfo.InvariantCulture,
                $"has {entropy:0.00} bits a byte over {all} bytes and prefers no value at any place"), 0.95));
    }

    // No value comes more often than chance explains (Poisson, well beyond five deviations).
    private static bool IsEven(Group group, int at)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (ReadOnlyMemory<byte> bytes in group.Bytes) counts[bytes.Span[at]]++;
        double mean = group.Count / 256.0, bound = mean + (6 * Math.Sqrt(mean)) + 4;
        foreach (int count in counts) if (count > bound) return false;
        return true;
    }
}
