namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>Rows of features put into at most 64 bins each, column after column.</summary>
internal sealed class BinnedRows
{
    private const int Bins = 64;
    private const int MaxSampled = 20_000;

    private readonly byte[][] _columns;
    private readonly float[][] _edges;

    /// <param name="blocks">Rows, each block with its labels and one weight for all its rows.</param>
    /// <param name="features">Values of a row.</param>
    public BinnedRows(IReadOnlyList<RowBlock> blocks, int features)
    {
        Features = features;
        Count = blocks.Sum(b => b.Labels.Length);
        Labels = [.. blocks.SelectMany(b => b.Labels)];
        Weights = [.. blocks.SelectMany(b => Enumerable.Repeat(b.Weight, b.Labels.Length))];
        float scale = Count / Weights.Sum();
        for (int i = 0; i < Count; i++) Weights[i] *= scale;
        _columns = new byte[features][];
        _edges = new float[features][];
        Parallel.For(0, features, f =>
        {
            float[] values = new float[Count];
            int at = 0;
            foreach (RowBlock block in blocks)
            {
                for (int i = 0; i < block.Labels.Length; i++) values[at++] = block.Values[(i * features) + f];
            }

            _edges[f] = Edges(values);
            _columns[f] = [.. values.Select(v => Bin(_edges[f], v))];
        });
    }

    public int Count { get; }

    public int Features { get; }

    public bool[] Labels { get; }

    public float[] Weights { get; }

    public ReadOnlySpan<byte> Column(int feature) => _columns[feature];

    /// <summary>Values up to it fall into the bin or one before it.</summary>
    public float UpperEdge(int feature, int bin) =>
        bin < _edges[feature].Length ? _edges[feature][bin] : float.MaxValue;

    // Between distinct values, each bin about as full as the others.
    private static float[] Edges(float[] values)
    {
        int step = Math.Max(1, values.Length / MaxSampled);
        float[] sorted = [.. Enumerable.Range(0, values.Length / step).Select(i => values[i * step])];
        Array.Sort(sorted);
        List<float> edges = [];
        float[] distinct = [.. sorted.Distinct()];
        if (distinct.Length <= Bins)
        {
            for (int i = 0; i + 1 < distinct.Length; i++) edges.Add((distinct[i] + distinct[i + 1]) / 2);
            return [.. edges];
        }

        for (int bin = 1; bin < Bins; bin++)
        {
            float edge = sorted[(int)((long)bin * sorted.Length / Bins)];
            if (edges.Count == 0 || edge > edges[^1]) edges.Add(edge);
        }

        return [.. edges];
    }

    private static byte Bin(float[] edges, float value)
    {
        int at = Array.BinarySearch(edges, value);
        return (byte)(at >= 0 ? at : ~at);
    }
}

/// <summary>Rows of one source.</summary>
/// <param name="Values">Row after row.</param>
/// <param name="Labels">What each row should say.</param>
/// <param name="Weight">Of each row.</param>
internal sealed record RowBlock(float[] Values, bool[] Labels, float Weight);
