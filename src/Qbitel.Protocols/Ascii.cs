namespace Qbitel.Protocols;

/// <summary>Numbers written in ASCII digits, read without culture, sign or white space.</summary>
internal static class Ascii
{
    /// <summary>
    /// Reads a number of at most <paramref name="maximumDigits"/> digits; false for none, more, or anything else.
    /// </summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> digits, int maximumDigits, out int value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > Math.Min(maximumDigits, 9)) return false;

        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    public static bool IsDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    public static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>Two digits at a place, or -1.</summary>
    public static int TwoDigits(ReadOnlySpan<char> text, int at) =>
        char.IsAsciiDigit(text[at]) && char.IsAsciiDigit(text[at + 1])
            ? ((text[at] - '0') * 10) + (text[at + 1] - '0') : -1;

    /// <inheritdoc cref="TwoDigits(ReadOnlySpan{char}, int)"/>
    public static int TwoDigits(ReadOnlySpan<byte> text, int at) =>
        char.IsAsciiDigit((char)text[at]) && char.IsAsciiDigit((char)text[at + 1])
            ? ((text[at] - '0') * 10) + (text[at + 1] - '0') : -1;
}
