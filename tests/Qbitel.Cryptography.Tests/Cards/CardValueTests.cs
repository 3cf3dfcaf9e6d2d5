using Qbitel.Cryptography.Cards;

namespace Qbitel.Cryptography.Tests.Cards;

public sealed class CardValueTests
{
    private static readonly byte[] Key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    [Fact]
    public void A_cvv_verifies_for_its_card_date_and_service_code_alone()
    {
        char[] value = new char[3];
        CardVerificationValue.Compute(Key, "4123456789012345", "8701", "101", value);

        Assert.Equal("561", new string(value)); // the worked example in IBM's and payShield's manuals
        Assert.True(CardVerificationValue.Verify(Key, "4123456789012345", "8701", "101", value));
        Assert.False(CardVerificationValue.Verify(Key, "4123456789012345", "0187", "101", value));
        Assert.False(
            CardVerificationValue.Verify(Key, "4123456789012345", "8701", CardVerificationValue.ChipServiceCode,
            value));
        Assert.False(CardVerificationValue.Verify(Key, "4123456789012345", "8701", "101", "000"));
    }

    [Fact]
    public void A_value_without_a_key_or_of_another_form_is_refused_not_valid()
    {
        Assert.Throws<CardException>(() => CardVerificationValue.Verify([], "4123456789012345", "8701", "101", "000"));
        Assert.Throws<CardException>(() => CardVerificationValue.Verify(Key, "41234567890", "8701", "101", "000"));
        Assert.Throws<CardException>(() => CardVerificationValue.Verify(Key, "4123456789012345", "870", "101", "000"));
        Assert.Throws<CardException>(() => CardVerificationValue.Verify(Key, "4123456789012345", "8701", "101", ""));
        Assert.Throws<CardException>(() =>
            CardVerificationValue.Compute(Key, "412345678901234X", "8701", "101", new char[3]));
    }

    [Fact]
    public void A_pvv_verifies_for_its_pin_alone()
    {
        char[] value = new char[4];
        PinVerificationValue.Compute(Key, "1", "4123456789012345", "1234", value);

        Assert.True(PinVerificationValue.Verify(Key, "1", "4123456789012345", "1234", value));
        Assert.True(
            PinVerificationValue.Verify(Key, "1", "4123456789012345", "123499", value)); // the first four digits count
        Assert.False(PinVerificationValue.Verify(Key, "1", "4123456789012345", "1235", value));
        Assert.False(PinVerificationValue.Verify(Key, "2", "4123456789012345", "1234", value));
    }

    [Fact]
    public void An_offset_leads_back_to_the_pin()
    {
        const string Table = "0123456789012345", Data = "1122334455667788";
        foreach (string pin in (string[])["0000", "9999", "4524", "123456789012"])
        {
            char[] offset = new char[pin.Length], again = new char[pin.Length];
            Ibm3624Pin.ComputeOffset(Key, Table, Data, pin, offset);
            Ibm3624Pin.Compute(Key, Table, Data, offset, again);
            Assert.Equal(pin, new string(again));
        }
    }

    [Theory]
    [InlineData("0123456789012345", true)]
    [InlineData("0000000000000000", false)]
    [InlineData("0123456000012345", false)]
    [InlineData("0101010101234567", false)]
    [InlineData("012345678901234A", false)]
    public void A_table_that_helps_to_guess_is_refused(string table, bool isStrong)
    {
        if (isStrong) Ibm3624Pin.RequireStrongTable(table);
        else Assert.Throws<CardException>(() => Ibm3624Pin.RequireStrongTable(table));
    }

    [Fact]
    public void A_fault_says_neither_card_nor_pin()
    {
        CardException fault = Assert.Throws<CardException>(() =>
            PinVerificationValue.Compute(Key, "1", "4123456789012345", "12A4", new char[4]));

        Assert.DoesNotContain("12A4", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("41234", fault.Message, StringComparison.Ordinal);
    }
}
