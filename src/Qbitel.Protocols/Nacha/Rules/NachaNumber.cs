using System.Globalization;

namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>Numbers, check digits and dates as the records write them.</summary>
internal static class NachaNumber
{
    /// <summary>
    /// Reads at most 18 digits, with blanks before or after them; -1 for anything else, blank included.
    /// </summary>
    public static long Read(ReadOnlySpan<byte> digits)
    {
        long value = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return ReadSpaced(digits);
            value = (value * 10) + (digit - '0');
        }

        return value;
    }

    /// <summary>The same of as many as 20 digits, as accounting advices have.</summary>
    public static Int128 ReadLong(ReadOnlySpan<byte> digits)
    {
        if (digits.Length <= 18) return Read(digits);
        long high = Read(digits[..^18]);
        long low = Read(digits[^18..]);
        return high < 0 && !digits[..^18].ContainsAnyExcept((byte)' ') ? low
            : high < 0 || low < 0 ? -1 : ((Int128)high * 1_000_000_000_000_000_000) + low;
    }

    /// <summary>ABA routing numbers: weights 3-7-1 over eight digits, and a ninth that makes the sum a multiple of ten;
    /// -1 where they are not digits.</summary>
    public static int CheckDigit(ReadOnlySpan<byte> bank)
    {
        int sum = 0;
        for (int i = 0; i < 8; i++)
        {
            int digit = bank[i] - '0';
            if (digit is < 0 or > 9) return -1;
            sum += digit * (i % 3) switch { 0 => 3, 1 => 7, _ => 1 };
        }

        return (10 - (sum % 10)) % 10;
    }

    /// <summary>YYMMDD in the century of the ACH network: 80 to 99 are the last one's.</summary>
    public static bool TryReadDate(ReadOnlySpan<byte> text, out DateOnly date)
    {
        int year = Ascii.TwoDigits(text, 0);
        int month = Ascii.TwoDigits(text, 2);
        int day = Ascii.TwoDigits(text, 4);
        year += year < 80 ? 2000 : 1900;
        bool valid = year >= 1980 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        date = valid ? new DateOnly(year, month, day) : default;
        return valid;
    }

    public static string Dollars(Int128 cents) => string.Create(CultureInfo.InvariantCulture,
        $"{cents / 100}.{(int)(cents % 100):D2} USD");

    private static long ReadSpaced(ReadOnlySpan<byte> digits)
    {
        ReadOnlySpan<byte> trimmed = digits.Trim((byte)' ');
        return trimmed.IsEmpty || trimmed.Length == digits.Length || !Ascii.IsDigits(trimmed) ? -1 : Read(trimmed);
    }
}
