using System.Security;
using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Streams;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Swift.Xml;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Swift;

/// <summary>Messages in another library's XML are read as the FIN they stand for.</summary>
public sealed class SwiftXmlTests
{
    private static readonly byte[] Mt103 = Xml(SwiftMessage.Parse(SwiftText.Bytes()));

    [Fact]
    public void Every_type_reads_as_the_message_it_was_written_from()
    {
        foreach (string type in MtText.All.Keys)
        {
            SwiftMessage message = SwiftMessage.Parse(MtText.Bytes(type));
            byte[] bytes = Xml(message);
            SwiftXmlMessage read = Assert.Single(SwiftXml.Read(bytes, out _)!.Messages);
            Assert.Equal(Encoding.Latin1.GetString(message.ToBytes()),
                Encoding.Latin1.GetString(read.Message!.ToBytes()));
            Assert.Equal(MessageParser.Parse(message.ToBytes()).IsValid, MessageParser.Parse(bytes).IsValid);
        }
    }

    [Fact]
    public void Is_identified_and_written_back_as_it_came()
    {
        IdentifiedMessage identified = MessageIdentifier.Identify(Mt103);
        Assert.Equal(("swift-mt", "MT103"), (identified.Protocol, identified.MessageType));
        Assert.Equal(Mt103.Length, identified.Consumed);

        System.Buffers.ArrayBufferWriter<byte> writer = new();
        SwiftXml.Read(Mt103, out _)!.WriteTo(writer);
        Assert.Equal(Mt103, writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Fields_and_findings_stand_where_the_xml_has_them()
    {
        byte[] bytes = Edit("<value>261124EUR1234,5", "<value>261124EU&#82;1234.5");
        ParseReport report = MessageParser.Parse(bytes);
        Diagnostic error = Assert.Single(report.Errors);
        Assert.Equal(("Mt.FieldFormat", "32A"), (error.Code, error.Tag));
        string text = Encoding.UTF8.GetString(bytes);
        int value = text.IndexOf("261124EU", StringComparison.Ordinal);
        Assert.InRange(error.Offset!.Value, value, value + 17);
        Assert.Equal(text[..value].Count(c => c == '\n') + 1, error.Line);

        foreach (ReportField field in report.Fields.Where(field => field.Path![1] == '4'))
        {
            Assert.StartsWith("<tag>", text[(int)field.Offset..], StringComparison.Ordinal);
            Assert.StartsWith("</value>", text[(int)(field.ValueOffset + field.ValueLength)..],
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("<value>INVOICE 4711", "<value>INVOICE\n:71A:OUR", "Mt.XmlForm")]
    [InlineData("<value>INVOICE 4711", "<value>INVOICE-}{5:", "Mt.XmlForm")]
    [InlineData("<value>INVOICE 4711", "<value>INVOICE\n-}", "Mt.XmlForm")]
    [InlineData("<value>INVOICE 4711", "<value>INV<b>OI</b>CE", "Mt.XmlForm")]
    [InlineData("<value>REF1", "<value>REF1}{119:STP", "Mt.XmlForm")]
    [InlineData("<name>70</name>", "<name>70:X</name>", "Mt.TagForm")]
    [InlineData("<name>70</name>", "", "Mt.XmlForm")]
    [InlineData("<sessionNumber>0000</sessionNumber>", "", "Mt.BasicHeader")]
    [InlineData("<value>INVOICE 4711", "<value>RECHNUNG &#8364;", "Mt.Charset")]
    [InlineData("<value>INVOICE 4711", "<value>INVOICE &lt;&#13;>", "Mt.Charset")]
    [InlineData("<value>INVOICE 4711", "<value>&nbsp;", "Mt.Entity")]
    [InlineData("</message>", "</massage>", "Mt.NotWellFormed")]
    [InlineData("</message>", "", "Mt.Incomplete")]
    public void What_cannot_be_told_is_said_where_it_stands(string from, string to, string code)
    {
        byte[] bytes = Edit(from, to);
        ParseReport report = MessageParser.Parse(bytes);
        Assert.Equal("swift-mt", report.Protocol);
        Diagnostic error = Assert.Single(report.Errors, error => error.Code == code);
        Assert.InRange(error.Offset!.Value, 0, bytes.Length);
    }

    [Fact]
    public void What_the_notation_does_not_have_is_kept_and_told()
    {
        byte[] bytes = Edit("<block4>", "<unparsedTexts><text>x</text></unparsedTexts><block4>");
        ParseReport report = MessageParser.Parse(bytes);
        Assert.True(report.IsValid);
        Assert.Equal("Mt.XmlElement", Assert.Single(report.Warnings).Code);
        Assert.False(MessageParser.Parse(bytes, null, new ParseOptions { Mode = ParseMode.Strict }).IsValid);
    }

    [Fact]
    public void An_answer_and_its_message_are_two()
    {
        const string answer = "{1:F21DEUTDEFFAXXX0000000001}{4:{177:2611241030}{451:0}}";
        byte[] first = Xml(SwiftMessage.Parse(Encoding.Latin1.GetBytes(answer)));
        byte[] both = [.. "<messages>"u8, .. first, .. Mt103, .. "</messages>"u8];
        ParseReport report = MessageParser.Parse(both);
        Assert.True(report.IsValid, string.Join('\n', report.Errors));
        Assert.Equal("MT103", report.MessageType);
        Assert.Contains(new KeyValuePair<string, string>("acknowledgement", "accepted"), report.Summary);
        Assert.Equal(answer, Encoding.Latin1.GetString(SwiftXml.Read(both, out _)!.Messages[0].Message!.ToBytes()));
    }

    [Fact]
    public void Names_are_covered_where_it_is_shown()
    {
        byte[] bytes = Edit("<value>INVOICE 4711", "<!-- ANNA --><value>INVOICE 4711");
        string covered = Encoding.UTF8.GetString(MessageRedactor.Cover(bytes, null, ParseOptions.Default));
        Assert.DoesNotContain("ANNA", covered, StringComparison.Ordinal);
        Assert.DoesNotContain("FRANKFURT", covered, StringComparison.Ordinal);
        Assert.Contains("<name>32A</name>", covered, StringComparison.Ordinal);
        Assert.Contains("DEUTDEFF", covered, StringComparison.Ordinal);
        Assert.True(MessageParser.Parse(Encoding.UTF8.GetBytes(covered)).Protocol == "swift-mt");
    }

    [Fact, Trait("Soak", "swift-xml-fuzz")]
    public void Damaged_xml_ends_in_a_report()
    {
        const string pieces = "< > & ; <tag> </tag> <value> </value> <name>20</name> <block4> </block4> <message> <!-- "
            + "--> <![CDATA[ ]]> &#13; &#10; &#x0; \n: \n- -}{5: { } : \r \u00FF <block1> <block5> <?x ?> <field>";
        byte[][] seeds =
            [Mt103, .. MtText.All.Keys.Take(8).Select(type => Xml(SwiftMessage.Parse(MtText.Bytes(type))))];
        int read = 0;
        new ByteMutation(20090224, pieces).Soak(seeds, Soak.Times(3_000, 300_000), bytes =>
        {
            ParseReport report = MessageParser.Parse(bytes, "swift-mt");
            Assert.True(report.Findings.Count <= DiagnosticList.Limit + 1);
            Assert.All(report.Findings, finding => Assert.InRange(finding.Offset ?? 0, 0, bytes.Length));
            Assert.All(report.Fields, field =>
            {
                Assert.InRange(field.Offset, 0, bytes.Length);
                Assert.InRange(field.ValueOffset + field.ValueLength, field.Offset, bytes.Length);
            });
            FrameStatus status = MessageIdentifier.TryReadMessage("swift-mt", bytes, out int consumed, out _);
            Assert.InRange(consumed, status == FrameStatus.Incomplete || bytes.Length == 0 ? 0 : 1, bytes.Length);
            if (SwiftXml.Read(bytes, out _) is not { Messages: [{ Message: { } message }, ..] }) return;

            // What was written as FIN is that message again, field for field.
            read++;
            byte[] again = Xml(message);
            Assert.Equal(message.ToBytes(), SwiftXml.Read(again, out _)!.Messages[0].Message?.ToBytes());
        });
        Assert.True(read > 100);
    }

    private static byte[] Edit(string from, string to)
    {
        string text = Encoding.UTF8.GetString(Mt103);
        Assert.Contains(from, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }

    // As the library writes them.
    private static byte[] Xml(SwiftMessage message)
    {
        StringBuilder text = new("<message>\n");
        foreach (SwiftBlock block in message.Blocks)
        {
            string content = Encoding.Latin1.GetString(message.RawContent.Span.Slice(block.ContentOffset,
                block.ContentLength));
            switch (block.Id)
            {
                case '1':
                    Header("block1", content, [("applicationId", 1), ("serviceId", 2), ("logicalTerminal", 12),
                        ("sessionNumber", 4), ("sequenceNumber", 6)]);
                    break;
                case '2' when content.StartsWith('I'):
                    Header("block2 type=\"input\"", content[1..], [("messageType", 3), ("receiverAddress", 12),
                        ("messagePriority", 1), ("deliveryMonitoring", 1), ("obsolescencePeriod", 3)]);
                    break;
                case '2':
                    Header("block2 type=\"output\"", content.Length > 0 ? content[1..] : "", [("messageType", 3),
                        ("senderInputTime", 4), ("MIRDate", 6), ("MIRLogicalTerminal", 12), ("MIRSessionNumber", 4),
                        ("MIRSequenceNumber", 6), ("receiverOutputDate", 6), ("receiverOutputTime", 4),
                        ("messagePriority", 1)]);
                    break;
                case '3':
                    Tags("block3", message.UserHeader);
                    break;
                case '4':
                    Tags("block4", message.Text);
                    break;
                case '5':
                    Tags("block5", message.Trailer);
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(text.Append("</message>").ToString());

        void Header(string name, string content, (string Name, int Length)[] parts)
        {
            text.Append('<').Append(name).Append(">\n");
            int at = 0;
            foreach ((string part, int length) in parts)
            {
                if (at >= content.Length) break;
                int end = part == parts[^1].Name ? content.Length : Math.Min(content.Length, at + length);
                text.Append($"    <{part}>{SecurityElement.Escape(content[at..end])}</{part}>\n");
                at = end;
            }

            text.Append("</").Append(name.Split(' ')[0]).Append(">\n");
        }

        void Tags(string name, IReadOnlyList<SwiftField> fields)
        {
            text.Append($"<{name}>\n");
            foreach (SwiftField field in fields)
            {
                string value = SecurityElement.Escape(field.Value).Replace("\r", "&#13;", StringComparison.Ordinal);
                text.Append(
                    $"    <tag>\n        <name>{field.Tag}</name>\n        <value>{value}</value>\n    </tag>\n");
            }

            text.Append($"</{name}>\n");
        }
    }
}
