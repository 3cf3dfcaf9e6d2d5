using System.Globalization;

namespace Qbitel.Protocols.Layouts;

/// <summary>Numbers that are not negative, as protocols write them.</summary>
public static class NumberCoding
{
    public static readonly IReadOnlyList<string> Types =
    [
        "uint8", "uint16be", "uint16le", "uint24be", "uint24le", "uint32be", "uint32le", "uint64be", "uint64le",
        "digits", "ebcdic-digits", "bcd", "hex-digits",
    ];

    /// <summary>The ways in which a field of this width may be a number, the likelier first.</summary>
    public static IReadOnlyList<string> Of(int width) => width switch
    {
        1 => ["uint8", "digits", "bcd"],
        2 => ["uint16be", "uint16le", "digits", "bcd", "ebcdic-digits"],
        3 => ["uint24be", "uint24le", "digits", "ebcdic-digits"],
        4 => ["uint32be", "uint32le", "digits", "ebcdic-digits", "hex-digits"],
        8 => ["uint64be", "uint64le", "digits", "ebcdic-digits", "hex-digits"],
        <= 18 => ["digits", "ebcdic-digits"],
        _ => [],
    };

    /// <summary>Bytes a type of fixed width has; null where the width is free.</summary>
    public static int? WidthOf(string type) => type switch
    {
        "uint8" => 1,
        "uint16be" or "uint16le" => 2,
        "uint24be" or "uint24le" => 3,
        "uint32be" or "uint32le" => 4,
        "uint64be" or "uint64le" => 8,
        _ => null,
    };

    public static bool TryRead(string type, ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        if (WidthOf(type) is { } width)
        {
            if (bytes.Length != width) return false;
            bool isLittle = type.EndsWith("le", StringComparison.Ordinal);
            ulong number = 0;
            for (int i = 0; i < width; i++) number = (number << 8) | bytes[isLittle ? width - 1 - i : i];
            if (number > long.MaxValue) return false;
            value = (long)number;
            return true;
        }

        int radix = type == "hex-digits" ? 16 : 10, most = type switch { "bcd" => 9, "hex-digits" => 15, _ => 18 };
        if (bytes.Length == 0 || bytes.Length > most) return false;
        foreach (byte b in bytes)
        {
            if (type == "bcd")
            {
                if ((b >> 4) > 9 || (b & 15) > 9) return false;
                value = (value * 100) + ((b >> 4) * 10) + (b & 15);
                continue;
            }

            int digit = type switch
            {
                "digits" => b - '0',
                "ebcdic-digits" => b - 0xF0,
                "hex-digits" => b is >= (byte)'0' and <= (byte)'9' ? b - '0'
                    : b is >= (byte)'A' and <= (byte)'F' ? b - 'A' + 10 : -1,
                _ => -1,
            };
            if (digit < 0 || digit >= radix) return false;
            value = (value * radix) + digit;
        }

        return true;
    }

    /// <returns>False where the number does not fit.</returns>
    public static bool TryWrite(string type, long value, Span<byte> bytes)
    {
        if (value < 0) return false;
        if (WidthOf(type) is { } width)
        {
            if (bytes.Length != width || (width < 8 && value >> (8 * width) != 0)) return false;
            bool isLittle = type.EndsWith("le", StringComparison.Ordinal);
            for (int i = 0; i < width; i++)
                bytes[isLittle ? i : width - 1 - i] = (byte)((value >> (8 * i)) & 0xFF);

            return true;
        }

        if (type is not ("digits" or "ebcdic-digits" or "bcd" or "hex-digits")) return false;
        string digits = value.ToString(type == "hex-digits" ? "X" : "D", CultureInfo.InvariantCulture);
        int places = type == "bcd" ? 2 * bytes.Length : bytes.Length;
        if (digits.Length > places) return false;
        digits = digits.PadLeft(places, '0');
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = type switch
            {
                "bcd" => (byte)(((digits[2 * i] - '0') << 4) | (digits[(2 * i) + 1] - '0')),
                "ebcdic-digits" => (byte)(0xF0 + digits[i] - '0'),
                _ => (byte)digits[i],
            };
        }

        return true;
    }
}
