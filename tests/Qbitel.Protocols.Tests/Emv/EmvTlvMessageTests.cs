using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Emv;

namespace Qbitel.Protocols.Tests.Emv;

public sealed class EmvTlvMessageTests
{
    private static readonly byte[] Record
        = EmvText.Bytes("70 19 5A08 4761739001010010 5F2403 301231 9F0702 FF00 DF7901 AA");

    [Fact]
    public void What_was_read_is_written_back_with_everything_in_its_order()
    {
        byte[] bytes = EmvText.Bytes("0000 9F36810200FF FF 9A03 191105 9A03 191106 DF7F01 AA 7700");
        EmvTlvMessage message = EmvTlvMessage.Parse(bytes);

        Assert.Equal(bytes, message.ToBytes());
        Assert.Equal([0x9F36u, 0x9Au, 0x9Au, 0xDF7Fu, 0x77u], message.Objects.Select(item => item.Tag));
        Assert.Equal("191105", Convert.ToHexString(message[0x9A]!.Value.Span));
        Assert.Null(message[0x95]);
    }

    [Fact]
    public void What_is_odd_is_told_with_its_place()
    {
        EmvTlvMessage message
            = EmvTlvMessage.Parse(EmvText.Bytes("9F36810200FF 9A03191105 9A03191105 DF7F01AA 9C010A 950100"));

        Assert.Equal(["Emv.LongLength 0", "Emv.Duplicate 11"], message.Findings.Select(Short));
        Assert.Equal(
            ["Emv.LongLength 0", "Emv.Duplicate 11", "Emv.UnknownTag 16", "Emv.ValueFormat 20", "Emv.ValueLength 23"],
            message.Validate().Select(Short));
        Assert.All(message.Validate(), finding => Assert.NotEqual(Severity.Error, finding.Severity));
        Assert.Contains(message.Validate(ParseMode.Strict), finding => finding.Severity == Severity.Error);

        static string Short(Diagnostic finding) => $"{finding.Code} {finding.Offset}";
    }

    [Theory]
    [InlineData("9F2683000008 1122334455667788", false, "Emv.Length")]
    [InlineData("9F2683000008 1122334455667788", true, null)]
    [InlineData("9F268400000008 1122334455667788", true, null)]
    [InlineData("9F2684FFFFFFFF 11", true, "Emv.Length")]
    [InlineData("9F26847FFFFFFF 11", true, "Emv.Incomplete")]
    [InlineData("9F268500000000 08", true, "Emv.Length")]
    [InlineData("9F368880000000 00000000", false, "Emv.Length")]
    [InlineData("9F3680000C0000", true, "Emv.Length")]
    [InlineData("", false, "Common.Empty")]
    public void Long_lengths_are_read_only_where_they_are_asked_for(string hex, bool isAllowed, string? code)
    {
        bool isRead = EmvTlvMessage.TryParse(EmvText.Bytes(hex), ParseMode.Lenient, out _, out ParseError error,
            isAllowed);

        Assert.Equal(code is null, isRead);
        Assert.Equal(code, error?.Code);
    }

    [Fact]
    public void A_templates_tag_that_begins_with_FF_is_no_filler()
    {
        EmvTlvMessage message = EmvTlvMessage.Parse(EmvText.Bytes("FF FF FF8105 05 9F36020001 FF"));

        Assert.Equal([0xFF8105u, 0x9F36u], message.Objects.Select(item => item.Tag));
    }

    [Fact]
    public void An_edit_changes_the_value_and_the_lengths_around_it()
    {
        byte[] bytes = EmvText.Bytes("6F 15 8407A0000000041010 A50A 500454455354 9F110101 9F36020001");
        EmvTlvMessage message = EmvTlvMessage.Parse(bytes);

        EmvTlvMessage edited = message.With(0x50, "LONGER"u8);

        Assert.Equal(EmvText.Bytes("6F 17 8407A0000000041010 A50C 50064C4F4E474552 9F110101 9F36020001"),
            edited.ToBytes());
        Assert.Equal(bytes, edited.With(0x50, "TEST"u8).ToBytes());
        Assert.Throws<ArgumentException>(() => message.With(0x9F26, [1]));
    }

