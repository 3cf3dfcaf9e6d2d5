using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>The messages of one protocol as arrays, and which of them are of one type.</summary>
internal sealed class TraceView
{
    /// <summary>Statistics of a trace this long say what those of a longer one would.</summary>
    public const int MaxCounted = 1_000;

    /// <summary>Bytes of a message beyond it are left whole.</summary>
    public const int MaxLookedAt = 4_096;

    private const int MaxCountedBytes = 200_000;

    public TraceView(IReadOnlyList<Sample> samples, IReadOnlyList<int> types)
    {
        Samples = samples;
        Types = types;
        Bytes = [.. samples.Select(s => s.Bytes.ToArray())];
        Counted = Spread(samples);
        Order = ByteOrder.Of(this);
        Clusters = [.. Enumerable.Range(0, types.Count == 0 ? 0 : types.Max() + 1)
            .Select(type => Counted.Where(i => types[i] == type).ToArray())];
    }

    public IReadOnlyList<Sample> Samples { get; }

    public IReadOnlyList<int> Types { get; }

    public byte[][] Bytes { get; }

    /// <summary>The messages that statistics are made of, evenly over the trace.</summary>
    public int[] Counted { get; }

    public ByteOrder Order { get; }

    /// <summary>Those of each type.</summary>
    public int[][] Clusters { get; }

    public int LookedAt(int message) => Math.Min(Bytes[message].Length, MaxLookedAt);

    private static int[] Spread(IReadOnlyList<Sample> samples)
    {
        long bytes = samples.Sum(s => (long)Math.Min(s.Bytes.Length, MaxLookedAt));
        int count = samples.Count, wanted = (int)Math.Min(Math.Min(count, MaxCounted),
            Math.Max(8, MaxCountedBytes * (long)count / Math.Max(1, bytes)));
        return [.. Enumerable.Range(0, wanted).Select(i => (int)((long)i * count / wanted))];
    }
}
