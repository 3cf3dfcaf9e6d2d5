using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Nacha;

namespace Qbitel.Protocols.Tests.Nacha;

public sealed class NachaFormatTests
{
    [Theory, InlineData("\n"), InlineData("\r\n"), InlineData("\r"), InlineData("")]
    public void A_file_is_identified_by_its_header_and_read_to_its_end(string lineEnd)
    {
        byte[] bytes = NachaText.File(lineEnd).ToBytes();

        Assert.Equal(("nacha", "PPD", bytes.Length), Identified(bytes));
        Assert.Equal(("nacha", "PPD", bytes.Length), Identified([.. bytes, .. "{1:F01"u8]));
        Assert.True(MessageIdentifier.Identify(bytes).Confidence > 0.99);
        Assert.Null(MessageIdentifier.Identify(bytes.AsSpan(0, 500)).Protocol);
        Assert.Equal("nacha", MessageParser.Parse(bytes.AsSpan(0, 500)).Protocol);
        Assert.Equal("nacha", MessageParser.Parse(bytes.AsSpan(94 + lineEnd.Length)).Protocol); // without its header

        static (string?, string?, int) Identified(byte[] input) => MessageIdentifier.Identify(input) is var found
            ? (found.Protocol, found.MessageType, found.Consumed) : default;
    }

    [Fact]
    public void Files_in_a_stream_are_told_apart()
    {
        byte[] first = NachaText.File().ToBytes();
        byte[] second = NachaText.File("\r\n").ToBytes();
        byte[] stream = [.. "noise "u8, .. first, .. second, .. first.AsSpan(0, 100)];

        Assert.Equal(FrameStatus.Invalid, MessageIdentifier.TryReadMessage("nacha", stream, out int noise, out _));
        Assert.Equal(6, noise);
        Assert.Equal(FrameStatus.Complete, MessageIdentifier.TryReadMessage("nacha", stream.AsSpan(6), out int one,
            out _));
        Assert.Equal(first.Length, one);
        ReadOnlySpan<byte> rest = stream.AsSpan(6 + one);
        Assert.Equal(FrameStatus.Complete, MessageIdentifier.TryReadMessage("nacha", rest, out int two, out _));
        Assert.Equal(second.Length, two);
        Assert.Equal(FrameStatus.Incomplete, MessageIdentifier.TryReadMessage("nacha", rest[two..], out int none,
            out _));
        Assert.Equal(0, none);
    }

    [Fact]
    public void A_line_that_has_ended_is_not_waited_for()
    {
        Assert.Equal(FrameStatus.Incomplete, MessageIdentifier.TryReadMessage("nacha", "101 2313"u8, out _, out _));
        Assert.Equal(FrameStatus.Invalid,
            MessageIdentifier.TryReadMessage("nacha", "101 2313\n"u8, out int consumed, out _));
        Assert.Equal(7, consumed);
    }

    [Fact]
    public void Every_beginning_of_a_file_is_incomplete_until_its_control_is_there()
    {
        byte[] bytes = NachaText.File().ToBytes();
        for (int length = 0; length <= bytes.Length; length++)
        {
            FrameStatus status = MessageIdentifier.TryReadMessage("nacha", bytes.AsSpan(0, length), out _, out _);
            Assert.Equal(length >= (9 * 95) + 55 ? FrameStatus.Complete : FrameStatus.Incomplete, status);
        }
    }

    [Fact]
    public void A_report_says_what_each_field_is_where_it_lies_and_what_it_means()
    {
        byte[] bytes = NachaText.File("\r\n").ToBytes();
        ParseReport report = MessageParser.Parse(bytes);

        Assert.Equal(("nacha", "PPD,CCD", true), (report.Protocol, report.MessageType, report.IsValid));
        ReportField code = Field("/batch[1]/entry[2]/transactionCode");
        Assert.Equal(("6:2-3", "32", "savings: credit"), (code.Tag, code.Value, code.Meaning));
        ReportField amount = Field("/batch[1]/entry[1]/amount");
        Assert.Equal(("0000150025", "1500.25 USD"), (amount.Value, amount.Meaning));
        Assert.Equal("0000150025", Encoding.ASCII.GetString(bytes, (int)amount.ValueOffset, amount.ValueLength));
        ReportField account = Field("/batch[1]/entry[1]/account");
        Assert.Equal((Redaction.Account, "***7899"), (account.Redaction, account.Value));
        ReportField name = Field("/batch[1]/entry[1]/name");
        Assert.Equal((Redaction.Name, "J***"), (name.Redaction, name.Value));
        Assert.Equal("prearranged payment or deposit", Field("/batch[1]/header/entryClass").Meaning);
        Assert.Equal("credits only", Field("/batch[1]/header/serviceClass").Meaning);
        Assert.Equal("2026-03-23", Field("/batch[1]/header/effectiveDate").Meaning);
        Assert.Equal(Redaction.Text, Field("/batch[2]/entry[1]/addenda[1]/text").Redaction);
        Assert.Equal("2", report.Summary.Single(pair => pair.Key == "batches").Value);
        Assert.Equal("7710", report.Summary.Single(pair => pair.Key == "totalDebit").Value);
        Assert.Equal(5, MessageParser.Parse(bytes, "nacha", new ParseOptions { FieldLimit = 5 }).Fields.Count);

        ReportField Field(string path) => report.Fields.Single(field => field.Path == path);
    }

    [Fact]
    public void A_return_says_why_in_words()
    {
        NachaBatch sent = NachaClassText.File("PPD").Batches[0];
        Protocols.Nacha.Building.NachaFileBuilder builder = NachaText.Builder();
        builder.AddReturn(sent, sent.Entries[0], "R03", NachaText.Bank[..8]);
        ParseReport report = MessageParser.Parse(builder.Build().ToBytes());

        Assert.Equal("no account", report.Fields.Single(field => field.Path!.EndsWith("/returnReason",
            StringComparison.Ordinal)).Meaning);
        Assert.Equal("1", report.Summary.Single(pair => pair.Key == "returns").Value);
    }

    [Fact]
    public void Sums_of_accounting_advices_stand_apart()
    {
        ParseReport report = MessageParser.Parse(NachaClassText.File("ADV").ToBytes());

        Assert.Equal(["0", "0", "0", "50000"], report.Summary
            .Where(pair => pair.Key is "totalDebit" or "totalCredit" or "adviceDebit" or "adviceCredit")
            .Select(pair => pair.Value));
    }
}
