namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>What the bytes at each offset of a set of messages look like, counted from the start or from the end.
/// </summary>
internal sealed class ColumnTable
{
    /// <summary>Offsets beyond it share one column: there messages hardly align.</summary>
    private const int MaxColumns = 1_600;

    private readonly float[] _entropy, _distinct, _zero, _printable, _presence, _shared, _top, _bitFlip;

    public ColumnTable(byte[][] bytes, int[] members, bool fromEnd)
    {
        Count = members.Length;
        int columns = Math.Min(MaxColumns, members.Length == 0 ? 0 : members.Max(i => bytes[i].Length));
        _entropy = new float[columns];
        _distinct = new float[columns];
        _zero = new float[columns];
        _printable = new float[columns];
        _presence = new float[columns];
        _shared = new float[columns];
        _top = new float[columns];
        _bitFlip = new float[columns];
        int[] counts = new int[256];
        Dictionary<int, int> pairs = [];
        double previous = 0;
        for (int column = 0; column < columns; column++)
        {
            Array.Clear(counts);
            pairs.Clear();
            int present = 0, last = -1, flips = 0;
            foreach (int i in members)
            {
                byte[] message = bytes[i];
                if (column >= message.Length) continue;
                int value = message[fromEnd ? message.Length - 1 - column : column];
                counts[value]++;
                present++;
                if (last >= 0) flips += System.Numerics.BitOperations.PopCount((uint)(value ^ last));
                last = value;
                if (column == 0) continue;
                int before = message[fromEnd ? message.Length - column : column - 1];
                int pair = (before << 8) | value;
                pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
            }

            double entropy = Entropy(counts, present);
            double scale = Math.Log2(Math.Clamp(present, 2, 256));
            _entropy[column] = (float)(entropy / scale);
            _distinct[column] = (float)counts.Count(c => c > 0) / present;
            _zero[column] = (float)counts[0] / present;
            _printable[column] = (float)counts.AsSpan(0x20, 0x5F).ToArray().Sum() / present;
            _presence[column] = (float)present / Count;
            _top[column] = (float)counts.Max() / present;
            _bitFlip[column] = (float)flips / present;
            if (column > 0)
            {
                double joint = Entropy(pairs.Values, present);
                double least = Math.Min(entropy, previous);
                _shared[column] = least < 1e-9 ? -1 : (float)((entropy + previous - joint) / least);
            }

            previous = entropy;
        }
    }

    public int Count { get; }

    public float Entropy(int column) => At(_entropy, column);

    public float Distinct(int column) => At(_distinct, column);

    public float Zero(int column) => At(_zero, column);

    public float Printable(int column) => At(_printable, column);

    public float Presence(int column) => At(_presence, column);

    /// <summary>What this column and the one before it tell of each other; -1 where one is constant.</summary>
    public float SharedWithPrevious(int column) => At(_shared, column);

    /// <summary>Share of the most frequent value.</summary>
    public float Top(int column) => At(_top, column);

    /// <summary>Bits that change from one message to the next.</summary>
    public float BitFlips(int column) => At(_bitFlip, column);

    private static float At(float[] values, int column) =>
        column < 0 ? -2 : values.Length == 0 ? -3 : values[Math.Min(column, values.Length - 1)];

    private static double Entropy(IEnumerable<int> counts, int total)
    {
        double sum = 0;
        foreach (int count in counts)
        {
            if (count > 0) sum += count * Math.Log2(count);
        }

        return total == 0 ? 0 : Math.Log2(total) - (sum / total);
    }
}
