using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Fix.Tables;

/// <summary>The forms of FIX data types.</summary>
internal static class FixValue
{
    public static bool Fits(FixType type, ReadOnlySpan<byte> value) => type switch
    {
        FixType.String or FixType.Data or FixType.XmlData or FixType.Exchange => true,
        FixType.Int => Ascii.IsDigits(Unsigned(value)) && !Unsigned(value).IsEmpty,
        FixType.Length or FixType.NumInGroup or FixType.SeqNum => Ascii.IsDigits(value),
        FixType.TagNum => Ascii.IsDigits(value) && value[0] != '0',
        FixType.DayOfMonth => Ascii.TryReadNumber(value, 2, out int day) && day is >= 1 and <= 31,
        FixType.Number or FixType.Qty or FixType.Price or FixType.PriceOffset or FixType.Amt or FixType.Percentage =>
            IsDecimal(value),
        FixType.Char => value.Length == 1,
        FixType.Boolean => value.Length == 1 && value[0] is (byte)'Y' or (byte)'N',
        FixType.Country => value.Length == 2 && IsUpper(value),
        FixType.Currency => value.Length == 3 && IsUpper(value),
        FixType.Language => value.Length == 2 && char.IsAsciiLetter((char)value[0])
            && char.IsAsciiLetter((char)value[1]),
        FixType.MonthYear => IsMonthYear(value),
        FixType.UtcTimestamp => value.Length >= 17 && IsDate(value[..8]) && value[8] == '-' && IsTime(value[9..]),
        FixType.UtcTimeOnly => IsTime(value),
        FixType.UtcDateOnly or FixType.UtcDate or FixType.LocalMktDate => value.Length == 8 && IsDate(value),
        FixType.TZTimestamp => value.Length >= 14 && IsDate(value[..8]) && value[8] == '-' && IsZoned(value[9..]),
        FixType.TZTimeOnly => IsZoned(value),
        FixType.Tenor => value.Length > 1 && value[0] is (byte)'D' or (byte)'W' or (byte)'M' or (byte)'Y'
            && Ascii.IsDigits(value[1..]),
        FixType.MultipleValueString or FixType.MultipleStringValue =>
            value[0] != ' ' && value[^1] != ' ' && value.IndexOf("  "u8) < 0,
        FixType.MultipleCharValue => IsCharacterList(value),
        FixType.Reserved100Plus => Ascii.TryReadNumber(value, 9, out int number) && number >= 100,
        FixType.Reserved1000Plus => Ascii.TryReadNumber(value, 9, out int number) && number >= 1000,
        FixType.Reserved4000Plus => Ascii.TryReadNumber(value, 9, out int number) && number >= 4000,
        _ => true,
    };

    /// <summary>
    /// Whether a value of the right form is in use: ISO 4217 currencies, ISO 3166 countries, the form of ISO 10383.
    /// </summary>
    public static bool IsListed(FixType type, ReadOnlySpan<byte> value)
    {
        if (value.Length > 4) return type != FixType.Exchange;

        Span<char> text = stackalloc char[value.Length];
        for (int i = 0; i < value.Length; i++) text[i] = (char)value[i];
        return type switch
        {
            FixType.Currency => Currency.TryParse(text, out _),
            FixType.Country => Country.Exists(text),
            _ => text.Length == 4 && IsMarket(value),
        };
    }

    /// <summary>How a type is described to a person.</summary>
    public static string Form(FixType type) => type switch
    {
        FixType.Int => "digits with an optional minus",
        FixType.Length or FixType.NumInGroup or FixType.SeqNum or FixType.TagNum => "digits",
        FixType.DayOfMonth => "1 to 31",
        FixType.Number or FixType.Qty or FixType.Price or FixType.PriceOffset or FixType.Amt or FixType.Percentage =>
            "digits with an optional point and minus",
        FixType.Char => "one character",
        FixType.Boolean => "Y or N",
        FixType.Country => "two capital letters",
        FixType.Currency => "three capital letters",
        FixType.Language => "two letters",
        FixType.MonthYear => "YYYYMM, YYYYMMDD or YYYYMMwN",
        FixType.UtcTimestamp => "YYYYMMDD-HH:MM:SS with 0, 3, 6 or 9 decimals",
        FixType.UtcTimeOnly => "HH:MM:SS with 0, 3, 6 or 9 decimals",
        FixType.UtcDateOnly or FixType.UtcDate or FixType.LocalMktDate => "YYYYMMDD",
        FixType.TZTimestamp => "YYYYMMDD-HH:MM[:SS] and Z or an offset",
        FixType.TZTimeOnly => "HH:MM[:SS] and Z or an offset",
        FixType.MultipleValueString or FixType.MultipleStringValue => "values with one space between them",
        FixType.MultipleCharValue => "single characters with one space between them",
        FixType.Exchange => "a market identifier code of ISO 10383",
        _ => "text",
    };

