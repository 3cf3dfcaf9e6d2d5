using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Iso8583.Subfields;

/// <summary>Track 2 of a magnetic stripe (ISO/IEC 7813), its separator = or D.</summary>
/// <remarks>It prints masked.</remarks>
public sealed class Iso8583Track2
{
    private Iso8583Track2(string cardNumber, string expiry, string serviceCode, string discretionary)
    {
        CardNumber = cardNumber;
        Expiry = expiry;
        ServiceCode = serviceCode;
        Discretionary = discretionary;
    }

    /// <summary>Up to 19 digits, in clear.</summary>
    public string CardNumber { get; }

    /// <summary>Year and month in four digits; empty where a second separator stands for it.</summary>
    public string Expiry { get; }

    /// <summary>Three digits; empty where a separator stands for it.</summary>
    public string ServiceCode { get; }

    /// <summary>What the issuer put there.</summary>
    public string Discretionary { get; }

    /// <summary>The card number where its check digit is right.</summary>
    public Pan? Pan => Identifiers.Pan.TryParse(CardNumber, out Pan pan) ? pan : null;

    public static bool TryParse(ReadOnlySpan<char> text, out Iso8583Track2 track)
    {
        track = null!;
        if (text.StartsWith(";")) text = text[1..];
        if (text.IndexOf('?') is >= 0 and var end) text = text[..end];
        int separator = text.IndexOfAny('=', 'D');
        if (separator is < 1 or > 19 || !Ascii.IsDigits(text[..separator])) return false;

        ReadOnlySpan<char> rest = text[(separator + 1)..];
        if (!TryTake(ref rest, 4, out string expiry) || !TryTake(ref rest, 3, out string service)) return false;
        if (!Ascii.IsDigits(rest)) return false;
        track = new Iso8583Track2(text[..separator].ToString(), expiry, service, rest.ToString());
        return true;
    }

    public override string ToString() => $"track 2 of {Redaction.Pan.Mask(CardNumber)}";

    // A separator stands for a value that is left out.
    private static bool TryTake(ref ReadOnlySpan<char> text, int size, out string taken)
    {
        taken = "";
        if (text.Length > 0 && text[0] is '=' or 'D')
        {
            text = text[1..];
            return true;
        }

        if (text.Length < size || !Ascii.IsDigits(text[..size])) return false;
        taken = text[..size].ToString();
        text = text[size..];
        return true;
    }
}
