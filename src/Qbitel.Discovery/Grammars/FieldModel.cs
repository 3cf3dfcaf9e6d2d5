namespace Qbitel.Discovery.Grammars;

/// <summary>What values a field takes: those seen often by their share, others by their bytes.</summary>
/// <remarks>A value never seen costs what the share of values seen once says (Good and Turing), and then its bytes,
/// each place with its own histogram in fields of fixed size. A byte never seen costs what the number of different ones
/// says (Witten and Bell), by its class: another letter among letters surprises little, a letter among digits
/// much.</remarks>
internal sealed class FieldModel
{
    private const int MaxValues = 4_096, MaxPlaces = 16;
    private const double Prior = 0.5;

    // Zero, controls, blank, digits, upper case, lower case, signs, what is no ASCII: how many bytes each has.
    private static readonly int[] ClassSizes = [1, 32, 1, 10, 26, 26, 32, 128];

    private readonly Dictionary<ulong, int> _values = [];
    private readonly Dictionary<int, int> _sizes = [];
    private readonly List<int[]> _places = [];
    private int _once, _size = -1;
    private bool _isFixed = true;

    // Made when first asked for; two threads that make them make the same.
    private readonly double[]?[] _costs = new double[MaxPlaces][];
    private double[]? _pooled;

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> value)
    {
        Count++;
        _pooled = null;
        Array.Clear(_costs);
        ulong hash = Hash(value);
        if (_values.Count < MaxValues || _values.ContainsKey(hash))
        {
            int seen = _values[hash] = _values.GetValueOrDefault(hash) + 1;
            if (seen == 1) _once++;
            else if (seen == 2) _once--;
        }

        if (_size < 0) _size = value.Length;
        else if (_size != value.Length) _isFixed = false;
        int bucket = Bucket(value.Length);
        _sizes[bucket] = _sizes.GetValueOrDefault(bucket) + 1;
        for (int i = 0; i < value.Length; i++)
        {
            int place = Math.Min(i, MaxPlaces - 1);
            while (_places.Count <= place) _places.Add(new int[257]);
            _places[place][value[i]]++;
            _places[place][256]++;
        }
    }

    /// <summary>The surprise at a value, in bits.</summary>
    public double Bits(ReadOnlySpan<byte> value)
    {
        if (Count == 0) return 8.0 * value.Length;
        double unseen = (_once + Prior) / (Count + 1.0);
        if (_values.TryGetValue(Hash(value), out int seen) && seen > 1)
            return -Math.Log2((1 - unseen) * seen / Math.Max(Count - _once, 1));

        double bits = -Math.Log2(unseen);
        bits -= Math.Log2((_sizes.GetValueOrDefault(Bucket(value.Length)) + Prior) / (Count + (Prior * 32)));
        for (int i = 0; i < value.Length; i++) bits += ByteBits(i, value[i]);
        return bits;
    }

    /// <summary>The stretch of so many bytes that surprises most: its place, and its bits.</summary>
    public (int At, double Bits) Most(ReadOnlySpan<byte> value, int width)
    {
        double sum = 0, most = 0;
        int at = 0;
        for (int i = 0; i < value.Length; i++)
        {
            sum += Count == 0 ? 8 : ByteBits(i, value[i]);
            if (i >= width) sum -= Count == 0 ? 8 : ByteBits(i - width, value[i - width]);
            if (i >= width - 1 && sum > most) (at, most) = (i - width + 1, sum);
        }

        return (at, most);
    }

    private double ByteBits(int index, byte value)
    {
        int place = Math.Min(index, MaxPlaces - 1);
        if (!_isFixed)
        {
            // Places say nothing in values of many sizes: all of them together do.
            _pooled ??= Costs(Pool());
            return _pooled[value];
        }

        if (place >= _places.Count) return 8;
        _costs[place] ??= Costs(_places[place]);
        return _costs[place]![value];
    }

    private static double[] Costs(int[] counts)
    {
        int[] distinct = new int[ClassSizes.Length];
        int different = 0;
        for (int b = 0; b < 256; b++)
        {
            if (counts[b] == 0) continue;
            distinct[Class((byte)b)]++;
            different++;
        }

        double unseen = Math.Max(different, Prior);
        double[] bits = new double[256];
        for (int b = 0; b < 256; b++)
        {
            int kind = Class((byte)b);
            double share = (distinct[kind] + Prior) / (different + (Prior * ClassSizes.Length)) / ClassSizes[kind];
            bits[b] = -Math.Log2((counts[b] + (unseen * share)) / (counts[256] + unseen));
        }

        return bits;
    }

    private int[] Pool()
    {
        int[] all = new int[257];
        foreach (int[] each in _places)
        {
            for (int b = 0; b < all.Length; b++) all[b] += each[b];
        }

        return all;
    }

    private static int Class(byte value) => value switch
    {
        0 => 0,
        < 0x20 or 0x7F => 1,
        0x20 => 2,
        >= (byte)'0' and <= (byte)'9' => 3,
        >= (byte)'A' and <= (byte)'Z' => 4,
        >= (byte)'a' and <= (byte)'z' => 5,
        < 0x80 => 6,
        _ => 7,
    };

    /// <summary>Bits to tell all its values one after the other, learning on the way: what pooling saves or
    /// costs.</summary>
    public static double CodeLength(IEnumerable<IReadOnlyDictionary<int, int>> columns)
    {
        double bits = 0;
        foreach (IReadOnlyDictionary<int, int> column in columns) bits += CodeLength(column, 256);
        return bits;
    }

    /// <summary>The Dirichlet-multinomial code of counts over an alphabet, prior 0.5.</summary>
    public static double CodeLength(IReadOnlyDictionary<int, int> counts, int alphabet)
    {
        int total = counts.Values.Sum();
        double bits = LogGamma(total + (Prior * alphabet)) - LogGamma(Prior * alphabet);
        foreach (int count in counts.OrderBy(c => c.Key).Select(c => c.Value))
            bits -= LogGamma(count + Prior) - LogGamma(Prior);

        return bits / Math.Log(2);
    }

    private static int Bucket(int size) => size < 16 ? size : 12 + (31 - int.LeadingZeroCount(size));

    public static ulong Hash(ReadOnlySpan<byte> value)
    {
        ulong hash = 14695981039346656037; // FNV-1a
        foreach (byte b in value) hash = unchecked((hash ^ b) * 1099511628211);
        return hash;
    }

    // Stirling's series, after shifting the argument beyond 8.
    private static double LogGamma(double x)
    {
        double shift = 0;
        while (x < 8) shift -= Math.Log(x++);
        double inverse = 1 / x, square = inverse * inverse;
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI))
            + (inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square / 1260)))));
    }
}
