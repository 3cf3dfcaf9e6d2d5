namespace Qbitel.Protocols.Identifiers;

/// <summary>A payment card number: ISO/IEC 7812-1, 12 to 19 digits with a Luhn check digit.</summary>
/// <remarks>It prints masked; only <see cref="Reveal"/> gives the digits.</remarks>
public sealed class Pan
{
    private readonly string _digits;

    private Pan(string digits) => _digits = digits;

    /// <summary>The digits that name the issuer, which are no secret.</summary>
    public string IssuerPrefix => _digits[..6];

    public string LastFour => _digits[^4..];

    public static bool TryParse(ReadOnlySpan<char> text, out Pan pan)
    {
        bool valid = text.Length is >= 12 and <= 19 && Masking.LuhnHolds(text);
        pan = valid ? new Pan(text.ToString()) : null!;
        return valid;
    }

    /// <summary>The number in clear, for the one place that must send it on.</summary>
    public string Reveal() => _digits;

    public override string ToString() => Redaction.Pan.Mask(_digits);
}
