namespace Qbitel.Discovery.Relations.Values;

/// <summary>Digits that are dates and times, and how often random digits would be.</summary>
internal static class DigitDates
{
    /// <summary>The share of random digits of a form that hold by chance.</summary>
    public static readonly (string Form, double Chance, string Semantic)[] Forms =
    [
        ("yyyyMMddHHmmss", 6.3e-6, "timestamp"), ("yyMMddHHmmss", 3.2e-3, "timestamp"), ("yyyyMMdd", 7.3e-4, "date"),
        ("MMddHHmmss", 3.2e-3, "timestamp"), ("yyMMdd", 0.0365, "date"), ("ddMMyy", 0.0365, "date"),
        ("HHmmss", 0.0864, "time"), ("yyyyDDD", 7.3e-3, "date"),
    ];

    public static bool Holds(string form, ReadOnlySpan<char> digits)
    {
        if (digits.Length != form.Length) return false;
        foreach (char c in digits) if (!char.IsAsciiDigit(c)) return false;

        int year = form.StartsWith("yyyy", StringComparison.Ordinal) ? Number(digits[..4]) : 2000;
        if (year is < 1900 or > 2099) return false;
        int at = form.StartsWith("yyyy", StringComparison.Ordinal) ? 4 : form.StartsWith("yy", StringComparison.Ordinal)
            ? 2 : 0;
        if (form == "ddMMyy")
        {
            return Number(digits[2..4]) is >= 1 and <= 12 and var month
                && Number(digits[..2]) is >= 1 and var day && day <= DateTime.DaysInMonth(2000, month);
        }

        if (form == "yyyyDDD") return Number(digits[4..]) is >= 1 and <= 366;
        if (form.Contains("MMdd", StringComparison.Ordinal))
        {
            int month = Number(digits.Slice(at, 2)), day = Number(digits.Slice(at + 2, 2));
            int leap = form.StartsWith("yyyy", StringComparison.Ordinal) ? year : 2000;
            if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(leap, month)) return false;
            at += 4;
        }

        return !form.EndsWith("HHmmss", StringComparison.Ordinal)
            || (Number(digits.Slice(at, 2)) < 24 && Number(digits.Slice(at + 2, 2)) < 60
                && Number(digits.Slice(at + 4, 2)) < 60);
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        int number = 0;
        foreach (char c in digits) number = (number * 10) + c - '0';
        return number;
    }
}
