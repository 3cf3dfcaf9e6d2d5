using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso8583;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso8583;

public sealed class Iso8583MessageTests
{
    // Fields 2, 3, 4, 7, 11, 12, 13, 14, 22, 32, 35, 37, 41, 49 and 102: a bitmap of both halves.
    private static readonly Iso8583Encoding[] Encodings = Iso8583Encoding.All;

    public static readonly TheoryData<Iso8583Header, Iso8583Bitmap> AllEncodings = MakeEncodings();

    internal static Iso8583Message Purchase(Iso8583Encoding encoding = default)
    {
        Assert.True(Mti.TryParse("0200", out Mti mti));
        return new Iso8583Builder(mti, Iso8583Profile.Ascii1987, encoding)
            .Set(2, "4761739001010119").Set(3, "000000").Set(4, "1250").Set(7, "1124093000").Set(11, "123456").Set(12,
                "093000").Set(13, "1124")
            .Set(14, "2812").Set(22, "051").Set(32, "12345").Set(35, "4761739001010119=28122010000000000").Set(37,
                "632809123456")
            .Set(41, "TERM0001").Set(49, "978").Set(52, "0123456789ABCDEF").Set(102, "DE15288040723862551184").Build();
    }

    [Theory, MemberData(nameof(AllEncodings))]
    public void What_is_built_is_read_back_in_every_encoding(Iso8583Header header, Iso8583Bitmap bitmap)
    {
        Iso8583Message built = Purchase(new Iso8583Encoding(header, bitmap));
        Iso8583Message read = Iso8583Message.Parse(built.ToBytes());
        Assert.Equal(built.Encoding, read.Encoding);
        Assert.Equal(built.ToBytes(), read.ToBytes());
        Assert.Equal(built.Fields, read.Fields);
        Assert.Equal("0200", read.Mti.ToString());
        Assert.Equal("000000001250", read[4]);
        Assert.Equal("EUR 12.5", read.Amount!.ToString());
        Assert.Equal("4761739001010119", read.Pan!.Reveal());
        Assert.Equal("0123456789ABCDEF", read[52]);
        Assert.Null(read[5]);
        Assert.Empty(read.Validate(ParseMode.Strict));
    }

    [Theory, MemberData(nameof(AllEncodings))]
    public void It_is_identified_to_its_last_byte(Iso8583Header header, Iso8583Bitmap bitmap)
    {
        byte[] bytes = Purchase(new Iso8583Encoding(header, bitmap)).ToBytes();
        IdentifiedMessage found = MessageIdentifier.Identify(bytes);
        Assert.Equal(("iso8583", "1987", "0200", bytes.Length),
            (found.Protocol, found.Version, found.MessageType, found.Consumed));
        Assert.True(found.Confidence > 0.99);
    }

