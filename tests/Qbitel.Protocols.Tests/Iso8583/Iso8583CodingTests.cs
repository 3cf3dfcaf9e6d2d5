using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Iso8583.Subfields;

namespace Qbitel.Protocols.Tests.Iso8583;

/// <summary>
/// Every way to write a message gives it back, and bytes that are cut or changed are never taken for another.
/// </summary>
public sealed class Iso8583CodingTests
{
    private static readonly Gen<Iso8583Encoding> Encodings =
        from header in Gen.Elements(Enum.GetValues<Iso8583Header>())
        from bitmap in Gen.Elements(Enum.GetValues<Iso8583Bitmap>())
        from routing in Gen.Elements(Enum.GetValues<Iso8583Routing>())
        from mti in Gen.Elements(Enum.GetValues<DigitCoding>())
        from numbers in Gen.Elements(Enum.GetValues<DigitCoding>())
        from text in Gen.Elements(Enum.GetValues<TextCoding>())
        from bytes in Gen.Elements(Enum.GetValues<BinaryCoding>())
        from padding in Gen.Elements(Enum.GetValues<DigitPadding>())
        from prefix in Gen.Elements(Enum.GetValues<PrefixCoding>())
        from unit in Gen.Elements(Enum.GetValues<LengthUnit>())
        from sign in Gen.Elements(true, false)
        from third in Gen.Elements(true, false)
        select new Iso8583Encoding(header, bitmap)
        {
            Routing = routing,
            Mti = mti,
            Numbers = numbers,
            Text = text,
            Bytes = bytes,
            Padding = padding,
            Prefix = prefix,
            Unit = unit,
            IsSignCounted = sign,
            IsThirdBitmapInField = third,
        };

    private static readonly Iso8583Profile House = Iso8583ProfileTests.Load("""
        { "name": "house", "version": "1987", "extends": "1987-ascii", "fields": [
          { "number": 130, "name": "More", "type": "ans", "length": "..40" },
          { "number": 192, "name": "Last", "type": "b", "length": 4 } ] }
        """);

    internal static Iso8583Message Message(Iso8583Encoding encoding, bool hasThird = true)
    {
        Assert.True(Mti.TryParse("0200", out Mti mti));
        Iso8583Builder builder = new Iso8583Builder(mti, House, encoding).Set(2, "376100000000004")
            .Set(3, "001000").Set(4, "1250").Set(7, "1124093000").Set(11, "123456").Set(22, "051")
            .Set(28, encoding.IsSignCounted ? "D0000125" : "D00000125").Set(32, "12345").Set(33, "")
            .Set(35, "376100000000004=28122010000000000").Set(37, "Ref 63280912").Set(41, "Term 001")
            .Set(43, "Kaffee am Markt        Frankfurt    HEDE").Set(48, "lower case, [brackets] and ^")
            .Set(52, "0123456789ABCDEF").Set(64, "FEDCBA9876543210").Set(90, new string('7', 42)).Set(102, "DE1528804");
        return (hasThird ? builder.Set(130, "beyond").Set(192, "0A0B0C0D") : builder).Build(allowInvalid: true);
    }

