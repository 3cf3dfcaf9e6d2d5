using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>Values that are one code, one number, one date or one amount.</summary>
internal static class EmvCodes
{
    public static string? Of(uint tag, ReadOnlySpan<byte> value, EmvContext context)
    {
        string hex = Convert.ToHexString(value);
        return tag switch
        {
            0x9A or 0x5F25 => Date(hex),
            0x9F21 => hex.Length == 6 ? $"{hex[..2]}:{hex[2..4]}:{hex[4..]}" : null,
            0x5F2A or 0x9F42 or 0x9F3C or 0x5F3C or 0x9F51 when value.Length == 2 => CurrencyOf(value)?.Code,
            0x9F02 or 0x9F03 => Amount(hex, context.Currency),
            0x9C => TransactionType(hex),
            0x9F35 => TerminalType(hex),
            0x9F39 => EntryMode(hex),
            0x5F57 => hex switch
            {
                "00" => "default",
                "10" => "savings",
                "20" => "current",
                "30" => "credit",
                _
                => null
            },
            0x8A => ResponseCode(Encoding.Latin1.GetString(value)),
            0x9F36 or 0x9F13 or 0x9F17 or 0x9F14 or 0x9F23 or 0x9F1B or 0x88 or 0x8F or 0x9F22 or 0x81 or 0x9F04 =>
                Number(value).ToString(CultureInfo.InvariantCulture),
            0x5F36 or 0x9F44 or 0x9F3D => $"{hex.TrimStart('0').PadLeft(1, '0')} decimals",
            0x5F2D => Languages(value),
            0x9F11 => hex is ['0', >= '1' and <= '9'] or "10" ? $"ISO/IEC 8859-{hex.TrimStart('0')}" : null,
            0x9F2A or 0xDF810C => (value[0] & 0x3F) is >= 2 and <= 7 and int kernel
                ? $"kernel {kernel}, {(EmvScheme)kernel}" : null,
            _ => null,
        };
    }

    /// <summary>The currency of three digits in two bytes; null where it is none.</summary>
    public static Currency? CurrencyOf(ReadOnlySpan<byte> value) =>
        value.Length == 2 && int.TryParse(Convert.ToHexString(value), NumberStyles.None, CultureInfo.InvariantCulture,
            out int number) && Currency.TryFind(number, out Currency currency) ? currency : null;

    /// <summary>What the terminal shall do (EMV Contactless Book C-2, outcome parameter set).</summary>
    public static string? Outcome(int first) => (first & 0xF0) switch
    {
        0x10 => "approved",
        0x20 => "declined",
        0x30 => "go online",
        0x40 => "end the application",
        0x50 => "select the next application",
        0x60 => "try another interface",
        0x70 => "try again",
        _ => null,
    };

    private static string? Date(string hex) =>
        // Two digits of a year: the table of EMV (Book 4, 6.7.3) counts 00 to 49 from 2000.
        hex.Length == 6 && Ascii.IsDigits(hex.AsSpan()) && int.Parse(hex[..2], CultureInfo.InvariantCulture) is var year
            && int.Parse(hex[2..4], CultureInfo.InvariantCulture) is >= 1 and <= 12 and int month
            && int.Parse(hex[4..], CultureInfo.InvariantCulture) is >= 1 and int day
            && day <= DateTime.DaysInMonth(year < 50 ? 2000 + year : 1900 + year, month)
            ? string.Create(CultureInfo.InvariantCulture, $"{(year < 50 ? 2000 : 1900) + year}-{month:00}-{day:00}")
                : null;

    private static string? Amount(string hex, Currency? currency)
    {
        if (!Ascii.IsDigits(hex.AsSpan())) return null;
        string digits = hex.TrimStart('0');
        string plain = digits.Length == 0 ? "0" : $"{digits} in the currency's minor unit";
        if (currency?.Exponent is not { } exponent) return plain;
        digits = digits.PadLeft(exponent + 1, '0');
        return exponent == 0 ? $"{currency.Code} {digits}"
            : $"{currency.Code} {digits[..^exponent]}.{digits[^exponent..]}";
    }

    private static ulong Number(ReadOnlySpan<byte> value)
    {
        ulong number = 0;
        foreach (byte b in value[..Math.Min(value.Length, 8)]) number = (number << 8) | b;
        return number;
    }

    private static string? Languages(ReadOnlySpan<byte> value)
    {
        if (value.Length % 2 != 0) return null;
        string text = Encoding.Latin1.GetString(value);
        return text.All(char.IsAsciiLetter)
            ? string.Join(", ", Enumerable.Range(0, text.Length / 2).Select(i => text.Substring(2 * i, 2))) : null;
    }

    // The first two digits of an ISO 8583 processing code.
    private static string? TransactionType(string hex) => hex switch
    {
        "00" => "purchase",
        "01" => "cash",
        "02" => "debit adjustment",
        "09" => "purchase with cash",
        "17" => "cash given by a person",
        "20" => "refund",
        "21" => "deposit",
        "22" => "credit adjustment",
        "28" => "load of a prepaid card",
        "30" => "question about funds",
        "31" => "question about the balance",
        "40" => "transfer",
        "50" => "payment",
        _ => null,
    };

    // EMV Book 4, A1.
    private static string? TerminalType(string hex)
    {
        string? operated = hex[0] switch
        {
            '1' => "a bank's",
            '2' => "a merchant's",
            '3' => "the cardholder's",
            _
            => null
        };
        string? how = hex[^1] switch
        {
            '1' => "attended, online only",
            '2' => "attended, offline with online",
            '3' => "attended, offline only",
            '4' => "unattended, online only",
            '5' => "unattended, offline with online",
            '6' => "unattended, offline only",
            _ => null,
        };
        return operated is null || how is null ? null : $"{operated}; {how}";
    }

    // The first two digits of ISO 8583's field 22.
    private static string? EntryMode(string hex) => hex switch
    {
        "00" => "not told",
        "01" => "typed in",
        "02" => "magnetic stripe",
        "03" => "bar code",
        "05" => "chip with contacts",
        "07" => "chip without contact",
        "80" => "magnetic stripe after the chip failed",
        "90" => "magnetic stripe, the whole track",
        "91" => "without contact, mag-stripe mode",
        "95" => "chip with contacts, not to be relied on",
        _ => null,
    };

    // EMV Book 4, A6 for those of letters; the others are ISO 8583's.
    private static string? ResponseCode(string code) => code switch
    {
        "Y1" => "approved offline",
        "Z1" => "declined offline",
        "Y2" => "approved after a call",
        "Z2" => "declined after a call",
        "Y3" => "approved offline, could not go online",
        "Z3" => "declined offline, could not go online",
        "00" or "10" or "11" => "approved",
        "01" or "02" => "call the issuer",
        "04" => "keep the card",
        "05" => "declined",
        "12" => "invalid transaction",
        "13" => "invalid amount",
        "14" => "invalid card number",
        "41" => "lost card",
        "43" => "stolen card",
        "51" => "not enough funds",
        "54" => "expired card",
        "55" => "wrong PIN",
        "57" => "not allowed to the card",
        "58" => "not allowed to the terminal",
        "61" => "over a limit of amounts",
        "65" => "over a limit of uses",
        "75" => "too many wrong PINs",
        "91" => "the issuer cannot be reached",
        "96" => "a system failed",
        _ => null,
    };
}
