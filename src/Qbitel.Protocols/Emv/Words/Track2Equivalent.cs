using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>The data of a magnetic stripe's second track, as a chip has them (tag 57; ISO/IEC 7813).</summary>
/// <remarks>It prints masked.</remarks>
public sealed class Track2Equivalent
{
    private Track2Equivalent(string number, string expiry, string serviceCode, string discretionary)
    {
        Number = number;
        Expiry = expiry;
        ServiceCode = serviceCode;
        Discretionary = discretionary;
    }

    /// <summary>The card's number; null where its check digit is wrong, as of test cards.</summary>
    public Pan? Pan => Pan.TryParse(Number, out Pan pan) ? pan : null;

    /// <summary>First six and last four digits of the number.</summary>
    public string MaskedNumber => Redaction.Pan.Mask(Number);

    /// <summary>Three digits; empty where they are missing.</summary>
    public string ServiceCode { get; }

    /// <summary>YYMM, for the one place that must compare it.</summary>
    internal string Expiry { get; }

    internal string Number { get; }

    internal string Discretionary { get; }

    public static bool TryParse(ReadOnlySpan<byte> value, out Track2Equivalent track)
    {
        track = null!;
        string text = Convert.ToHexString(value);
        int separator = text.IndexOf('D', StringComparison.Ordinal);
        if (separator is < 8 or > 19) return false;

        string number = text[..separator], rest = text[(separator + 1)..];
        if (rest.EndsWith('F')) rest = rest[..^1];
        if (!Ascii.IsDigits(number.AsSpan()) || !Ascii.IsDigits(rest.AsSpan()) || rest.Length < 4) return false;
        track = new Track2Equivalent(number, rest[..4], rest.Length >= 7 ? rest[4..7] : "",
            rest.Length > 7 ? rest[7..] : "");
        return true;
    }

    /// <summary>What a service code says (ISO/IEC 7813): where, how it is authorised, what for.</summary>
    public static string? ServiceCodeInWords(ReadOnlySpan<char> code)
    {
        if (code.Length != 3 || !Ascii.IsDigits(code)) return null;
        string? where = code[0] switch
        {
            '1' => "everywhere",
            '2' => "everywhere, by the chip where possible",
            '5' => "at home",
            '6' => "at home, by the chip where possible",
            '7' => "by agreement",
            '9' => "test card",
            _ => null,
        };
        string? how = code[1] switch
        {
            '0' => "authorised as usual",
            '2' => "authorised by the issuer",
            '4' => "authorised by the issuer except by agreement",
            _ => null,
        };
        string? what = code[2] switch
        {
            '0' => "for all, with PIN",
            '1' => "for all",
            '2' => "for goods and services",
            '3' => "for cash machines, with PIN",
            '4' => "for cash",
            '5' => "for goods and services, with PIN",
            '6' => "for all, with PIN where there is a PIN pad",
            '7' => "for goods and services, with PIN where there is a PIN pad",
            _ => null,
        };
        return where is null || how is null || what is null ? null : $"{where}; {how}; {what}";
    }

    public override string ToString() => MaskedNumber;
}
