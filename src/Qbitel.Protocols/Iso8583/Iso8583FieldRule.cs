namespace Qbitel.Protocols.Iso8583;

/// <summary>One field of a profile.</summary>
/// <param name="Number">2 to 128.</param>
/// <param name="Name">What the standard calls it.</param>
/// <param name="Type">The characters of its value.</param>
/// <param name="LengthDigits">Digits of the length before the value; 0 for a field of fixed length.</param>
/// <param name="Length">The length of a fixed field, the greatest of a variable one: characters, or bytes where it is
/// binary.</param>
/// <param name="Form">A date, time or currency, where it holds one.</param>
/// <param name="Redaction">How much of it may be shown.</param>
internal sealed record Iso8583FieldRule(
    int Number, string Name, Iso8583Type Type, int LengthDigits, int Length, string? Form, Redaction Redaction)
{
    /// <summary>Where the value holds a character it may not; -1 where it fits.</summary>
    public int FirstMisfit(ReadOnlySpan<byte> value, bool binaryAsHex)
    {
        for (int i = 0; i < value.Length; i++)
        {
            char c = (char)value[i];
            bool fits = Type switch
            {
                Iso8583Type.Numeric => char.IsAsciiDigit(c),
                Iso8583Type.Alphabetic => char.IsAsciiLetter(c) || c == ' ',
                Iso8583Type.Alphanumeric => char.IsAsciiLetterOrDigit(c) || c == ' ',
                Iso8583Type.NumericSpecial => char.IsAsciiDigit(c) || (c is > ' ' and <= '~' && !char.IsAsciiLetter(c)),
                Iso8583Type.Track => char.IsAsciiDigit(c) || c is '=' or 'D' or ';' or '?' or '%' or '^',
                Iso8583Type.SignedNumeric => i == 0 ? c is 'C' or 'D' : char.IsAsciiDigit(c),
                Iso8583Type.Binary => !binaryAsHex || char.IsAsciiHexDigit(c),
                _ => c is >= ' ' and <= '~',
            };
            if (!fits) return i;
        }

        return -1;
    }
}
