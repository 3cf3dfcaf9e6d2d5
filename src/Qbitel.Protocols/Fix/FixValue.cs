namespace Qbitel.Protocols.Fix;

/// <summary>The forms of FIX data types.</summary>
internal static class FixValue
{
    public static bool Fits(FixType type, ReadOnlySpan<byte> value) => type switch
    {
        FixType.Int => Ascii.IsDigits(Unsigned(value)) && !Unsigned(value).IsEmpty,
        FixType.Length or FixType.NumInGroup or FixType.SeqNum or FixType.TagNum => Ascii.IsDigits(value),
        FixType.DayOfMonth => Ascii.TryReadNumber(value, 2, out int day) && day is >= 1 and <= 31,
        FixType.Number or FixType.Qty or FixType.Price or FixType.PriceOffset or FixType.Amt or FixType.Percentage =>
            IsDecimal(value),
        FixType.Char => value.Length == 1,
        FixType.Boolean => value.Length == 1 && value[0] is (byte)'Y' or (byte)'N',
        FixType.Country => value.Length == 2 && IsUpper(value),
        FixType.Currency => value.Length == 3 && IsUpper(value),
        FixType.MonthYear => IsMonthYear(value),
        FixType.UtcTimestamp => value.Length >= 17 && IsDate(value[..8]) && value[8] == '-' && IsTime(value[9..]),
        FixType.UtcTimeOnly => IsTime(value),
        FixType.UtcDateOnly or FixType.UtcDate or FixType.LocalMktDate => value.Length == 8 && IsDate(value),
        FixType.MultipleValueString => value[0] != ' ' && value[^1] != ' ' && value.IndexOf("  "u8) < 0,
        _ => true,
    };

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
        FixType.MonthYear => "YYYYMM, YYYYMMDD or YYYYMMwN",
        FixType.UtcTimestamp => "YYYYMMDD-HH:MM:SS with 0, 3, 6 or 9 decimals",
        FixType.UtcTimeOnly => "HH:MM:SS with 0, 3, 6 or 9 decimals",
        FixType.UtcDateOnly or FixType.UtcDate or FixType.LocalMktDate => "YYYYMMDD",
        FixType.MultipleValueString => "values with one space between them",
        _ => "text",
    };

    private static ReadOnlySpan<byte> Unsigned(ReadOnlySpan<byte> value) =>
        value.Length > 0 && value[0] == '-' ? value[1..] : value;

    // Digits before or after the point; no plus, no exponent, no separators. Zeros in front and behind are allowed.
    private static bool IsDecimal(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> digits = Unsigned(value);
        int point = digits.IndexOf((byte)'.');
        if (point < 0) return !digits.IsEmpty && Ascii.IsDigits(digits);
        return digits.Length > 1 && Ascii.IsDigits(digits[..point]) && Ascii.IsDigits(digits[(point + 1)..]);
    }

    private static bool IsUpper(ReadOnlySpan<byte> value) => !value.ContainsAnyExceptInRange((byte)'A', (byte)'Z');

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
        return year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    // A leap second, 60, is allowed at the end of any minute.
    private static bool IsTime(ReadOnlySpan<byte> value)
    {
        if (value.Length is not (8 or 12 or 15 or 18) || value[2] != ':' || value[5] != ':') return false;
        if (Ascii.TwoDigits(value, 0) is < 0 or > 23 || Ascii.TwoDigits(value, 3) is < 0 or > 59
            || Ascii.TwoDigits(value, 6) is < 0 or > 60)
        {
            return false;
        }

        return value.Length == 8 || (value[8] == '.' && Ascii.IsDigits(value[9..]));
    }
}
