namespace Qbitel.Protocols.Identifiers;

/// <summary>A legal entity identifier: ISO 17442, eighteen letters and digits and two check digits.</summary>
public sealed record Lei
{
    private Lei(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(ReadOnlySpan<char> text, out Lei lei)
    {
        bool valid = IsValid(text);
        lei = valid ? new Lei(text.ToString()) : null!;
        return valid;
    }

    /// <summary>As <see cref="TryParse"/>, without making one.</summary>
    internal static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length == 20 && char.IsAsciiDigit(text[18]) && char.IsAsciiDigit(text[19]) && Mod97.Remainder(text) == 1;

    public override string ToString() => Value;
}
