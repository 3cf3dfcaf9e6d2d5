using System.Buffers;
using System.Security.Cryptography;
using Qbitel.Protocols.Emv;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Emv;

public sealed class BerTlvTests
{
    [Theory]
    [InlineData("9F260811223344556677889F3602001C", "9F26@0:8 9F36@0:2")]
    [InlineData("00008407A0000000031010FF9A03191105", "84@0:7 9A@0:3")]
    [InlineData("7706820218009A00", "77@0:6 82@1:2 9A@1:0")]
    [InlineData("9F10820002AABB", "9F10@0:2")]
    [InlineData("DF818101FF", "")]
    [InlineData("", "")]
    public void Objects_come_in_the_order_of_their_bytes(string hex, string expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        List<string> found = [];
        BerTlvReader reader = new(bytes);
        while (reader.TryRead(out BerTlv item)) found.Add($"{item.Tag:X}@{item.Depth}:{item.ValueLength}");

        Assert.Equal(expected, string.Join(' ', found));
    }

    [Theory]
    [InlineData("9F26081122", "Emv.Incomplete", true)]
    [InlineData("9F", "Emv.Incomplete", true)]
    [InlineData("9F26", "Emv.Incomplete", true)]
    [InlineData("82", "Emv.Incomplete", true)]
    [InlineData("8280", "Emv.Length", false)]
    [InlineData("82830000020000", "Emv.Length", false)]
    [InlineData("8288FFFFFFFFFFFFFFFF", "Emv.Length", false)]
    [InlineData("DF81818101FF", "Emv.Tag", false)]
    [InlineData("7703820500", "Emv.Length", false)]
    public void What_cannot_be_read_has_a_place(string hex, string code, bool isIncomplete)
    {
        BerTlvReader reader = new(Convert.FromHexString(hex));
        while (reader.TryRead(out _)) { }

        Assert.Equal(code, reader.Error!.Code);
        Assert.Equal(isIncomplete, reader.Error.IsIncomplete);
        Assert.NotNull(reader.Error.Offset);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void A_longer_length_than_needed_counts_and_is_refused_where_strict()
    {
        byte[] bytes = Convert.FromHexString("8281021800");
        BerTlvReader lenient = new(bytes);
        Assert.True(lenient.TryRead(out BerTlv item));
        Assert.Equal(2, item.ValueLength);
        Assert.Equal(1, lenient.LongLengths);
        BerTlvReader strict = new(bytes, ParseMode.Strict);
        Assert.False(strict.TryRead(out _));
    }

    [Fact]
    public void Depth_is_bounded()
    {
        byte[] nested = [];
        for (int i = 0; i < 40; i++) nested = [0x77, (byte)nested.Length, .. nested];
        BerTlvReader reader = new(nested);
        int count = 0;
        while (reader.TryRead(out _)) count++;

        Assert.Equal("Emv.Depth", reader.Error!.Code);
        Assert.Equal(BerTlvReader.MaxDepth - 1, count);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        for (int i = 0; i < 300; i++)
        {
            uint tag = (uint[])[0x82, 0x9F26, 0xDF8104] is var tags ? tags[i % 3] : 0;
            byte[] value = RandomNumberGenerator.GetBytes(i * 3);
            ArrayBufferWriter<byte> writer = new();
            BerTlv.Write(writer, tag, value);
            BerTlv.Write(writer, 0x9A, [1, 2, 3]);

            Assert.True(BerTlvReader.TryFind(writer.WrittenSpan, tag, out ReadOnlySpan<byte> read));
            Assert.True(read.SequenceEqual(value));
            Assert.True(BerTlvReader.TryFind(writer.WrittenSpan, 0x9A, out _));
        }
    }

    [Fact]
    public void Any_bytes_end_in_objects_within_bounds_or_a_located_error_without_allocation()
    {
        byte[] bytes = new byte[64];
        for (int i = 0; i < Soak.Times(20_000, 2_000_000); i++)
        {
            Span<byte> some = bytes.AsSpan(0, RandomNumberGenerator.GetInt32(bytes.Length));
            RandomNumberGenerator.Fill(some);
            BerTlvReader reader = new(some);
            while (reader.TryRead(out BerTlv item))
                Assert.True(item.ValueOffset + item.ValueLength <= some.Length);
            if (reader.Error is { } error) Assert.InRange(error.Offset!.Value, 0, some.Length);
        }

        byte[] sound = Convert.FromHexString("9F260811223344556677889F3602001C77058203180000");
        Assert.Equal(0, Allocation.Least(() => Walk(sound)));
        Assert.Equal(4, Walk(sound));
    }

    [Fact]
    public void A_list_is_filled_as_the_card_asks_and_nothing_is_made_up()
    {
        // Amounts are numbers and keep their right end, a name keeps its left one.
        byte[] data = Convert.FromHexString("9F0206000000004000" + "9C0101" + "9F4E03414243" + "9A03191105");
        Assert.True(DataObjectList.TryParse(
            Convert.FromHexString("9F0207" + "9C02" + "9F4E02" + "9A03"), out DataObjectList list, out _));
        byte[] filled = new byte[list.Size];

        Assert.True(list.TryFill(data, filled, out _));
        Assert.Equal("00000000004000" + "0001" + "4142" + "191105", Convert.ToHexString(filled));

        Assert.True(DataObjectList.TryParse([0x95, 5], out DataObjectList other, out _));
        Assert.False(other.TryFill(data, filled, out uint missing));
        Assert.Equal(0x95u, missing);
        Assert.False(DataObjectList.TryParse([0x9F, 0x02], out _, out ParseError error));
        Assert.True(error.IsIncomplete);
    }

    [Fact]
    public void A_tag_that_comes_twice_is_refused()
    {
        byte[] data = Convert.FromHexString("9F3602001C9F3602001D");
        Assert.False(EmvCryptogramData.TryParse(data, ParseMode.Lenient, out _, out ParseError error));
        Assert.Equal("Emv.Duplicate", error.Code);
        Assert.Equal(5, error.Offset);
    }

    private static int Walk(byte[] bytes)
    {
        int count = 0;
        BerTlvReader reader = new(bytes);
        while (reader.TryRead(out _)) count++;
        return count;
    }
}
