using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>Dates, times and currencies in digits.</summary>
internal static class Iso8583Forms
{
    public static readonly IReadOnlyList<string> Names =
    [
        "MMDDhhmmss", "hhmmss", "MMDD", "YYMM", "YYMMDD", "YYMMDDhhmmss", "YYYYMM", "YYYYMMDD", "YYYYMMDDhhmmss",
        "currency",
    ];

    /// <summary>Whether a value is a date, time or currency of the form.</summary>
    public static bool Has(string form, ReadOnlySpan<char> value) => form switch
    {
        "MMDDhhmmss" => value.Length == 10 && IsDay(value) && IsTime(value[4..]),
        "hhmmss" => value.Length == 6 && IsTime(value),
        "MMDD" => value.Length == 4 && IsDay(value),
        "YYMM" => value.Length == 4 && Ascii.TwoDigits(value, 2) is >= 1 and <= 12,
        "YYMMDD" => value.Length == 6 && IsDay(value[2..]),
        "YYMMDDhhmmss" => value.Length == 12 && IsDay(value[2..]) && IsTime(value[6..]),
        "YYYYMM" => value.Length == 6 && Ascii.TwoDigits(value, 4) is >= 1 and <= 12,
        "YYYYMMDD" => value.Length == 8 && IsDay(value[4..]),
        "YYYYMMDDhhmmss" => value.Length == 14 && IsDay(value[4..]) && IsTime(value[8..]),
        "currency" => int.TryParse(value, System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture, out int number) && Currency.TryFind(number, out _),
        _ => true,
    };

    // Without a century, 29 February may exist.
    private static bool IsDay(ReadOnlySpan<char> value)
    {
        int month = Ascii.TwoDigits(value, 0), day = Ascii.TwoDigits(value, 2);
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(2024, month);
    }

    private static bool IsTime(ReadOnlySpan<char> value) =>
        Ascii.TwoDigits(value, 0) is >= 0 and <= 23 && Ascii.TwoDigits(value, 2) is >= 0 and <= 59
            && Ascii.TwoDigits(value, 4) is >= 0 and <= 59;
}
