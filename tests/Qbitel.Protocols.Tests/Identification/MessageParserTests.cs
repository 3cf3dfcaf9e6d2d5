using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Tests.Fix;

namespace Qbitel.Protocols.Tests.Identification;

public sealed class MessageParserTests
{
    [Fact]
    public void Any_bytes_give_a_report_of_the_contract() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            ParseReport report = MessageParser.Parse(bytes);
            Assert.False(report.IsValid);
            Assert.NotEmpty(report.Errors);
            using JsonDocument document = JsonDocument.Parse(report.ToJson());
            Assert.Equal(
                ["protocol", "version", "messageType", "valid", "errors", "warnings", "summary", "fields"],
                document.RootElement.EnumerateObject().Select(property => property.Name));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_of_no_protocol_is_said_to_be_unknown()
    {
        ParseReport report = MessageParser.Parse("hello"u8);
        Assert.Null(report.Protocol);
        Assert.Equal("Common.UnknownProtocol", Assert.Single(report.Errors).Code);
    }

    [Fact]
    public void A_broken_message_of_a_protocol_is_reported_as_of_it()
    {
        byte[] order = FixText.Frame(FixText.Order);
        order[^2] ^= 1;
        ParseReport report = MessageParser.Parse(order);
        Assert.Equal("fix", report.Protocol);
        Assert.Equal("Fix.CheckSum", Assert.Single(report.Errors).Code);
    }

    [Fact]
    public void Several_messages_are_read_and_findings_name_theirs()
    {
        byte[] good = FixText.Frame(FixText.Order);
        byte[] bad = FixText.Frame(FixText.Order.Replace("54=1|", "54=Y|", StringComparison.Ordinal));
        ParseReport report = MessageParser.Parse([.. good, .. bad, .. "\r\n"u8]);
        Diagnostic error = Assert.Single(report.Errors);
        Assert.Equal((2, "54", good.Length + (long)bad.AsSpan().IndexOf("54="u8)),
            (error.Record, error.Tag, error.Offset));
        Assert.Contains(new("messages", "2"), report.Summary);
    }

    [Fact]
    public void Account_numbers_are_not_in_the_report()
    {
        string json = MessageParser.Parse(FixText.Frame(FixText.Order)).ToJson();
        Assert.DoesNotContain("12345678", json, StringComparison.Ordinal);
        Assert.Contains("***5678", json, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        byte[] order = FixText.Frame(FixText.Order);
        Assert.Equal(MessageParser.Parse(order).ToJson(), MessageParser.Parse(order).ToJson());
    }

    [Fact]
    public void An_unknown_profile_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() =>
            MessageParser.Parse([], "fix", new ParseOptions { Profile = "no-such-profile" }));
}
