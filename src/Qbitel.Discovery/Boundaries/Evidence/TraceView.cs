using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>The messages of one protocol as arrays, and which of them are of one type.</summary>
internal sealed class TraceView
{
    /// <summary>Statistics of a trace this long say what those of a longer one would.</summary>
    public const int MaxCounted = 1_000;

    public TraceView(IReadOnlyList<Sample> samples, IReadOnlyList<int> types)
    {
        Samples = samples;
        Types = types;
        Bytes = [.. samples.Select(s => s.Bytes.ToArray())];
        Counted = Spread(samples.Count);
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

    private static int[] Spread(int count)
    {
        if (count <= MaxCounted) return [.. Enumerable.Range(0, count)];
        return [.. Enumerable.Range(0, MaxCounted).Select(i => (int)((long)i * count / MaxCounted))];
    }
}
