namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>The characters of types, and their names in the standard.</summary>
internal static class FieldCharacters
{
    public static readonly IReadOnlyList<string> Names = ["n", "a", "an", "anp", "ans", "ns", "z", "x+n", "b"];

    public static Iso8583Type? TypeOf(string name) => name switch
    {
        "n" => Iso8583Type.Numeric,
        "a" => Iso8583Type.Alphabetic,
        "an" or "anp" => Iso8583Type.Alphanumeric,
        "ans" => Iso8583Type.Text,
        "ns" => Iso8583Type.NumericSpecial,
        "z" => Iso8583Type.Track,
        "x+n" => Iso8583Type.SignedNumeric,
        "b" => Iso8583Type.Binary,
        _ => null,
    };

    public static string NameOf(Iso8583Type type) => type switch
    {
        Iso8583Type.Numeric => "n",
        Iso8583Type.Alphabetic => "a",
        Iso8583Type.Alphanumeric => "an",
        Iso8583Type.Text => "ans",
        Iso8583Type.NumericSpecial => "ns",
        Iso8583Type.Track => "z",
        Iso8583Type.SignedNumeric => "x+n",
        _ => "b",
    };

    /// <summary>Where the text holds a character the type may not; -1 where it fits.</summary>
    public static int FirstMisfit(Iso8583Type type, ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!Fits(type, text[i], i)) return i;
        }

        return -1;
    }

    public static bool Fits(Iso8583Type type, char c, int at) => type switch
    {
        Iso8583Type.Numeric => char.IsAsciiDigit(c),
        Iso8583Type.Alphabetic => char.IsAsciiLetter(c) || c == ' ',
        Iso8583Type.Alphanumeric => char.IsAsciiLetterOrDigit(c) || c == ' ',
        Iso8583Type.NumericSpecial => char.IsAsciiDigit(c) || (c is > ' ' and <= '~' && !char.IsAsciiLetter(c)),
        Iso8583Type.Track => char.IsAsciiDigit(c) || c is '=' or 'D' or ';' or '?' or '%' or '^',
        Iso8583Type.SignedNumeric => at == 0 ? c is 'C' or 'D' : char.IsAsciiDigit(c),
        Iso8583Type.Binary => char.IsAsciiHexDigit(c),
        _ => c is >= ' ' and <= '~',
    };
}
