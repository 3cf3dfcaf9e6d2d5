using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>Dates and amounts as FIN writes them.</summary>
internal static class SwiftValue
{
    /// <summary>YYMMDD; 80 to 99 are of the last century, as the standard has it.</summary>
    public static bool TryReadDate(ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        if (text.Length != 6 || !Ascii.IsDigits(text)) return false;

        int year = Ascii.TwoDigits(text, 0), month = Ascii.TwoDigits(text, 2), day = Ascii.TwoDigits(text, 4);
        year += year >= 80 ? 1900 : 2000;
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;

        date = new DateOnly(year, month, day);
        return true;
    }

    /// <inheritdoc cref="TryReadDate(ReadOnlySpan{char}, out DateOnly)"/>
    public static bool TryReadDate(ReadOnlySpan<byte> text, out DateOnly date)
    {
        Span<char> digits = stackalloc char[6];
        date = default;
        if (text.Length != 6) return false;
        for (int i = 0; i < 6; i++) digits[i] = (char)text[i];
        return TryReadDate(digits, out date);
    }

    /// <summary>Currency and amount with a comma: <c>EUR1234,5</c>.</summary>
    public static bool TryReadMoney(ReadOnlySpan<char> text, out Money money)
    {
        money = null!;
        if (text.Length < 5) return false;
        return Money.TryParse(text[3..].ToString().Replace(',', '.'), text[..3], out money);
    }

    /// <summary>Digits with a comma as a number, such as a rate.</summary>
    public static bool TryReadNumber(ReadOnlySpan<char> text, out decimal number) =>
        decimal.TryParse(text.ToString().Replace(',', '.'), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out number);

    /// <summary>
    /// The currency of a value: its first three capitals that stand together; empty where there are none.
    /// </summary>
    public static ReadOnlySpan<byte> Currency(ReadOnlySpan<byte> value)
    {
        for (int i = 0; i + 3 <= value.Length; i++)
        {
            if (!value.Slice(i, 3).ContainsAnyExceptInRange((byte)'A', (byte)'Z')) return value.Slice(i, 3);
        }

        return [];
    }

    /// <summary>
    /// Whether a value stays one field: a further line that begins with a colon or a hyphen would end it.
    /// </summary>
    public static bool IsOneField(string value) =>
        !value.Contains("\n:", StringComparison.Ordinal) && !value.Contains("\n-", StringComparison.Ordinal);

    public static string WriteDate(DateOnly date) => date.ToString("yyMMdd", CultureInfo.InvariantCulture);

    public static string WriteMoney(Money money) => money.Currency.Code + WriteAmount(money.Amount);

    public static string WriteAmount(decimal number)
    {
        string amount = number.ToString(CultureInfo.InvariantCulture);
        return amount.Contains('.', StringComparison.Ordinal) ? amount.Replace('.', ',') : amount + ",";
    }
}
