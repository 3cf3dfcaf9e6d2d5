using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Tests.Identifiers;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("100.25", "USD", 10025)]
    [InlineData("100", "USD", 10000)]
    [InlineData("100", "JPY", 100)]
    [InlineData("1.234", "BHD", 1234)]
    [InlineData("1.2345", "CLF", 12345)]
    [InlineData("1.10", "EUR", 110)]
    public void Minor_units_follow_the_currency(string amount, string currency, long minor)
    {
        Assert.True(Money.TryParse(amount, currency, out Money money));
        Assert.Equal(minor, money.ToMinorUnits());
        Assert.Equal(money, Money.FromMinorUnits(minor, money.Currency));
    }

    [Theory]
    [InlineData("100.5", "JPY")]
    [InlineData("1.234", "USD")]
    [InlineData("-1", "USD")]
    [InlineData("1e3", "USD")]
    [InlineData("1,5", "USD")]
    [InlineData(" 1", "USD")]
    [InlineData("", "USD")]
    [InlineData("1", "EURO")]
    [InlineData("1", "ZZZ")]
    public void An_amount_the_currency_cannot_hold_is_refused(string amount, string currency) =>
        Assert.False(Money.TryParse(amount, currency, out _));

    [Fact]
    public void The_list_is_whole_and_its_numbers_lead_back()
    {
        Assert.True(Currency.TryFind(840, out Currency dollar));
        Assert.Equal("USD", dollar.Code);
        Assert.True(Currency.TryFind(978, out Currency euro));
        Assert.Equal(2, euro.Exponent);
        Assert.True(Currency.TryFind(532, out Currency caribbean)); // one number, two codes in turn
        Assert.Equal("XCG", caribbean.Code);
        Assert.True(Currency.TryParse("HRK", out Currency kuna));
        Assert.Equal(new DateOnly(2023, 1, 15), kuna.WithdrawnOn);
        Assert.True(Currency.TryParse("XAU", out Currency gold));
        Assert.Null(gold.Exponent);
        Assert.Throws<InvalidOperationException>(() => Money.TryCreate(1.5m, gold, out Money ounces)
            ? ounces.ToMinorUnits() : 0);
    }
}