    private static ReadOnlySpan<byte> Unsigned(ReadOnlySpan<byte> value) =>
        value.Length > 0 && value[0] == '-' ? value[1..] : value;

    // Digits before or after the point; no plus, no exponent, no separators. Zeros in front and behind are allowed.
    private static bool IsDecimal(ReadOnlySpan<byte> value)
    {
        int digits = 0, points = 0;
        foreach (byte b in Unsigned(value))
        {
            if (char.IsAsciiDigit((char)b)) digits++;
            else if (b == '.') points++;
            else return false;
        }

        return digits > 0 && points <= 1;
    }

    private static bool IsUpper(ReadOnlySpan<byte> value) => !value.ContainsAnyExceptInRange((byte)'A', (byte)'Z');

    private static bool IsMarket(ReadOnlySpan<byte> value)
    {
        foreach (byte b in value) if (!char.IsAsciiLetterUpper((char)b) && !char.IsAsciiDigit((char)b)) return false;
        return true;
    }

    private static bool IsCharacterList(ReadOnlySpan<byte> value)
    {
        if (value.Length % 2 == 0) return false;
        for (int i = 0; i < value.Length; i++) if (value[i] == ' ' != (i % 2 == 1)) return false;
        return true;
    }

    private static bool IsMonthYear(ReadOnlySpan<byte> value)
    {
        if (value.Length < 6 || !Ascii.IsDigits(value[..6]) || Ascii.TwoDigits(value, 4) is < 1 or > 12) return false;
        if (value.Length == 6) return true;
        return value.Length == 8 && (value[6] == 'w' ? value[7] is >= (byte)'1' and <= (byte)'5' : IsDate(value));
    }

    private static bool IsDate(ReadOnlySpan<byte> value)
    {
        if (!Ascii.TryReadNumber(value, 8, out int date)) return false;
        int year = date / 10000, month = date / 100 % 100, day = date % 100;
        return year >= 1 && month is >= 1 and <= 12 && day >= 1
            && (day <= 28 || day <= DateTime.DaysInMonth(year, month));
    }

    // A leap second, 60, is allowed at the end of any minute.
    private static bool IsTime(ReadOnlySpan<byte> value)
    {
        if (value.Length is not (8 or 12 or 15 or 18) || !IsMinute(value) || value[5] != ':'
            || Ascii.TwoDigits(value, 6) is < 0 or > 60)
        {
            return false;
        }

        return value.Length == 8 || (value[8] == '.' && Ascii.IsDigits(value[9..]));
    }

    private static bool IsMinute(ReadOnlySpan<byte> value) =>
        value.Length >= 5 && value[2] == ':' && Ascii.TwoDigits(value, 0) is >= 0 and <= 23
        && Ascii.TwoDigits(value, 3) is >= 0 and <= 59;

    // HH:MM or a full time, then nothing, Z, or an offset of hours or hours and minutes.
    private static bool IsZoned(ReadOnlySpan<byte> value)
    {
        int zone = value.IndexOfAny("Z+-"u8);
        ReadOnlySpan<byte> time = zone < 0 ? value : value[..zone];
        if (time.Length == 5 ? !IsMinute(time) : !IsTime(time)) return false;
        if (zone < 0) return true;

        ReadOnlySpan<byte> offset = value[(zone + 1)..];
        if (value[zone] == 'Z') return offset.IsEmpty;
        return offset.Length == 2 ? Ascii.TwoDigits(offset, 0) is >= 0 and <= 14
            : offset.Length == 5 && IsMinute(offset) && Ascii.TwoDigits(offset, 0) <= 14;
    }
}
