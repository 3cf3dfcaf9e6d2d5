namespace Qbitel.Protocols.Identifiers;

/// <summary>
/// A business identifier code: ISO 9362, four letters, a country, a location of two, and optionally a branch of three.
/// </summary>
public sealed record Bic
{
    private Bic(string code) => Code = code;

    public string Code { get; }

    /// <summary>The first eight characters, which name the party.</summary>
    public string Party => Code[..8];

    public string Country => Code[4..6];

    /// <summary>The branch; three times X for the head office.</summary>
    public string Branch => Code.Length == 11 ? Code[8..] : new string('X', 3);

    public static bool TryParse(ReadOnlySpan<char> text, out Bic bic)
    {
        bool valid = IsValid(text);
        bic = valid ? new Bic(text.ToString()) : null!;
        return valid;
    }

    public override string ToString() => Code;

    /// <summary>As <see cref="TryParse"/>, without making one.</summary>
    internal static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is not (8 or 11)) return false;
        foreach (char c in text[..6]) if (!char.IsAsciiLetterUpper(c)) return false;
        foreach (char c in text[6..]) if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c)) return false;
        return Identifiers.Country.Exists(text.Slice(4, 2));
    }
}
