using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Discovery.Relations.Values;

/// <summary>How the digits of a number are put into bytes.</summary>
internal enum NumberCoding
{
    BigEndian,
    LittleEndian,

    /// <summary>Two decimal digits a byte.</summary>
    Packed,

    Ascii,
    Ebcdic,
}

/// <summary>A number of a certain size and coding.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NumberForm(int Size, NumberCoding Coding)
{
    /// <summary>Forms in which protocols write lengths and counts.</summary>
    public static readonly NumberForm[] All =
    [
        new(1, NumberCoding.BigEndian), new(2, NumberCoding.BigEndian), new(2, NumberCoding.LittleEndian),
        new(3, NumberCoding.BigEndian), new(3, NumberCoding.LittleEndian), new(4, NumberCoding.BigEndian),
        new(4, NumberCoding.LittleEndian), new(2, NumberCoding.Packed), new(2, NumberCoding.Ascii),
        new(3, NumberCoding.Ascii), new(4, NumberCoding.Ascii), new(5, NumberCoding.Ascii), new(6, NumberCoding.Ascii),
        new(2, NumberCoding.Ebcdic), new(3, NumberCoding.Ebcdic), new(4, NumberCoding.Ebcdic),
    ];

    public bool IsBinary => Coding is NumberCoding.BigEndian or NumberCoding.LittleEndian;

    public string Endianness => Coding == NumberCoding.LittleEndian ? "little" : "big";

    public string Name => Coding switch
    {
        NumberCoding.Packed => "bcd",
        NumberCoding.Ascii => "ascii",
        NumberCoding.Ebcdic => "ebcdic",
        _ when Size == 1 => "uint8",
        NumberCoding.BigEndian => $"uint{(8 * Size).ToString(CultureInfo.InvariantCulture)}be",
        _ => $"uint{(8 * Size).ToString(CultureInfo.InvariantCulture)}le",
    };

    /// <summary>The number at a place; false beyond the end, at no digits, and above 2^63.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, int at, out long value)
    {
        value = 0;
        if (at < 0 || at > bytes.Length - Size) return false;

        ReadOnlySpan<byte> own = bytes.Slice(at, Size);
        ulong number = 0;
        for (int i = 0; i < own.Length; i++)
        {
            byte b = Coding == NumberCoding.LittleEndian ? own[Size - 1 - i] : own[i];
            switch (Coding)
            {
                case NumberCoding.Packed:
                    if (b >> 4 > 9 || (b & 0xF) > 9) return false;
                    number = (number * 100) + (ulong)(((b >> 4) * 10) + (b & 0xF));
                    break;
                case NumberCoding.Ascii or NumberCoding.Ebcdic:
                    int digit = b - (Coding == NumberCoding.Ascii ? '0' : 0xF0);
                    if (digit is < 0 or > 9) return false;
                    number = (number * 10) + (ulong)digit;
                    break;
                default:
                    number = (number << 8) | b;
                    break;
            }
        }

        value = unchecked((long)number);
        return value >= 0;
    }
}
