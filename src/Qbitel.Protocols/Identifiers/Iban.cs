namespace Qbitel.Protocols.Identifiers;

/// <summary>
/// An international bank account number: ISO 13616, with its country's length and structure. It prints masked.
/// </summary>
public sealed record Iban
{
    private Iban(string value) => Value = value;

    /// <summary>The number in electronic form, without spaces.</summary>
    public string Value { get; }

    public string Country => Value[..2];

    public string Bban => Value[4..];

    public static bool TryParse(ReadOnlySpan<char> text, out Iban iban)
    {
        bool valid = IsValid(text);
        iban = valid ? new Iban(text.ToString()) : null!;
        return valid;
    }

    public override string ToString() => Value[..4] + Redaction.Account.Mask(Value);

    /// <summary>As <see cref="TryParse"/>, without making one.</summary>
    internal static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is < 15 or > 34 || Identifiers.Country.BbanStructure(text[..2]) is not { } structure)
        {
            return false;
        }

        if (!char.IsAsciiDigit(text[2]) || !char.IsAsciiDigit(text[3])) return false;

        ReadOnlySpan<char> rest = text[4..];
        for (int i = 0; i < structure.Length; i++)
        {
            int length = 0;
            for (; char.IsAsciiDigit(structure[i]); i++) length = (length * 10) + (structure[i] - '0');
            if (rest.Length < length || !AllOf(rest[..length], structure[i])) return false;
            rest = rest[length..];
        }

        return rest.IsEmpty && Mod97.Remainder(text[..4], Mod97.Remainder(text[4..])) == 1;
    }

    private static bool AllOf(ReadOnlySpan<char> text, char kind)
    {
        foreach (char c in text)
        {
            if (!(kind != 'a' && char.IsAsciiDigit(c)) && !(kind != 'n' && char.IsAsciiLetterUpper(c))) return false;
        }

        return true;
    }
}
