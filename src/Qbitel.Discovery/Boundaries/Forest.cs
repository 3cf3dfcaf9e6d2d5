namespace Qbitel.Discovery.Boundaries;

/// <summary>Boosted decision trees: the sum of their leaves is the log-odds of a yes.</summary>
internal sealed class Forest(float bias, IReadOnlyList<Tree> trees)
{
    public float Bias { get; } = bias;

    public IReadOnlyList<Tree> Trees { get; } = trees;

    public float LogOdds(ReadOnlySpan<float> features)
    {
        float sum = Bias;
        foreach (Tree tree in Trees) sum += tree.Value(features);
        return sum;
    }

    public void WriteTo(BinaryWriter writer)
    {
        writer.Write(Bias);
        writer.Write((ushort)Trees.Count);
        foreach (Tree tree in Trees) tree.WriteTo(writer);
    }

    public static Forest Read(BinaryReader reader, int features)
    {
        float bias = reader.ReadSingle();
        int count = reader.ReadUInt16();
        return new Forest(bias, [.. Enumerable.Range(0, count).Select(_ => Tree.Read(reader, features))]);
    }
}

/// <summary>A binary tree in arrays: a node with a feature asks whether it is at most the threshold; one without is a
/// leaf, and its threshold is the value.</summary>
internal sealed class Tree(short[] features, float[] thresholds, short[] lows, short[] highs)
{
    private const short Leaf = -1;

    public float Value(ReadOnlySpan<float> row)
    {
        int node = 0;
        while (features[node] != Leaf)
            node = row[features[node]] <= thresholds[node] ? lows[node] : highs[node];
        return thresholds[node];
    }

    /// <summary>The features it asks for, one for each inner node.</summary>
    public IEnumerable<int> Asked => features.Where(f => f != Leaf).Select(f => (int)f);

    public void WriteTo(BinaryWriter writer)
    {
        writer.Write((ushort)features.Length);
        for (int i = 0; i < features.Length; i++)
        {
            writer.Write(features[i]);
            writer.Write(thresholds[i]);
            if (features[i] == Leaf) continue;
            writer.Write(lows[i]);
            writer.Write(highs[i]);
        }
    }

    public static Tree Read(BinaryReader reader, int featureCount)
    {
        int nodes = reader.ReadUInt16();
        short[] features = new short[nodes], lows = new short[nodes], highs = new short[nodes];
        float[] thresholds = new float[nodes];
        for (int i = 0; i < nodes; i++)
        {
            features[i] = reader.ReadInt16();
            thresholds[i] = reader.ReadSingle();
            if (features[i] == Leaf) continue;
            lows[i] = reader.ReadInt16();
            highs[i] = reader.ReadInt16();
            // A walk goes forward only, so it ends.
            if (features[i] < 0 || features[i] >= featureCount || lows[i] <= i || highs[i] <= i || lows[i] >= nodes
                || highs[i] >= nodes)
            {
                throw new InvalidDataException("A tree of the model has a node out of place.");
            }
        }

        return nodes > 0 ? new Tree(features, thresholds, lows, highs)
            : throw new InvalidDataException("A tree of the model is empty.");
    }
}
