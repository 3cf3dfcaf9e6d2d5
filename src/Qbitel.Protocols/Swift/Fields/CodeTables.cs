using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>Currencies and countries by their letters, without text and without hashing.</summary>
internal static class CodeTables
{
    /// <summary>The exponent of a currency without a minor unit.</summary>
    public const int AnyExponent = 99;

    private const sbyte Unknown = -1;

    private static readonly sbyte[] Exponents = BuildExponents();
    private static readonly bool[] Countries = BuildCountries();

    /// <summary>The decimals a currency has; -1 where there is no such currency.</summary>
    public static int Exponent(ReadOnlySpan<byte> code)
    {
        int index = Index(code[..3]);
        return index < 0 ? Unknown : Exponents[index];
    }

    public static bool IsCountry(ReadOnlySpan<byte> code)
    {
        int index = Index(code[..2]);
        return index >= 0 && Countries[index];
    }

    private static int Index(ReadOnlySpan<byte> letters)
    {
        int index = 0;
        foreach (byte letter in letters)
        {
            if (!char.IsAsciiLetterUpper((char)letter)) return -1;
            index = (index * 26) + (letter - 'A');
        }

        return index;
    }

    private static sbyte[] BuildExponents()
    {
        sbyte[] exponents = new sbyte[26 * 26 * 26];
        Span<char> code = stackalloc char[3];
        for (int i = 0; i < exponents.Length; i++)
        {
            code[0] = (char)('A' + (i / 676));
            code[1] = (char)('A' + (i / 26 % 26));
            code[2] = (char)('A' + (i % 26));
            exponents[i] = Currency.TryParse(code, out Currency currency)
                ? (sbyte)(currency.Exponent ?? AnyExponent) : Unknown;
        }

        return exponents;
    }

    private static bool[] BuildCountries()
    {
        bool[] countries = new bool[26 * 26];
        Span<char> code = stackalloc char[2];
        for (int i = 0; i < countries.Length; i++)
        {
            (code[0], code[1]) = ((char)('A' + (i / 26)), (char)('A' + (i % 26)));
            countries[i] = Country.Exists(code);
        }

        return countries;
    }
}
