using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.ThreeDS;

namespace Qbitel.Protocols.Tests.ThreeDS;

public sealed class ThreeDSMessageTests
{
    public static readonly TheoryData<string> All = [.. ThreeDSText.All];

    [Theory, MemberData(nameof(All))]
    public void A_message_is_valid_and_comes_back_as_it_was(string text)
    {
        byte[] bytes = ThreeDSText.Bytes(text);
        ThreeDSMessage message = ThreeDSMessage.Parse(bytes);

        Assert.Empty(message.Validate(ParseMode.Strict));
        Assert.Equal(bytes, message.ToBytes());
        Assert.Equal("3ds", MessageIdentifier.Identify(bytes).Protocol);
        Assert.Equal(bytes.Length, MessageIdentifier.Identify(bytes).Consumed);
    }

    [Theory, MemberData(nameof(All))]
    public void A_message_in_Base64url_is_the_same(string text)
    {
        foreach (string before in (string[])["", "creq=", "threeDSMethodData="])
        {
            byte[] bytes = ThreeDSText.Wrapped(text, before);
            ThreeDSMessage message = ThreeDSMessage.Parse(bytes);

            Assert.True(message.IsWrapped);
            Assert.Empty(message.Validate(ParseMode.Strict));
            Assert.Equal(bytes, message.ToBytes());
            Assert.Equal(text, Encoding.UTF8.GetString(message.JsonText.Span));
            Assert.Equal("3ds", MessageIdentifier.Identify(bytes).Protocol);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Each_beginning_of_a_message_is_incomplete(string text)
    {
        byte[] bytes = ThreeDSText.Bytes(text);
        for (int length = 0; length < bytes.TrimEnd("\n"u8).Length; length++)
        {
            Assert.False(ThreeDSMessage.TryParse(bytes.AsSpan(0, length), out _, out ParseError error));
            Assert.True(error.IsIncomplete);
            Assert.NotEqual(FrameStatus.Complete,
                MessageIdentifier.TryReadMessage("3ds", bytes.AsSpan(0, length), out _, out _));
        }
    }

    [Theory, MemberData(nameof(All))]
    public void The_canonical_form_is_that_of_itself(string text)
    {
        ThreeDSMessage message = ThreeDSMessage.Parse(ThreeDSText.Bytes(text));
        ThreeDSMessage canonical = ThreeDSMessage.Parse(message.ToCanonical());

        Assert.Equal(message.ToCanonical(), canonical.ToCanonical());
        Assert.Empty(canonical.Validate());
        Assert.Equal(message.Fields.Select(Said).Order(StringComparer.Ordinal),
            canonical.Fields.Select(Said).Order(StringComparer.Ordinal));

        static string Said(ThreeDSField field) => $"{field.Path}={field.Reveal()}";
    }

    [Fact]
    public void One_value_is_changed_and_nothing_else()
    {
        ThreeDSMessage message = ThreeDSMessage.Parse(ThreeDSText.Bytes());
        ThreeDSMessage changed = message.With("mobilePhone/subscriber", "17\"\u00E9");

        Assert.Equal(ThreeDSText.AReq.Replace("1701234567", "17\\\"\u00E9", StringComparison.Ordinal),
            Encoding.UTF8.GetString(changed.ToBytes()));
        Assert.Equal("17\"\u00E9", changed["mobilePhone/subscriber"]);
        Assert.Equal("true", message.With("browserJavaEnabled", "true")["browserJavaEnabled"]);
        Assert.Throws<ArgumentException>(() => message.With("browserJavaEnabled", "yes"));
        Assert.Throws<ArgumentException>(() => message.With("acctInfo", "x"));
        Assert.Throws<ArgumentException>(() => message.With("workPhone/cc", "49"));

        ThreeDSMessage wrapped = ThreeDSMessage.Parse(ThreeDSText.Wrapped(ThreeDSText.CReq, "creq="));
        Assert.Equal(ThreeDSText.Wrapped(ThreeDSText.CReq.Replace("\"05\"", "\"01\"", StringComparison.Ordinal),
            "creq="),
            wrapped.With("challengeWindowSize", "01").ToBytes());
    }

    [Fact]
    public void Personal_data_is_shown_nowhere()
    {
        string[] secrets = ["4000000000000002", "Beispiel Handel Anne", "Ann\u00E9", "anne@mail", "1701234567",
            "Hauptstra", "Frankfurt", "2812", "192.0.2.1"];
        byte[] wrong = ThreeDSText.With(ThreeDSText.AReq, "\"276\"", "\"2760\"");
        string[] shown = [MessageParser.Parse(ThreeDSText.Bytes()).ToJson(), MessageParser.Parse(wrong).ToJson(),
            ThreeDSMessage.Parse(wrong).ToString(), string.Join('\n', ThreeDSMessage.Parse(wrong).Fields)];
        foreach (string text in shown)
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.Contains("400000******0002", shown[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"acctNumber\": \"4000000000000002\"", "\"acctNumber\": \"40\"", "ThreeDS.Format", "/acctNumber")]
    [InlineData("\"email\": \"anne@mail.example\"", "\"email\": \"secret words\"", "ThreeDS.Format", "/email")]
    [InlineData("\"cardholderName\": \"Ann\\u00e9 Beispiel\"", "\"cardholderName\": 7", "ThreeDS.Format",
        "/cardholderName")]
    public void A_wrong_value_is_told_masked(string old, string next, string code, string path)
    {
        Diagnostic finding =
            Assert.Single(ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.AReq, old, next)).Validate());
        Assert.Equal((code, path), (finding.Code, finding.Path));
        Assert.DoesNotContain("secret", finding.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]", "ThreeDS.NotAMessage")]
    [InlineData("hello", "ThreeDS.NotAMessage")]
    [InlineData("ey!!", "ThreeDS.NotAMessage")]
    [InlineData("{\"a\":tru}", "ThreeDS.Json")]
    [InlineData("{\"a\":\"\\ud800\"}", "ThreeDS.Json")]
    [InlineData("{\"a\":1,}", "ThreeDS.Json")]
    [InlineData("{} {}", "ThreeDS.TrailingBytes")]
    public void What_is_no_message_is_told(string text, string code)
    {
        Assert.False(ThreeDSMessage.TryParse(Encoding.UTF8.GetBytes(text), out _, out ParseError error));
        Assert.Equal(code, error.Code);
        Assert.False(error.IsIncomplete);
        MessageFormatException wrong = Assert.Throws<MessageFormatException>(
            () => ThreeDSMessage.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(code, wrong.Error.Code);
    }

    [Fact]
    public void Invalid_UTF8_and_deep_nesting_are_refused()
    {
        Assert.False(ThreeDSMessage.TryParse([.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8], out _, out ParseError text));
        Assert.Equal("ThreeDS.Json", text.Code);
        byte[] deep =
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40));
        Assert.False(ThreeDSMessage.TryParse(deep, out _, out ParseError depth));
        Assert.Equal("ThreeDS.Json", depth.Code);
    }

    [Fact]
    public void A_field_of_a_report_is_its_name_and_its_value()
    {
        byte[] bytes = ThreeDSText.Bytes();
        ReportField mcc = Assert.Single(MessageParser.Parse(bytes).Fields, field => field.Path == "/mcc");
        Assert.Equal("\"mcc\": \"5411\"", Encoding.UTF8.GetString(bytes.AsSpan((int)mcc.Offset, mcc.Length)));
        Assert.Equal("5411", Encoding.UTF8.GetString(bytes.AsSpan((int)mcc.ValueOffset, mcc.ValueLength)));
    }

    [Fact]
    public void Several_messages_of_one_input_are_each_judged()
    {
        byte[] bytes = [.. ThreeDSText.Bytes(ThreeDSText.ARes), (byte)'\n', .. ThreeDSText.Bytes(ThreeDSText.CReq),
            (byte)'\n', .. ThreeDSText.With(ThreeDSText.CRes, "\"Y\"}", "\"C\"}"), (byte)'\n'];
        ParseReport report = MessageParser.Parse(bytes);

        Assert.Contains(new("messages", "3"), report.Summary);
        Diagnostic finding = Assert.Single(report.Findings);
        Assert.Equal(("ThreeDS.Status", 3), (finding.Code, finding.Record));
        Assert.Equal("\"C\"", Encoding.UTF8.GetString(bytes.AsSpan((int)finding.Offset!.Value, finding.Length!.Value)));
    }

    [Fact]
    public void Any_bytes_end_in_a_message_or_an_error() => Prop.ForAll<byte[]>(bytes =>
    {
        bool isRead = ThreeDSMessage.TryParse(bytes, out ThreeDSMessage message, out ParseError error);
        return isRead ? message.ToBytes().AsSpan().SequenceEqual(bytes) : error is not null;
    }).QuickCheckThrowOnFailure();
}
