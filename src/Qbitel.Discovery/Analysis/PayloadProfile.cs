namespace Qbitel.Discovery.Analysis;

/// <summary>
/// What messages of a group look like: which bytes stand at their first places, and which bytes they are made of.
/// </summary>
internal sealed class PayloadProfile
{
    private const int Places = 8;
    private const int Kinds = 10;

    private readonly Dictionary<byte, int>[] _places = [.. Enumerable.Range(0, Places)
        .Select(_ => new Dictionary<byte, int>())];
    private readonly int[] _placeTotals = new int[Places];
    private readonly long[] _bytes = new long[256];

    public int Count { get; private set; }

    public long Size { get; private set; }

    public void Add(ReadOnlySpan<byte> message)
    {
        Count++;
        Size += message.Length;
        for (int i = 0; i < Math.Min(Places, message.Length); i++)
        {
            _places[i][message[i]] = _places[i].GetValueOrDefault(message[i]) + 1;
            _placeTotals[i]++;
        }

        foreach (byte b in message) _bytes[b]++;
    }

    public void Add(PayloadProfile other)
    {
        Count += other.Count;
        Size += other.Size;
        for (int i = 0; i < Places; i++)
        {
            foreach ((byte value, int count) in other._places[i])
                _places[i][value] = _places[i].GetValueOrDefault(value) + count;
            _placeTotals[i] += other._placeTotals[i];
        }

        for (int i = 0; i < 256; i++) _bytes[i] += other._bytes[i];
    }

    /// <summary>
    /// From 0 to 1: half from the kinds of bytes they are made of, half from equal bytes at the first places.
    /// </summary>
    /// <remarks>A zero at the same place says nothing: all binary protocols have zeros. Such places count neither for
    /// nor against.</remarks>
    public double Likeness(PayloadProfile other)
    {
        double places = 0, weight = 0;
        for (int i = 0; i < Places; i++)
        {
            if (_placeTotals[i] == 0 || other._placeTotals[i] == 0) continue;
            double common = 0, zeros = 0;
            foreach ((byte value, int count) in _places[i])
            {
                if (!other._places[i].TryGetValue(value, out int theirs)) continue;
                double share = Math.Sqrt((double)count / _placeTotals[i] * theirs / other._placeTotals[i]);
                if (value == 0) zeros = share;
                else common += share;
            }

            places += common;
            weight += 1 - zeros;
        }

        double kinds = 0;
        double[] mine = KindShares(), others = other.KindShares();
        for (int i = 0; i < Kinds; i++) kinds += Math.Sqrt(mine[i] * others[i]);
        return (0.5 * kinds) + (weight < 1e-9 ? 0 : 0.5 * places / weight);
    }

    /// <summary>
    /// Nothing tells the bytes from random ones: no place is settled, and all values are about equally frequent.
    /// </summary>
    public bool IsRandom()
    {
        if (Size < 64) return false;

        for (int i = 0; i < Places; i++)
        {
            int most = _places[i].Count == 0 ? 0 : _places[i].Values.Max();
            // Of n random bytes one value seldom comes more often than this (Poisson, well beyond five deviations).
            double mean = _placeTotals[i] / 256.0;
            if (most > mean + (6 * Math.Sqrt(mean)) + 4) return false;
        }

        // Pearson's statistic over 256 values has mean 255 and deviation 22.6; with few bytes per value it is skewed,
        // hence the wide margin.
        double expected = Size / 256.0, statistic = 0;
        foreach (long count in _bytes) statistic += (count - expected) * (count - expected) / expected;
        return statistic < 255 + (8 * 22.6);
    }

    // Kinds of bytes that survive a change of values: digits stay digits, EBCDIC stays EBCDIC.
    private double[] KindShares()
    {
        double[] shares = new double[Kinds];
        for (int b = 0; b < 256; b++) shares[KindOf(b)] += _bytes[b];
        for (int i = 0; i < Kinds; i++) shares[i] = Size == 0 ? 0 : shares[i] / Size;
        return shares;
    }

    private static int KindOf(int b) => b switch
    {
        0 => 0,
        < 0x20 => 1,
        >= '0' and <= '9' => 2,
        >= 'A' and <= 'Z' or >= 'a' and <= 'z' => 3,
        0x40 => 4, // EBCDIC space, ASCII @
        < 0x7F => 5,
        >= 0xF0 and <= 0xF9 => 6, // EBCDIC digits
        >= 0xC1 and <= 0xC9 or >= 0xD1 and <= 0xD9 or >= 0xE2 and <= 0xE9
            or >= 0x81 and <= 0x89 or >= 0x91 and <= 0x99 or >= 0xA2 and <= 0xA9 => 7, // EBCDIC letters
        0xFF => 8,
        _ => 9,
    };
}
