using System.Text;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Tests.Iso20022;

public sealed class Iso20022FormatTests
{
    private static readonly byte[] Valid = Pacs008Tests.Build().Source.ToArray();

    [Fact]
    public void Message_is_identified_by_its_namespace_and_its_end()
    {
        IdentifiedMessage found = MessageIdentifier.Identify(Valid);

        Assert.Equal(("iso20022", "pacs.008.001.08", Valid.Length),
            (found.Protocol, found.MessageType, found.Consumed));
        Assert.False(MessageIdentifier.Identify(Valid.AsSpan(0, Valid.Length - 5)).IsKnown);
        Assert.False(
            MessageIdentifier.Identify(
                "<html><body>urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08</body></html>"u8).IsKnown);
    }

    [Fact]
    public void Stream_of_messages_is_cut_at_their_ends()
    {
        byte[] two = [.. Valid, (byte)'\n', .. Valid];
        Assert.Equal(FrameStatus.Complete, MessageIdentifier.TryReadMessage("iso20022", two, out int first, out _));
        Assert.Equal(FrameStatus.Complete,
            MessageIdentifier.TryReadMessage("iso20022", two.AsSpan(first), out int second, out _));
        Assert.Equal(two.Length, first + second);
        Assert.Equal(FrameStatus.Incomplete,
            MessageIdentifier.TryReadMessage("iso20022", Valid.AsSpan(0, 100), out _, out _));
        Assert.Equal(FrameStatus.Invalid,
            MessageIdentifier.TryReadMessage("iso20022", "garbage<a>"u8, out int dropped, out _));
        Assert.True(dropped > 0);
    }

    [Fact]
    public void Report_places_every_field_on_its_bytes_and_masks_people()
    {
        ParseReport report = MessageParser.Parse(Valid);

        Assert.True(report.IsValid, report.ToJson());
        foreach (ReportField field in report.Fields)
        {
            string text = Encoding.UTF8.GetString(Valid, (int)field.Offset, field.Length);
            Assert.StartsWith($"<{field.Name}", text, StringComparison.Ordinal);
            Assert.EndsWith($"</{field.Name}>", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Manufacturing", report.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("DE89370400440532013000", report.ToJson(), StringComparison.Ordinal);
        Assert.Contains(report.Summary, pair => pair is { Key: "amount", Value: "EUR 1250000.00" });
    }

    [Fact]
    public void Broken_message_is_told_where_it_fails()
    {
        ParseReport report = MessageParser.Parse(
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Valid).Replace("</GrpHdr>", "", StringComparison.Ordinal)));

        Assert.False(report.IsValid);
        Assert.Equal("iso20022", report.Protocol);
        Assert.True(report.Errors.First().Line > 1);
    }

    [Fact]
    public void Message_type_without_rules_says_so()
    {
        ParseReport report = MessageParser.Parse(
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.105.001.01\"><Chrgs/></Document>"u8);

        Assert.Equal("camt.105.001.01", report.MessageType);
        Assert.Contains(report.Warnings, f => f.Code == "Mx.NoRuleSet");
    }
}
