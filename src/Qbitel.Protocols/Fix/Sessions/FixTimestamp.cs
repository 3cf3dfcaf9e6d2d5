using System.Globalization;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>UTCTimestamp, read and written without allocating.</summary>
internal static class FixTimestamp
{
    /// <summary>Bytes of a time with milliseconds.</summary>
    public const int Length = 21;

    /// <summary>YYYYMMDD-HH:MM:SS.sss.</summary>
    public static void Write(DateTimeOffset value, Span<byte> into)
    {
        DateTime utc = value.UtcDateTime;
        utc.TryFormat(into, out _, "yyyyMMdd-HH:mm:ss.fff", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a time with 0, 3, 6 or 9 decimals; the leap second counts as the last moment before it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out DateTimeOffset value)
    {
        value = default;
        if (!FixValue.Fits(FixType.UtcTimestamp, text)) return false;
        if (!Ascii.TryReadNumber(text[..8], 8, out int date)) return false;

        int second = Ascii.TwoDigits(text, 15);
        long ticks = second == 60 ? TimeSpan.TicksPerSecond - 1 : 0;
        DateTime utc = new(date / 10000, date / 100 % 100, date % 100, Ascii.TwoDigits(text, 9),
            Ascii.TwoDigits(text, 12), Math.Min(second, 59), DateTimeKind.Utc);
        if (text.Length > 18 && second < 60)
        {
            ReadOnlySpan<byte> decimals = text[18..Math.Min(text.Length, 25)];
            long unit = TimeSpan.TicksPerSecond;
            foreach (byte digit in decimals) ticks += (digit - '0') * (unit /= 10);
        }

        value = new DateTimeOffset(utc.AddTicks(ticks));
        return true;
    }
}
