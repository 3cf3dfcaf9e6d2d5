namespace Qbitel.Discovery.Relations.Values;

/// <summary>Text in ASCII or EBCDIC, as far as records use it: digits, letters, blanks and signs.</summary>
internal sealed class TextCode
{
    public static readonly TextCode Ascii = new("ascii", 0x20, 0x30,
        [.. Enumerable.Range('A', 26), .. Enumerable.Range('a', 26)], [.. Enumerable.Range(0x20, 95)]);

    // The letters, digits and common signs that code pages 037, 500 and 1047 share.
    public static readonly TextCode Ebcdic = new("ebcdic", 0x40, 0xF0,
        [.. Enumerable.Range(0xC1, 9), .. Enumerable.Range(0xD1, 9), .. Enumerable.Range(0xE2, 8),
            .. Enumerable.Range(0x81, 9), .. Enumerable.Range(0x91, 9), .. Enumerable.Range(0xA2, 8)],
        [0x40, 0x4B, 0x4C, 0x4D, 0x4E, 0x50, 0x5B, 0x5C, 0x5D, 0x5E, 0x60, 0x61, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x7A,
            0x7B, 0x7C, 0x7D, 0x7E, 0x7F]);

    private readonly bool[] _letters = new bool[256], _printed = new bool[256];
    private readonly int _zero;

    private TextCode(string name, byte blank, int zero, int[] letters, int[] others)
    {
        Name = name;
        Blank = blank;
        _zero = zero;
        foreach (int letter in letters) _letters[letter] = _printed[letter] = true;
        foreach (int other in others) _printed[other] = true;
        for (int i = 0; i < 10; i++) _printed[zero + i] = true;
    }

    public string Name { get; }

    public byte Blank { get; }

    public byte Zero => (byte)_zero;

    public bool IsDigit(byte b) => b >= _zero && b <= _zero + 9;

    public bool IsLetter(byte b) => _letters[b];

    public bool IsPrinted(byte b) => _printed[b];

    /// <summary>The last digit of a zoned decimal, which has the sign in its upper half: C0 to C9 and D0 to D9 in
    /// EBCDIC, and what these are as characters in ASCII: a brace, and the letters A to I and J to R.</summary>
    public bool TryOverpunch(byte b, out int digit, out bool isNegative)
    {
        (int plus, int minus, int one, int minusOne) = _zero == 0xF0 ? (0xC0, 0xD0, 0xC1, 0xD1) : ('{', '}', 'A', 'J');
        isNegative = b == minus || (b >= minusOne && b < minusOne + 9);
        digit = b == plus || b == minus ? 0 : b - (isNegative ? minusOne : one) + 1;
        return digit is >= 0 and <= 9 && (digit > 0 || b == plus || b == minus);
    }

    /// <summary>Digits as they are in ASCII; blanks stay blanks, anything else becomes a question mark.</summary>
    public string Digits(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = bytes.Length <= 256 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
            text[i] = IsDigit(bytes[i]) ? (char)('0' + bytes[i] - _zero) : bytes[i] == Blank ? ' ' : '?';
        return new string(text);
    }
}
