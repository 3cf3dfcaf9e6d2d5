using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Swift;

namespace Qbitel.Protocols.Tests.Swift;

public sealed class SwiftMessageTests
{
    [Fact]
    public void Blocks_headers_and_fields_are_read()
    {
        SwiftMessage message = new SwiftParser().Parse(SwiftText.Bytes());
        Assert.Equal("12345", string.Concat(message.Blocks.Select(block => block.Id)));
        Assert.Equal("DEUTDEFFAXXX", message.BasicHeader!.LogicalTerminal);
        Assert.Equal(("103", "BNPAFRPPXXXX", 'N', true),
            (message.MessageType, message.ApplicationHeader!.Address, message.ApplicationHeader.Priority!.Value,
                message.ApplicationHeader.IsInput));
        Assert.Equal("8a562c67-ca16-48ba-b074-65581be6f011", message.Uetr!.Value);
        Assert.Equal("/DE15288040723862551184\nANNA BEISPIEL\nHAUPTSTRASSE 1\n60311 FRANKFURT",
            message.GetField("50K"));
        Assert.Equal("CHK", Assert.Single(message.Trailer).Tag);
        Assert.Empty(message.Validate(ParseMode.Strict));
    }

    [Fact]
    public void Any_bytes_end_in_a_message_or_an_error() =>
        Prop.ForAll<byte[]>(bytes => SwiftMessage.TryParse(bytes, out _, out ParseError error)
            || error.Offset is not null).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_in_a_true_frame_is_read_written_and_judged() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            byte[] bytes = Encoding.Latin1.GetBytes("{1:F01DEUTDEFFAXXX0000000000}{2:I103BNPAFRPPXXXXN}{4:\r\n:20:"
                + text.Get + "\r\n-}");
            if (!SwiftMessage.TryParse(bytes, out SwiftMessage message, out ParseError error))
            {
                return error.Offset is not null;
            }

            Assert.All(message.Validate(),
                finding => Assert.True(finding.Offset is not null && finding.Line is not null));
            return message.ToBytes().AsSpan().SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_mutated_byte_never_escapes_as_an_exception()
    {
        byte[] whole = SwiftText.Bytes();
        Gen<byte[]> mutated = from at in Gen.Choose(0, whole.Length - 1)
                              from value in Gen.Choose(0, 255)
                              select whole.Select((b, i) => i == at ? (byte)value : b).ToArray();
        Prop.ForAll(mutated.ToArbitrary(),
            bytes => { _ = MessageParser.Parse(bytes).ToJson(); }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_prefix_is_incomplete_or_the_message_without_its_trailer()
    {
        byte[] whole = SwiftText.Bytes();
        int textEnd = whole.AsSpan().IndexOf("\n-}"u8) + 3;
        for (int length = 0; length < whole.Length; length++)
        {
            FrameStatus status = MessageIdentifier.TryReadMessage("swift-mt", whole.AsSpan(0, length), out int consumed,
                out _);
            Assert.Equal(length == textEnd ? FrameStatus.Complete : FrameStatus.Incomplete, status);
            if (length == textEnd)
            {
                Assert.Equal(Mt103Message.Parse(whole).SettledAmount,
                    Mt103Message.Parse(whole.AsSpan(0, consumed)).SettledAmount);
            }
        }
    }

    [Fact]
    public void An_acknowledgement_and_its_message_are_two()
    {
        byte[] ack = Encoding.Latin1.GetBytes("{1:F21DEUTDEFFAXXX0000000000}{4:{177:2611241200}{451:0}}");
        byte[] both = [.. ack, .. SwiftText.Bytes()];
        IReadOnlyList<SwiftMessage> all = new SwiftParser().ParseAll(both);
        Assert.Equal([true, false], all.Select(message => message.IsAcknowledgement));
        Assert.True(all[0].IsAccepted);
        Assert.Equal("103", new SwiftParser().Parse(both).MessageType);
        ParseReport report = MessageParser.Parse(both);
        Assert.True(report.IsValid, string.Join('\n', report.Errors));
        Assert.Equal("MT103", report.MessageType);
        Assert.Contains(new("acknowledgement", "accepted"), report.Summary);
        Assert.Equal("ACK", MessageIdentifier.Identify(both).MessageType);
    }

    [Theory]
    [InlineData("$")]
    [InlineData("\r\n$\r\n")]
    [InlineData("   \u0003")]
    public void Messages_of_a_file_are_split(string between)
    {
        byte[] file = [1, .. SwiftText.Bytes(), .. Encoding.Latin1.GetBytes(between), .. SwiftText.Bytes(),
            .. "\r\n"u8];
        Assert.Equal(2, new SwiftParser().ParseAll(file).Count);
        Assert.True(MessageParser.Parse(file).IsValid);
    }

    [Fact]
    public void Lines_that_end_with_LF_are_read_with_a_warning_and_refused_when_strict()
    {
        byte[] bytes = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(SwiftText.Bytes()).Replace("\r\n", "\n",
            StringComparison.Ordinal));
        SwiftMessage message = SwiftMessage.Parse(bytes);
        Diagnostic warning = Assert.Single(message.Validate());
        Assert.Equal(("Mt.LineEnd", Severity.Warning), (warning.Code, warning.Severity));
        Assert.Equal(bytes, message.ToBytes());
        Assert.Throws<MessageFormatException>(() => new SwiftParser(ParseMode.Strict).Parse(bytes));
    }

    [Fact]
    public void Editing_one_field_changes_only_it()
    {
        SwiftMessage message = SwiftMessage.Parse(SwiftText.Bytes());
        SwiftMessage edited = message.With("50K", "/1\nX\nY");
        Assert.Equal("/1\nX\nY", edited.GetField("50K"));
        Assert.Equal(message.Text.Where(f => f.Tag != "50K").Select(f => f.Value),
            edited.Text.Where(f => f.Tag != "50K").Select(f => f.Value));
        Assert.Equal(message.ToBytes(), edited.With("50K", message.GetField("50K")!).ToBytes());
    }

    [Fact]
    public void Another_type_is_read_and_said_to_be_unchecked()
    {
        byte[] bytes = SwiftText.Bytes("{1:F01DEUTDEFFAXXX0000000000}{2:I305BNPAFRPPXXXXN}{4:\n:20:A\n:79:HELLO\n-}");
        Diagnostic only = Assert.Single(SwiftMessage.Parse(bytes).Validate());
        Assert.Equal(("Mt.NoRuleSet", Severity.Info), (only.Code, only.Severity));
        Assert.True(MessageParser.Parse(bytes).IsValid);
    }

    [Fact]
    public void A_stream_is_resynchronised_at_the_next_message()
    {
        byte[] stream = [.. "{1:junk}{9-"u8, .. SwiftText.Bytes()];
        Assert.Equal(FrameStatus.Invalid,
            MessageIdentifier.TryReadMessage("swift-mt", stream, out int consumed, out _));
        Assert.Equal(11, consumed);
        Assert.Equal("MT103", MessageIdentifier.Identify(stream.AsSpan(consumed)).MessageType);
    }

    [Fact]
    public void Names_and_accounts_are_not_in_the_report()
    {
        string json = MessageParser.Parse(SwiftText.Bytes()).ToJson();
        foreach (string secret in (string[])["DE15288040723862551184", "BEISPIEL", "HAUPTSTRASSE", "EXEMPLE",
            "FR707156096438", "INVOICE 4711"])
        {
            Assert.DoesNotContain(secret, json, StringComparison.Ordinal);
        }

        Assert.Contains("EUR 1234.5", json, StringComparison.Ordinal);
    }
}
