using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Tests.Identifiers;

public sealed class SecurityNumberTests
{
    [Theory]
    [InlineData("US0378331005", true)]
    [InlineData("GB0002634946", true)]
    [InlineData("DE000BAY0017", true)]
    [InlineData("AU0000XVGZA3", true)]
    [InlineData("US0378331006", false)]
    [InlineData("QQ0378331005", false)]
    [InlineData("US037833100", false)]
    [InlineData("us0378331005", false)]
    [InlineData("US03783310O5", false)]
    public void An_isin_has_a_prefix_and_a_check_digit(string text, bool valid)
    {
        Assert.Equal(valid, Isin.TryParse(text, out Isin isin));
        if (valid) Assert.Equal(text, isin.ToString());
    }

    [Theory]
    [InlineData("037833100", true)]
    [InlineData("17275R102", true)]
    [InlineData("38259P508", true)]
    [InlineData("68389X105", true)]
    [InlineData("68389X106", false)]
    [InlineData("03783310", false)]
    [InlineData("0378331 0", false)]
    public void A_cusip_has_a_check_digit(string text, bool valid) =>
        Assert.Equal(valid, Cusip.TryParse(text, out _));

    [Theory]
    [InlineData("0263494", true)]
    [InlineData("B0YBKJ7", true)]
    [InlineData("2046251", true)]
    [InlineData("B0YBKJ6", false)]
    [InlineData("B0YBKA7", false)]
    [InlineData("026349", false)]
    public void A_sedol_has_no_vowels_and_a_check_digit(string text, bool valid) =>
        Assert.Equal(valid, Sedol.TryParse(text, out _));

    [Fact]
    public void One_changed_digit_is_always_found() => Prop.ForAll(
        Gen.Choose(0, 8).Zip(Gen.Choose(1, 9)).ToArbitrary(), change =>
        {
            (int at, int by) = change;
            // CUSIP and SEDOL find every changed digit; so does an ISIN made of digits.
            char[] cusip = "037833100".ToCharArray(), sedol = "0263494".ToCharArray(),
                isin = "US0378331005".ToCharArray();
            Change(cusip, at % 9, by);
            Change(sedol, at % 7, by);
            Change(isin, 2 + at, by);
            Assert.False(Cusip.TryParse(cusip, out _));
            Assert.False(Sedol.TryParse(sedol, out _));
            Assert.False(Isin.TryParse(isin, out _));

            static void Change(char[] text, int place, int step) =>
                text[place] = (char)('0' + ((text[place] - '0' + step) % 10));
        }).QuickCheckThrowOnFailure();
}
