using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift;

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

    /// <summary>Currency and amount with a comma: <c>EUR1234,5</c>.</summary>
    public static bool TryReadMoney(ReadOnlySpan<char> text, out Money money)
    {
        money = null!;
        if (text.Length < 5) return false;
        return Money.TryParse(text[3..].ToString().Replace(',', '.'), text[..3], out money);
    }

    /// <summary>
    /// Whether a value stays one field: a further line that begins with a colon or a hyphen would end it.
    /// </summary>
    public static bool IsOneField(string value) =>
        !value.Contains("\n:", StringComparison.Ordinal) && !value.Contains("\n-", StringComparison.Ordinal);

    public static string WriteDate(DateOnly date) => date.ToString("yyMMdd", CultureInfo.InvariantCulture);

    public static string WriteMoney(Money money)
    {
        string amount = money.Amount.ToString(CultureInfo.InvariantCulture);
        return money.Currency.Code + (amount.Contains('.', StringComparison.Ordinal)
            ? amount.Replace('.', ',') : amount + ",");
    }
}
