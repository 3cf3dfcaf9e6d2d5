namespace Qbitel.Protocols.Identifiers;

/// <summary>
/// An international securities identification number: ISO 6166, two letters, nine letters and digits, a check digit.
/// </summary>
public sealed record Isin
{
    private Isin(string value) => Value = value;

    public string Value { get; }

    /// <summary>The country, or the code of a body that numbers across countries, such as XS.</summary>
    public string Prefix => Value[..2];

    /// <summary>The number of the national numbering agency.</summary>
    public string NationalNumber => Value[2..11];

    public static bool TryParse(ReadOnlySpan<char> text, out Isin isin)
    {
        bool valid = text.Length == 12 && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterUpper(text[1])
            && (Country.Exists(text[..2]) || IsBody(text[..2])) && char.IsAsciiDigit(text[11]) && CheckDigitHolds(text);
        isin = valid ? new Isin(text.ToString()) : null!;
        return valid;
    }

    public override string ToString() => Value;

    // ISO 6166: substitute agencies and numbers that belong to no country.
    private static bool IsBody(ReadOnlySpan<char> prefix) => prefix is "XS" or "XA" or "XB" or "XC" or "XD" or "XF"
        or "XT" or "QS" or "QT" or "QW" or "QY" or "EU" or "EZ";

    // ISO 6166: letters as A=10 to Z=35, then every second digit from the right doubled, as of a card number.
    private static bool CheckDigitHolds(ReadOnlySpan<char> text)
    {
        Span<char> digits = stackalloc char[24];
        int length = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                digits[length++] = c;
            }
            else if (char.IsAsciiLetterUpper(c))
            {
                digits[length++] = (char)('0' + ((c - 'A' + 10) / 10));
                digits[length++] = (char)('0' + ((c - 'A' + 10) % 10));
            }
            else
            {
                return false;
            }
        }

        return Masking.LuhnHolds(digits[..length]);
    }
}
