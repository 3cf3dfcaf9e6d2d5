using System.Globalization;

namespace Qbitel.Protocols.Identifiers;

/// <summary>An amount in a currency, exact: decimal or whole minor units, never binary floating point.</summary>
public sealed record Money
{
    private Money(decimal amount, Currency currency)
    {
        Amount = amount;
        Currency = currency;
    }

    public decimal Amount { get; }

    public Currency Currency { get; }

    /// <summary>An amount that the currency can hold: no more decimals than its minor unit has.</summary>
    public static bool TryCreate(decimal amount, Currency currency, out Money money)
    {
        ArgumentNullException.ThrowIfNull(currency);
        bool valid = currency.Exponent is not { } exponent || decimal.Round(amount, exponent) == amount;
        money = valid ? new Money(amount, currency) : null!;
        return valid;
    }

    /// <summary>
    /// Reads digits with an optional point; signs, exponents, spaces and group separators are refused.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> amount, ReadOnlySpan<char> currency, out Money money)
    {
        money = null!;
        return Currency.TryParse(currency, out Currency known)
            && decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            && TryCreate(value, known, out money);
    }

    /// <exception cref="ArgumentException">The currency has no minor unit.</exception>
    public static Money FromMinorUnits(long minorUnits, Currency currency)
    {
        ArgumentNullException.ThrowIfNull(currency);
        int exponent = currency.Exponent
            ?? throw new ArgumentException($"{currency} has no minor unit", nameof(currency));
        return new Money(minorUnits / Scale(exponent), currency);
    }

    /// <summary>The amount in minor units, such as cents.</summary>
    /// <exception cref="InvalidOperationException">The currency has no minor unit.</exception>
    /// <exception cref="OverflowException">The amount is past what 64 bits hold.</exception>
    public long ToMinorUnits()
    {
        int exponent = Currency.Exponent ?? throw new InvalidOperationException($"{Currency} has no minor unit");
        return decimal.ToInt64(Amount * Scale(exponent));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Currency} {Amount}");

    private static decimal Scale(int exponent) =>
        exponent switch { 0 => 1m, 1 => 10m, 2 => 100m, 3 => 1000m, _ => 10000m };
}
