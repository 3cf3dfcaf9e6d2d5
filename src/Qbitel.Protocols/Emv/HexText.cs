namespace Qbitel.Protocols.Emv;

/// <summary>Bytes, and where in an input each of them stands: as it is, or as two hexadecimal digits.</summary>
internal sealed class HexText
{
    private readonly int[]? _at;
    private readonly int _start;

    private HexText(byte[] bytes, int[]? at, int start, bool isFramed)
    {
        Bytes = bytes;
        _at = at;
        _start = start;
        IsFramed = isFramed;
    }

    public byte[] Bytes { get; }

    /// <summary>Whether what stands between two of the bytes is not only white space.</summary>
    public bool IsFramed { get; }

    /// <summary>Whether the bytes stand there as digits.</summary>
    public bool IsHex => _at is not null;

    /// <summary>Where a byte begins; of the one after the last, where that ends.</summary>
    public int Start(int index) => _at is null ? _start + index
        : index < _at.Length ? _at[index] : _at.Length == 0 ? _start : _at[^1] + 2;

    /// <summary>Where the bytes before an index end.</summary>
    public int End(int index) => _at is null ? _start + index : index == 0 ? Start(0) : _at[index - 1] + 2;

    public static HexText Binary(ReadOnlySpan<byte> input) => new(input.ToArray(), null, 0, false);

    /// <summary>Characters of a text, such as a remark.</summary>
    public static HexText Characters(ReadOnlySpan<byte> input, int from, int to) =>
        new(input[from..to].ToArray(), null, from, false);

    /// <summary>
    /// Reads pairs of digits with white space, colons or hyphens between them; false where anything else stands there.
    /// </summary>
    /// <param name="input">All of it.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where to end.</param>
    /// <param name="text">What was read, as far as it could be.</param>
    /// <param name="wrong">Where something else stands; -1 where there are no digits at all.</param>
    public static bool TryRead(ReadOnlySpan<byte> input, int from, int to, out HexText text, out int wrong)
    {
        // Of no size beforehand: what is looked at may be white space for megabytes.
        List<byte> bytes = [];
        List<int> at = [];
        wrong = -1;
        if (from == 0 && input.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) from = 3;
        int i = from;
        for (; i < to; i++)
        {
            byte b = input[i];
            if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
            if (b is (byte)':' or (byte)'-' && bytes.Count > 0) continue;
            if (!char.IsAsciiHexDigit((char)b) || i + 1 >= to || !char.IsAsciiHexDigit((char)input[i + 1])) break;
            bytes.Add((byte)((Digit(b) << 4) | Digit(input[i + 1])));
            at.Add(i++);
        }

        text = new HexText([.. bytes], [.. at], from, false);
        if (i < to)
        {
            wrong = i;
            return false;
        }

        return bytes.Count > 0;
    }

    /// <summary>Whether an input is of digits and white space alone, and so may be a dump of bytes.</summary>
    public static bool MayBe(ReadOnlySpan<byte> input)
    {
        int digits = 0;
        foreach (byte b in input[..Math.Min(input.Length, 4096)])
        {
            bool isBetween = b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)':' or (byte)'-'
                or >= 0xBB;
            if (char.IsAsciiHexDigit((char)b)) digits++;
            else if (!isBetween) return false;
        }

        return digits >= 2;
    }

    public HexText Slice(int index, int length) => _at is null
        ? new(Bytes.AsSpan(index, length).ToArray(), null, _start + index, IsFramed)
        : new(Bytes.AsSpan(index, length).ToArray(), _at.AsSpan(index, length).ToArray(), Start(index), IsFramed);

    /// <summary>One after the other, from places that need not lie side by side.</summary>
    public static HexText Join(IReadOnlyList<HexText> parts)
    {
        if (parts.Count == 1) return parts[0];
        return new HexText([.. parts.SelectMany(part => part.Bytes)],
            [.. parts.SelectMany(part => Enumerable.Range(0, part.Bytes.Length).Select(part.Start))],
            parts.Count == 0 ? 0 : parts[0]._start, true);
    }

    private static int Digit(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;
}
