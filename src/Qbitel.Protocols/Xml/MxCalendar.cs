namespace Qbitel.Protocols.Xml;

/// <summary>
/// The dates and times of XML Schema part 2, 3.2.7 to 3.2.11, in four-digit years from 0001 on.
/// </summary>
internal static class MxCalendar
{
    public static bool IsDate(ReadOnlySpan<byte> text) => TryDate(ref text) && IsZone(text);

    public static bool IsDateTime(ReadOnlySpan<byte> text)
    {
        if (!TryDate(ref text) || text.IsEmpty || text[0] != 'T') return false;
        text = text[1..];
        return TryTime(ref text) && IsZone(text);
    }

    public static bool IsTime(ReadOnlySpan<byte> text) => TryTime(ref text) && IsZone(text);

    public static bool IsYear(ReadOnlySpan<byte> text) =>
        text.Length >= 4 && Number(text, 0, 4) > 0 && IsZone(text[4..]);

    public static bool IsYearMonth(ReadOnlySpan<byte> text) =>
        text.Length >= 7 && Number(text, 0, 4) > 0 && text[4] == '-' && Number(text, 5, 2) is >= 1 and <= 12
        && IsZone(text[7..]);

    private static bool TryDate(ref ReadOnlySpan<byte> text)
    {
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return false;

        int year = Number(text, 0, 4), month = Number(text, 5, 2), day = Number(text, 8, 2);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;

        text = text[10..];
        return true;
    }

    private static bool TryTime(ref ReadOnlySpan<byte> text)
    {
        if (text.Length < 8 || text[2] != ':' || text[5] != ':') return false;

        int hour = Number(text, 0, 2), minute = Number(text, 3, 2), second = Number(text, 6, 2);
        if (hour < 0 || minute is < 0 or > 59 || second is < 0 or > 59) return false;

        text = text[8..];
        bool isWhole = true;
        if (!text.IsEmpty && text[0] == '.')
        {
            int digits = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits < 0) digits = text.Length - 1;
            if (digits == 0) return false;
            isWhole = !text.Slice(1, digits).ContainsAnyExcept((byte)'0');
            text = text[(1 + digits)..];
        }

        // The end of a day may be written as its hour 24.
        return hour < 24 || (hour == 24 && minute == 0 && second == 0 && isWhole);
    }

    private static bool IsZone(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return true;
        if (text.Length == 1) return text[0] == 'Z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;

        int hours = Number(text, 1, 2), minutes = Number(text, 4, 2);
        return hours >= 0 && minutes is >= 0 and <= 59 && (hours < 14 || (hours == 14 && minutes == 0));
    }

    private static int Number(ReadOnlySpan<byte> text, int at, int digits) =>
        Ascii.TryReadNumber(text.Slice(at, digits), digits, out int value) ? value : -1;
}
