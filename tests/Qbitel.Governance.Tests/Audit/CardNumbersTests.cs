using Qbitel.Governance.Audit;

namespace Qbitel.Governance.Tests.Audit;

public sealed class CardNumbersTests
{
    [Theory]
    [InlineData("4111111111111111", "************1111")]
    [InlineData("4111-1111-1111-1111", "****-****-****-1111")]
    [InlineData("3782 822463 10005", "**** ****** *0005")]
    [InlineData("PAN4111111111111111!", "PAN************1111!")]
    [InlineData("2026-11-24 4111111111111111", "2026-11-24 ************1111")]
    [InlineData("1234 4111 1111 1111 1111", "1234 **** **** **** 1111")]
    [InlineData("4222222222222", "*********2222")]
    [InlineData("6304000000000000000 5500000000000004", "***************0000 ************0004")]
    public void A_card_number_keeps_its_last_four_digits(string text, string masked) =>
        Assert.Equal(masked, CardNumbers.Mask(text));

    [Theory]
    [InlineData("4111111111111112")]
    [InlineData("1795500000000")]
    [InlineData("019b1111-4111-7111-8111-411111111111")]
    [InlineData("a4111111111111111b")]
    [InlineData("41111111111111111111111111111111")]
    [InlineData("4111 1111")]
    [InlineData("")]
    public void Other_digits_are_left_alone(string text)
    {
        Assert.Equal(text, CardNumbers.Mask(text));
        Assert.False(CardNumbers.AppearIn(text));
    }

    [Fact]
    public void Hashes_and_identifiers_are_never_masked()
    {
        for (int i = 0; i < 20_000; i++)
        {
            string text =
                $"key:{new Guid(Digest.Of(BitConverter.GetBytes(i)).ToArray().AsSpan(0, 16)):D} "
                    + $"{Digest.Of(BitConverter.GetBytes(i))}";
            Assert.Equal(text, CardNumbers.Mask(text));
        }
    }

    [Fact]
    public void A_long_run_of_digits_costs_linear_time() =>
        Assert.NotEmpty(CardNumbers.Mask(new string('4', 2_000_000)));
}