    [Fact]
    public void A_builder_writes_what_is_read_again_and_refuses_what_would_not_be_valid()
    {
        byte[] built = new EmvTlvBuilder()
            .AddAmount(0x9F02, 4000).Add(0x5F2A, "978").Add(0x9A, "191105").Add(0x9F37, [1, 2, 3, 4])
            .Add(0x70, new EmvTlvBuilder().Add(0x5A, "4761739001010010").Add(0x50, "VISA TEST"))
            .Build();

        Assert.Equal(EmvText.Bytes("9F0206000000004000 5F2A020978 9A03191105 9F370401020304"
            + "70 15 5A084761739001010010 500956495341 2054455354"), built);
        Assert.Empty(EmvTlvMessage.Parse(built).Validate());

        EmvTlvBuilder builder = new();
        Assert.Throws<ArgumentException>(() => builder.Add(0x95, [1]));
        Assert.Throws<ArgumentException>(() => builder.Add(0x9C, [0xAB]));
        Assert.Throws<ArgumentException>(() => builder.Add(0x9F, [1]));
        Assert.Throws<ArgumentException>(() => builder.Add(0x70, [1]));
        Assert.Throws<ArgumentException>(() => builder.Add(0x5A, new EmvTlvBuilder()));
        Assert.Throws<ArgumentException>(() => builder.Add(0x9A, "19-11"));
        Assert.Throws<ArgumentException>(() => builder.Add(0x9F26, "text"));
        Assert.Empty(builder.Build());
        Assert.Equal([0x95, 1, 1], new EmvTlvBuilder { AllowInvalid = true }.Add(0x95, [1]).Build());
        for (int depth = 1; depth < BerTlvReader.MaxDepth; depth++) builder = new EmvTlvBuilder().Add(0x70, builder);
        Assert.Throws<ArgumentException>(() => new EmvTlvBuilder().Add(0x70, builder));
    }

    [Fact]
    public void Every_prefix_is_incomplete_or_ends_between_two_objects()
    {
        for (int length = 1; length < Record.Length; length++)
        {
            Assert.False(EmvTlvMessage.TryParse(Record.AsMemory(0, length), ParseMode.Lenient, out _,
                out ParseError error));
            Assert.True(error.IsIncomplete);
        }
    }

    [Fact]
    public void Nothing_of_a_value_is_printed()
    {
        EmvTlvMessage message = EmvTlvMessage.Parse(Record);
        Assert.DoesNotContain("4761", message + string.Concat(message.Validate()), StringComparison.Ordinal);
        EmvTlvBuilder builder = new();
        string refused = Assert.Throws<ArgumentException>(()
            => builder.Add(0x5A, "47617390010100104761739001010010")).Message;
        Assert.DoesNotContain("4761", refused + builder, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_built_of_anything_are_read_again()
    {
        Gen<(uint Tag, byte[] Value)> objects = from tag in Gen.Elements(0x82u, 0x9F26u, 0xDF8104u, 0xC1u, 0xDF01u)
                                                from value in ArbMap.Default.GeneratorFor<byte[]>()
                                                select (tag, value);
        Prop.ForAll(objects.ListOf().ToArbitrary(), list =>
        {
            EmvTlvBuilder builder = new() { AllowInvalid = true };
            foreach ((uint tag, byte[] value) in list) builder.Add(tag, value);
            byte[] bytes = builder.Build();
            if (bytes.Length == 0) return true;
            EmvTlvMessage message = EmvTlvMessage.Parse(bytes);
            return message.Objects.Select(item => (item.Tag, Convert.ToHexString(message.ValueOf(item).Span)))
                .SequenceEqual(list.Select(each => (each.Tag, Convert.ToHexString(each.Value))))
                && message.ToBytes().AsSpan().SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();
    }
}