    [Theory, MemberData(nameof(AllEncodings))]
    public void Every_prefix_is_incomplete_or_refused(Iso8583Header header, Iso8583Bitmap bitmap)
    {
        Iso8583Encoding encoding = new(header, bitmap);
        byte[] bytes = Purchase(encoding).ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(Iso8583Message.TryParse(bytes.AsSpan(0, length), Iso8583Profile.Ascii1987, encoding, out _,
                out ParseError error));
            Assert.True(error.IsIncomplete && error.Offset <= length);
            Assert.False(MessageIdentifier.Identify(bytes.AsSpan(0, length)).IsKnown);
        }
    }

    [Fact]
    public void A_sample_without_a_mandatory_field_is_invalid_as_the_manifest_says()
    {
        ParseReport report = MessageParser.Parse(File.ReadAllBytes(
            SharedFiles.Path(
                "samples/iso8583/messages/test__testdata__iso_reversal_message_advice_missing_field.dat")));
        Diagnostic error = Assert.Single(report.Errors);
        Assert.Equal(("iso8583", "Iso8583.MandatoryField", "32"), (report.Protocol, error.Code, error.Tag));
    }

    [Fact]
    public void A_field_that_is_announced_and_cut_is_named_with_its_place()
    {
        byte[] bytes = Encoding.ASCII.GetBytes("0420" + "7230008100000000" + "00" + "180000" + "000000030000"
            + "0109080646" + "100331" + "001120" + "33" + "11000");
        Assert.False(Iso8583Message.TryParse(bytes, out _, out ParseError error));
        Assert.Equal(("Iso8583.FieldCut", "32", 64L, 8),
            (error.Code, error.Diagnostic.Tag, error.Offset, error.BytesNeeded));
        ParseReport report = MessageParser.Parse(bytes);
        Assert.Equal(("iso8583", false), (report.Protocol, report.IsValid));
        Assert.Equal("Iso8583.FieldCut", Assert.Single(report.Errors).Code);
    }

    [Theory]
    [InlineData("test__testdata__financial_transaction_message.dat", "0200", 14)]
    [InlineData("test__testdata__iso_reversal_message_advice.dat", "0420", 8)]
    [InlineData("test__testdata__iso_reversal_repeat_message.dat", "0401", 17)]
    [InlineData("test__testdata__iso_reversal_repeat_message_response.dat", "0410", 18)]
    public void A_sample_of_the_profile_is_read_and_written_back(string file, string mti, int fields)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path("samples/iso8583/messages/" + file)).AsSpan()
            .TrimEnd("\r\n"u8).ToArray();
        Iso8583Message message = Iso8583Message.Parse(bytes);
        Assert.Equal((mti, fields), (message.Mti.ToString(), message.Fields.Count));
        Assert.Equal(bytes, message.ToBytes());
        Assert.Equal("iso8583", MessageIdentifier.Identify(bytes).Protocol);

        Iso8583Builder builder = new(message.Mti);
        foreach (Iso8583Slice slice in message.Fields) builder.SetRaw(slice.Number, message.ValueOf(slice));
        Assert.Equal(bytes, builder.Build(allowInvalid: true).ToBytes());
    }

    [Theory]
    [InlineData("test__testdata__message_with_hex_length.dat")]
    [InlineData("test__testdata__message_with_indicate_numeric.dat")]
    [InlineData("test__testdata__message_with_number_bcd_encoding.dat")]
    [InlineData("testdata__fuzz__FuzzUnpack__582528ddfad69eb5")]
    [InlineData("encoding__testdata__fuzz__FuzzDecodeLBCD__ba3096821733d183")]
    public void A_sample_of_another_dialect_is_refused_with_a_place(string file)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path("samples/iso8583/messages/" + file));
        Assert.False(Iso8583Message.TryParse(bytes, out _, out ParseError error));
        Assert.NotNull(error.Offset);
    }

    [Fact]
    public void Any_bytes_end_in_a_message_or_an_error() =>
        Prop.ForAll<byte[]>(bytes => Encodings.All(encoding =>
            Iso8583Message.TryParse(bytes, Iso8583Profile.Ascii1987, encoding, out _, out ParseError error)
                || error.Offset is not null)).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_after_a_bitmap_is_read_or_refused_and_written_back() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            byte[] bytes = Encoding.Latin1.GetBytes("0200" + "4010000000000000" + text.Get.Length.ToString("D2",
                System.Globalization.CultureInfo.InvariantCulture) + text.Get);
            return !Iso8583Message.TryParse(bytes, out Iso8583Message message, out _)
                || message.ToBytes().AsSpan().SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_mutated_byte_never_escapes_as_an_exception()
    {
        byte[] whole = Purchase(new Iso8583Encoding(Iso8583Header.TwoByteLength, Iso8583Bitmap.Binary)).ToBytes();
        Gen<byte[]> mutated = from at in Gen.Choose(0, whole.Length - 1)
                              from value in Gen.Choose(0, 255)
                              select whole.Select((b, i) => i == at ? (byte)value : b).ToArray();
        Prop.ForAll(mutated.ToArbitrary(),
            bytes => { _ = MessageParser.Parse(bytes, "iso8583").ToJson(); }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_second_bitmap_may_announce_nothing()
    {
        Iso8583Message message = Iso8583Message.Parse("080080000000000000000000000000000000"u8);
        Assert.Empty(message.Fields);
    }

    [Theory]
    [InlineData("0900", "Iso8583.Mti")]
    [InlineData("1200", "Iso8583.Mti")]
    [InlineData("02G0", "Iso8583.Mti")]
    public void A_type_the_standard_does_not_have_is_refused(string mti, string code)
    {
        Assert.False(Iso8583Message.TryParse(Encoding.ASCII.GetBytes(mti + "0000000000000000"), out _,
            out ParseError error));
        Assert.Equal((code, 0L), (error.Code, error.Offset));
    }

    [Fact]
    public void A_third_bitmap_that_is_cut_is_told()
    {
        Assert.False(Iso8583Message.TryParse("080080000000000000008000000000000000"u8, out _, out ParseError error));
        Assert.Equal(("Iso8583.Incomplete", 16), (error.Code, error.BytesNeeded));
        Assert.False(Iso8583Message.TryParse("0800800000000000000080000000000000004000000000000000"u8, out _,
            out error));
        Assert.Equal(("Iso8583.UndefinedField", "130"), (error.Code, error.Diagnostic.Tag));
    }

    [Fact]
    public void A_hostile_length_is_refused_before_anything_is_stored()
    {
        Assert.False(Iso8583Message.TryParse("02004000000000000000991"u8, out _, out ParseError error));
        Assert.Equal(("Iso8583.FieldLength", "at most 19", "99"), (error.Code, error.Expected, error.Found));
    }

    [Theory]
    [InlineData(7, "1324093000", "Iso8583.Date")]
    [InlineData(7, "1124250000", "Iso8583.Date")]
    [InlineData(13, "0230", "Iso8583.Date")]
    [InlineData(14, "2813", "Iso8583.Date")]
    [InlineData(49, "001", "Iso8583.Currency")]
    public void A_content_that_cannot_be_is_found(int number, string value, string code)
    {
        Diagnostic error = Assert.Single(Purchase().With(number, value).Validate());
        Assert.Equal((code, Severity.Error, number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (error.Code, error.Severity, error.Tag));
    }

    [Fact]
    public void A_letter_in_a_number_is_found_at_its_byte()
    {
        byte[] bytes = Purchase().ToBytes();
        int at = bytes.AsSpan().IndexOf("123456093000"u8);
        bytes[at + 2] = (byte)'X';
        Diagnostic error = Assert.Single(Iso8583Message.Parse(bytes).Validate());
        Assert.Equal(("Iso8583.FieldContent", "11", at + 2L), (error.Code, error.Tag, error.Offset));
    }

    [Fact]
    public void A_wrong_check_digit_is_a_warning_and_an_error_when_strict()
    {
        Iso8583Message message = Purchase().With(2, "4761739001010118");
        Assert.Equal(Severity.Warning, Assert.Single(message.Validate()).Severity);
        Assert.Equal(Severity.Error, Assert.Single(message.Validate(ParseMode.Strict)).Severity);
        Assert.Null(message.Pan);
    }

    [Fact]
    public void Editing_one_field_changes_only_it()
    {
        Iso8583Message message = Purchase(new Iso8583Encoding(Iso8583Header.TwoByteLength, Iso8583Bitmap.Hex));
        Iso8583Message edited = message.With(32, "99");
        Assert.Equal("99", edited[32]);
        Assert.Equal(message.RawContent.Length - 3, edited.RawContent.Length);
        Assert.All(message.Fields.Where(f => f.Number != 32), f => Assert.Equal(message[f.Number], edited[f.Number]));
        Assert.Equal(message.ToBytes(), edited.With(32, "12345").ToBytes());
    }

    [Theory]
    [InlineData(2, "47617390010101190000", "Iso8583.FieldLength")]
    [InlineData(3, "12345X", "Iso8583.FieldContent")]
    [InlineData(39, "A", null)]
    [InlineData(52, "0123", "Iso8583.FieldLength")]
    [InlineData(52, "012345678XABCDEF", "Iso8583.FieldContent")]
    [InlineData(65, "1", "Iso8583.UndefinedField")]
    [InlineData(129, "1", "Iso8583.UndefinedField")]
    public void The_builder_refuses_what_does_not_fit(int number, string value, string? code)
    {
        Assert.True(Mti.TryParse("0200", out Mti mti));
        Iso8583Builder builder = new(mti);
        if (code is null) Assert.Equal(value.PadRight(2), builder.Set(number, value).Build(allowInvalid: true)[number]);
        else Assert.Equal(code, Assert.Throws<MessageFormatException>(() => builder.Set(number, value)).Error.Code);
    }

    [Fact]
    public void Card_numbers_tracks_and_pins_are_shown_nowhere()
    {
        Iso8583Message message = Purchase();
        foreach (string shown in (string[])[message.Describe(), message.ToString(),
            MessageParser.Parse(message.ToBytes()).ToJson()])
        {
            foreach (string secret in (string[])["4761739001010119", "2812201", "0123456789ABCDEF",
                "DE15288040723862551184"])
            {
                Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
            }
        }

        Assert.Contains("476173******0119", message.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_repeats_its_request()
    {
        Iso8583Message request = Purchase();
        Iso8583Builder answer = new(request.Mti.Response());
        foreach (int number in (int[])[3, 4, 7, 11, 12, 13, 32, 37, 41]) answer.Set(number, request[number]!);
        Iso8583Message response = answer.Set(39, "00").Build();
        Assert.Equal("0210", response.Mti.ToString());
        Assert.Empty(response.ValidateResponse(request));
        Assert.Equal("Iso8583.ResponseEcho", Assert.Single(response.With(11, "999999").ValidateResponse(request)).Code);
        Assert.Contains(request.ValidateResponse(response), finding => finding.Code == "Iso8583.ResponseType");
    }

    [Fact]
    public void Locating_fields_does_not_allocate()
    {
        byte[] bytes = Purchase().ToBytes();
        int Locate()
        {
            Span<Iso8583Slice> slices = stackalloc Iso8583Slice[Iso8583Reader.MaximumFields];
            FrameStatus status = Iso8583Reader.TryLocate(bytes, Iso8583Profile.Ascii1987, default, slices,
                out int fields, out _, out _);
            return status == FrameStatus.Complete ? fields : 0;
        }

        Assert.Equal(16, Locate());
        Assert.Equal(0, Allocation.Least(() => Locate()));
    }

    [Fact]
    public void A_stream_with_lengths_is_split()
    {
        byte[] one = Purchase(new Iso8583Encoding(Iso8583Header.TwoByteLength, Iso8583Bitmap.Binary)).ToBytes();
        byte[] two = Purchase(new Iso8583Encoding(Iso8583Header.TwoByteLength, Iso8583Bitmap.Hex)).ToBytes();
        byte[] stream = [.. one, .. two, .. one.AsSpan(0, 20)];
        Assert.Equal(FrameStatus.Complete, MessageIdentifier.TryReadMessage("iso8583", stream, out int first, out _));
        Assert.Equal(FrameStatus.Complete,
            MessageIdentifier.TryReadMessage("iso8583", stream.AsSpan(first), out int second, out _));
        Assert.Equal((one.Length, two.Length), (first, second));
        Assert.Equal(FrameStatus.Incomplete,
            MessageIdentifier.TryReadMessage("iso8583", stream.AsSpan(first + second), out _, out ParseError? error));
        Assert.Equal(one.Length - 20, error!.BytesNeeded);
        Assert.Contains(new("messages", "2"), MessageParser.Parse(stream.AsSpan(0, first + second)).Summary);
    }

    private static TheoryData<Iso8583Header, Iso8583Bitmap> MakeEncodings()
    {
        TheoryData<Iso8583Header, Iso8583Bitmap> rows = [];
        foreach (Iso8583Encoding encoding in Iso8583Encoding.All) rows.Add(encoding.Header, encoding.Bitmap);
        return rows;
    }
}
