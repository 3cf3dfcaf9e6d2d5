using Qbitel.Protocols.Emv;

namespace Qbitel.Protocols.Tests.Emv;

public sealed class DataObjectListTests
{
    [Theory]
    [InlineData("9F0206", "9F0203000040", "000000000040")]
    [InlineData("9F0203", "9F0206000000004000", "004000")]
    [InlineData("5A0A", "5A084761739001010010", "4761739001010010FFFF")]
    [InlineData("5A04", "5A084761739001010010", "47617390")]
    [InlineData("9F4E05", "9F4E03414243", "4142430000")]
    [InlineData("9F4E02", "9F4E03414243", "4142")]
    [InlineData("9505", "9502FF01", "FF01000000")]
    [InlineData("9500", "9502FF01", "")]
    [InlineData("DF0103", "DF0101AA", "AA0000")]
    public void Values_are_filled_up_and_cut_on_the_side_of_their_format(string list, string data, string filled)
    {
        Assert.True(DataObjectList.TryParse(EmvText.Bytes(list), out DataObjectList asked, out _));
        byte[] destination = new byte[asked.Size];

        Assert.True(asked.TryFill(EmvText.Bytes(data), destination, out _));
        Assert.Equal(filled, Convert.ToHexString(destination));
        Assert.Equal(0, asked.Fill(EmvText.Bytes(data), destination));
        Assert.Equal(filled, Convert.ToHexString(destination));
    }

    [Fact]
    public void A_terminal_puts_zeros_where_nothing_is_and_where_a_template_is_asked_for()
    {
        Assert.True(DataObjectList.TryParse(EmvText.Bytes("9F3704 7003 9A03"), out DataObjectList asked, out _));
        byte[] filled = new byte[asked.Size];
        Array.Fill(filled, (byte)0xEE);

        Assert.Equal(2, asked.Fill(EmvText.Bytes("7005 9A03191105"), filled));
        Assert.Equal("00000000" + "000000" + "191105", Convert.ToHexString(filled));
        Assert.False(asked.TryFill(EmvText.Bytes("9A03191105"), filled, out uint missing));
        Assert.Equal((0x9F37u, "00000000000000000000"), (missing, Convert.ToHexString(filled)));
    }
}