    [Fact]
    public void What_is_built_is_read_back_in_any_encoding() =>
        Prop.ForAll(Encodings.ToArbitrary(), encoding =>
        {
            Iso8583Message built = Message(encoding);
            Assert.True(Iso8583Message.TryParse(built.RawContent.Span, House, encoding, out Iso8583Message read,
                out ParseError error), $"{encoding}: {error}");
            foreach ((int number, string value) in ((int, string)[])[(2, "376100000000004"), (4, "000000001250"),
                (22, "051"), (32, "12345"), (33, ""), (37, "Ref 63280912"), (48, "lower case, [brackets] and ^"),
                (52, "0123456789ABCDEF"), (130, "beyond"), (192, "0A0B0C0D")])
            {
                Assert.Equal((number, value), (number, read[number]));
            }

            Assert.Equal("376100000000004", Track(read).CardNumber);
            Assert.Equal("0200", read.Mti.ToString());
            Assert.DoesNotContain(read.Validate(), finding => finding.Code == "Iso8583.FieldContent");
            return built.ToBytes().AsSpan().SequenceEqual(read.ToBytes());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_prefix_is_incomplete_in_any_encoding() =>
        Prop.ForAll(Encodings.ToArbitrary(), encoding =>
        {
            byte[] bytes = Message(encoding).ToBytes();
            for (int length = 0; length < bytes.Length; length++)
            {
                Assert.False(Iso8583Message.TryParse(bytes.AsSpan(0, length), House, encoding, out _,
                    out ParseError error));
                Assert.True(error.IsIncomplete && error.Offset <= length, $"{encoding} at {length}: {error}");
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Editing_one_field_changes_it_and_what_depends_on_it_in_any_encoding() =>
        Prop.ForAll(Encodings.ToArbitrary(), encoding =>
        {
            Iso8583Message message = Message(encoding);
            Iso8583Message edited = message.With(48, "another").With(11, "654321");
            Assert.Equal(("another", "654321"), (edited[48], edited[11]));
            foreach (Iso8583Slice slice in message.Fields.Where(slice => slice.Number is not (48 or 11)))
                Assert.Equal(message.ValueOf(slice), edited.ValueOf(edited.Find(slice.Number)!.Value));
            Assert.Equal(message.ToBytes(), edited.With(48, message[48]!).With(11, "123456").ToBytes());

            Iso8583Message without = message.Without(90);
            Assert.Null(without[90]);
            return without.With(90, message[90]!).ToBytes().AsSpan().SequenceEqual(message.ToBytes());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_field_of_a_new_bitmap_brings_the_bitmap_with_it()
    {
        foreach (Iso8583Bitmap bitmap in Enum.GetValues<Iso8583Bitmap>())
        {
            Iso8583Encoding encoding = new(Iso8583Header.TwoByteLength, bitmap);
            Assert.True(Mti.TryParse("0800", out Mti mti));
            Iso8583Message small = new Iso8583Builder(mti, House, encoding).Set(7, "1124093000").Set(11, "000001")
                .Build();
            Iso8583Message grown = small.With(130, "far").With(70, "301");
            Assert.Equal(("1124093000", "301", "far"), (grown[7], grown[70], grown[130]));
            Assert.Equal(new Iso8583Builder(mti, House, encoding).Set(7, "1124093000").Set(11, "000001").Set(70, "301")
                .Set(130, "far").Build().ToBytes(), grown.ToBytes());
        }
    }

    [Fact]
    public void Hexadecimal_in_small_letters_stays_as_it_came()
    {
        byte[] bytes = "0800822000000000000004000000000000001124093000000001301"u8.ToArray();
        byte[] small = Encoding.ASCII.GetBytes("0800" + "c22000000000000a" + "0400000000000000" + "0812345678"
            + "1124093000" + "000001" + "0123456789abcdef" + "301");
        Assert.Equal("301", Iso8583Message.Parse(bytes)[70]);
        Assert.False(Iso8583Message.TryParse(small, out _, out _)); // bits 61 and 63 have no content
        small = Encoding.ASCII.GetBytes("0800" + "c220000000000001" + "0400000000000000" + "0812345678" + "1124093000"
            + "000001" + "0123456789abcdef" + "301");
        Iso8583Message message = Iso8583Message.Parse(small);
        Assert.Equal(small, message.With(11, "000002").With(11, "000001").ToBytes());
        string edited = Encoding.ASCII.GetString(message.With(3, "000000").ToBytes());
        Assert.StartsWith("0800e220000000000001", edited, StringComparison.Ordinal);
    }

    [Fact]
    public void Binary_numbers_have_as_many_bytes_as_their_greatest_needs()
    {
        Iso8583Encoding encoding = new(Iso8583Header.None, Iso8583Bitmap.Binary)
        {
            Mti = DigitCoding.Binary,
            Numbers = DigitCoding.Binary,
            Prefix = PrefixCoding.Binary,
        };
        Assert.True(Mti.TryParse("0200", out Mti mti));
        Iso8583Message message = new Iso8583Builder(mti, House, encoding).Set(4, "999999999999").Set(11, "123456")
            .Build(allowInvalid: true);
        Assert.Equal("0200" + "1020000000000000" + "E8D4A50FFF" + "01E240", Convert.ToHexString(message.ToBytes()));
        byte[] tooMuch = [.. message.ToBytes()[..^3], 0xFF, 0xFF, 0xFF];
        Assert.True(Iso8583Message.TryParse(tooMuch, House, encoding, out Iso8583Message read, out _));
        Assert.Contains(read.Validate(), finding => finding is { Code: "Iso8583.FieldContent", Tag: "11" });
    }

    [Theory]
    [InlineData(DigitPadding.LeftZero, "0200" + "4000000000000000" + "15" + "0376100000000004")]
    [InlineData(DigitPadding.RightF, "0200" + "4000000000000000" + "15" + "376100000000004F")]
    public void An_odd_number_of_packed_digits_is_filled(DigitPadding padding, string hex)
    {
        Iso8583Encoding encoding = new(Iso8583Header.None, Iso8583Bitmap.Binary)
        {
            Mti = DigitCoding.Bcd,
            Numbers = DigitCoding.Bcd,
            Prefix = PrefixCoding.Bcd,
            Padding = padding,
        };
        byte[] bytes = Convert.FromHexString(hex);
        Assert.True(Iso8583Message.TryParse(bytes, House, encoding, out Iso8583Message message, out _));
        Assert.Equal("376100000000004", message[2]);
        Assert.Equal(15, message.Fields[0].Characters);
        Assert.DoesNotContain(message.Validate(), finding => finding.Code is "Iso8583.Padding" or "Iso8583.Luhn");
        Assert.True(Mti.TryParse("0200", out Mti mti));
        Assert.Equal(bytes, new Iso8583Builder(mti, House, encoding).Set(2, "376100000000004").Build(true).ToBytes());

        // The other filling is read, and said.
        DigitPadding other = padding == DigitPadding.LeftZero ? DigitPadding.RightF : DigitPadding.LeftZero;
        Assert.True(Iso8583Message.TryParse(bytes, House, encoding with { Padding = other }, out message, out _));
        Assert.Contains(message.Validate(), finding => finding.Code is "Iso8583.Padding" or "Iso8583.FieldContent");
    }

    [Fact]
    public void A_letter_in_packed_digits_is_found_at_its_byte()
    {
        byte[] bytes = Convert.FromHexString("0200" + "0020000000000000" + "12A456");
        Assert.True(Iso8583Message.TryParse(bytes, Iso8583Profile.Shipped("1987-bcd"), null, out Iso8583Message message,
            out _));
        Diagnostic error = message.Validate().First(finding => finding.Code == "Iso8583.FieldContent");
        Assert.Equal(("11", 11L), (error.Tag, error.Offset));
    }

    [Fact]
    public void The_bytes_of_headers_are_kept_and_their_lengths_follow()
    {
        Iso8583Encoding encoding = new(Iso8583Header.TwoByteLength, Iso8583Bitmap.Binary)
        {
            Routing = Iso8583Routing.VisaStation,
            Mti = DigitCoding.Bcd,
        };
        Assert.True(Mti.TryParse("0800", out Mti mti));
        byte[] header = [22, 1, 2, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
        Iso8583Message message = new Iso8583Builder(mti, House, encoding).SetHeader(header).Set(7, "1124093000")
            .Set(11, "000001").Build().With(70, "301");
        Assert.Equal(message.RawContent.Length - 2,
            message.HeaderContent.Span[4] + (256 * message.HeaderContent.Span[3]));
        Assert.Equal(header.AsSpan(5), message.HeaderContent.Span[5..]);
        Assert.Throws<MessageFormatException>(() => new Iso8583Builder(mti, House, encoding).SetHeader([1, 2, 3]));
    }

    private static Iso8583Track2 Track(Iso8583Message message)
    {
        Assert.True(Iso8583Track2.TryParse(message[35], out Iso8583Track2 track));
        Assert.Equal(("2812", "201"), (track.Expiry, track.ServiceCode));
        return track;
    }
}
