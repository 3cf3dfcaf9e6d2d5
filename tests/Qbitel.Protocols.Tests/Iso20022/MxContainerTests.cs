using System.Text;
using System.Text.Json;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso20022;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso20022;

/// <summary>A message in everything it is sent in.</summary>
public sealed class MxContainerTests
{
    private const string Space = "urn:iso:std:iso:20022:tech:xsd:";

    // A manifest tells what the schema says: check digits and totals are not its matter.
    private static readonly string[] NotOfTheSchema =
        ["Mx.Bic", "Mx.Iban", "Mx.NumberOfTransactions", "Mx.ControlSum"];

    private static readonly string Document = Encoding.UTF8.GetString(Pacs008Tests.Build().Source.Span);

    private static readonly string Header = $"""
        <AppHdr xmlns="{Space}head.001.001.02">
          <Fr><FIId><FinInstnId><BICFI>QBITDEFFXXX</BICFI></FinInstnId></FIId></Fr>
          <To><FIId><FinInstnId><BICFI>NWBKGB2LXXX</BICFI></FinInstnId></FIId></To>
          <BizMsgIdr>20261124QBITDEFF000042</BizMsgIdr>
          <MsgDefIdr>pacs.008.001.08</MsgDefIdr>
          <CreDt>2026-11-24T08:30:00Z</CreDt>
        </AppHdr>
        """;

    public static readonly TheoryData<string, string> Containers = new()
    {
        { "alone", Document },
        { "with a declaration", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- made by us -->\n" + Document },
        { "with a byte order mark", "\uFEFF" + Document },
        { "header beside it", Header + "\n" + Document },
        { "header and document in an envelope", $"<e:Box xmlns:e='urn:e'><e:Body>{Header}{Document}</e:Body></e:Box>" },
        { "document in an envelope", $"<Message><Payload>{Document}</Payload></Message>" },
        { "prefixed", Document.Replace("<", "<p:", StringComparison.Ordinal)
            .Replace("<p:/", "</p:", StringComparison.Ordinal)
            .Replace("xmlns=", "xmlns:p=", StringComparison.Ordinal) },
        { "CDATA", $"<Request><Id>1</Id><Data>\n <![CDATA[<?xml version=\"1.0\"?>{Document}]]></Data></Request>" },
        { "CDATA with its header", $"<Request><Data><![CDATA[<Bus>{Header}{Document}</Bus>]]></Data></Request>" },
    };

    [Theory, MemberData(nameof(Containers))]
    public void Message_is_found_in(string container, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.True(MxInput.TryRead(bytes, out MxInput input, out ParseError error), $"{container}: {error}");
        MxDocument document = Assert.Single(input.Documents);
        Assert.Null(input.Error);
        Assert.Equal("pacs.008.001.08", document.Type);
        Assert.Empty(document.Findings);
        Assert.Equal(container.Contains("header", StringComparison.Ordinal), document.Header is not null);
        Assert.Equal("/Document/FIToFICstmrCdtTrf/GrpHdr/MsgId",
            document.Root.Find("FIToFICstmrCdtTrf/GrpHdr/MsgId")!.Path);

        // Every value is where the report says it is.
        ParseReport report = MessageParser.Parse(bytes, "iso20022");
        Assert.True(report.IsValid, report.ToJson());
        ReportField id = report.Fields.First(field => field.Name == "MsgId");
        Assert.Equal("20261124QBITDEFF000042",
            Encoding.UTF8.GetString(bytes, (int)id.ValueOffset, id.ValueLength));
    }

    [Theory, MemberData(nameof(Containers))]
    public void Edit_changes_one_value_and_no_other_byte_in(string container, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.True(MxInput.TryRead(bytes, out MxInput input, out _));
        byte[] edited = input.Documents[0].With("FIToFICstmrCdtTrf/CdtTrfTxInf[1]/PmtId/EndToEndId", "A & <B>");

        string expected = text.Replace("INVOICE-4712", "A &amp; &lt;B&gt;", StringComparison.Ordinal);
        Assert.True(expected == Encoding.UTF8.GetString(edited), container);
        Assert.True(Pacs008.TryParse(edited, out Pacs008 message, out _));
        Assert.Equal("A & <B>", message.Transactions[0].EndToEndId);
    }

    [Fact]
    public void Edit_fills_an_empty_element_and_refuses_what_is_no_value()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Document.Replace("<EndToEndId>INVOICE-4712</EndToEndId>",
            "<EndToEndId />", StringComparison.Ordinal));
        Pacs008 message = Pacs008.Parse(bytes);
        Assert.False(message.IsValid);

        Pacs008 edited = Pacs008.Parse(message.With("FIToFICstmrCdtTrf/CdtTrfTxInf/PmtId/EndToEndId", "E2E"));
        Assert.True(edited.IsValid);
        Assert.Equal("E2E", edited.Transactions[0].EndToEndId);
        Assert.Throws<ArgumentException>(() => message.With("FIToFICstmrCdtTrf/GrpHdr", "x"));
        Assert.Throws<ArgumentException>(() => message.With("FIToFICstmrCdtTrf/CdtTrfTxInf[2]/ChrgBr", "SHAR"));
        Assert.Throws<ArgumentException>(() => message.With("FIToFICstmrCdtTrf/GrpHdr/MsgId", "\u0001"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Utf16_is_read_and_edited_as_it_came(bool isBigEndian)
    {
        UnicodeEncoding encoding = new(isBigEndian, byteOrderMark: true);
        byte[] bytes = [.. encoding.Preamble, .. encoding.GetBytes(Document)];

        IdentifiedMessage found = MessageIdentifier.Identify(bytes);
        Assert.Equal(("pacs.008.001.08", bytes.Length), (found.MessageType, found.Consumed));
        Pacs008 message = Pacs008.Parse(bytes);
        Assert.True(message.IsValid);
        Assert.Equal(bytes, message.Source);
        byte[] edited = message.With("FIToFICstmrCdtTrf/GrpHdr/MsgId", "ä");
        string expected = Document.Replace("20261124QBITDEFF000042", "ä", StringComparison.Ordinal);
        Assert.Equal((byte[])[.. encoding.Preamble, .. encoding.GetBytes(expected)], edited);
        Assert.False(Pacs008.TryParse(bytes.AsMemory(0, bytes.Length - 1), out _, out ParseError error));
        Assert.True(error.IsIncomplete);
    }

    [Fact]
    public void Document_without_a_namespace_is_told_by_what_it_holds()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Document.Replace($" xmlns=\"{Space}pacs.008.001.08\"", "",
            StringComparison.Ordinal));

        ParseReport report = MessageParser.Parse(bytes);
        Assert.True(report.IsValid, report.ToJson());
        Assert.StartsWith("pacs.008.001.", report.MessageType, StringComparison.Ordinal);
        Assert.Contains(report.Warnings, finding => finding.Code == "Mx.NoNamespace");
        Assert.False(MessageParser.Parse(bytes, null, new ParseOptions { Mode = ParseMode.Strict }).IsValid);

        // A header says which version it is.
        Assert.True(MxInput.TryRead((byte[])[.. Encoding.UTF8.GetBytes(Header), .. bytes], out MxInput input, out _));
        Assert.Equal("pacs.008.001.08", input.Documents[0].Type);
    }

    [Fact]
    public void Documents_of_one_input_are_numbered()
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"<?xml version='1.0'?>\n{Document}\n<?xml version='1.0'?>{Header}"
            + Document.Replace("<ChrgBr>SHAR", "<ChrgBr>FREE", StringComparison.Ordinal));

        Assert.True(MxInput.TryRead(bytes, out MxInput input, out _));
        Assert.Equal(2, input.Documents.Count);
        ParseReport report = MessageParser.Parse(bytes, "iso20022");
        Diagnostic fault = Assert.Single(report.Errors);
        Assert.Equal(("Mx.Value", 2), (fault.Code, fault.Record));
        Assert.Equal("FREE", Encoding.UTF8.GetString(bytes, (int)fault.Offset!, (int)fault.Length!));
        Assert.Contains(report.Summary, pair => pair is { Key: "messages", Value: "2" });

        // What comes before a fault of syntax is read all the same.
        ParseReport broken = MessageParser.Parse(bytes.AsSpan(0, bytes.Length - 20), "iso20022");
        Assert.Equal("pacs.008.001.08", broken.MessageType);
        Assert.Contains(broken.Errors, finding => finding.Code == "Mx.Incomplete");
    }

    [Fact]
    public void Header_that_names_another_message_is_warned_of()
    {
        string other = Header.Replace("pacs.008.001.08", "pacs.009.001.08", StringComparison.Ordinal);
        ParseReport report = MessageParser.Parse(Encoding.UTF8.GetBytes(other + Document), "iso20022");

        Diagnostic warning = Assert.Single(report.Warnings);
        Assert.Equal(("Mx.HeaderMessage", "/AppHdr"), (warning.Code, warning.Path));
        Assert.True(report.IsValid);
    }

    [Fact]
    public void Community_namespace_is_judged_by_the_standard_and_said_so()
    {
        string text = Document.Replace(Space + "pacs.008.001.08", "http://example.com/de/pacs.008.001.08.ch.02.xsd",
            StringComparison.Ordinal);
        ParseReport report = MessageParser.Parse(Encoding.UTF8.GetBytes(text), "iso20022");

        Assert.Equal("pacs.008.001.08", report.MessageType);
        Assert.Equal("Mx.Namespace", Assert.Single(report.Warnings).Code);
    }

    [Theory]
    [InlineData("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:x'/>")]
    [InlineData("<Document xmlns='http://example.com/pacs.008.001.08'/>")]
    [InlineData("<AppHdr/>")]
    [InlineData("<Document/>")]
    public void Empty_message_of_any_namespace_ends_in_a_report(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.False(MessageParser.Parse(bytes, "iso20022").IsValid);
        Assert.NotNull(MessageIdentifier.Identify(bytes));
    }

    [Fact]
    public void Any_content_is_kept_in_the_report_and_never_shown()
    {
        string text = Document.Replace("</FIToFICstmrCdtTrf>", "<SplmtryData><Envlp><x:Own xmlns:x='urn:x'>"
            + "<x:Nm>Secret Person</x:Nm></x:Own></Envlp></SplmtryData></FIToFICstmrCdtTrf>", StringComparison.Ordinal);
        ParseReport report = MessageParser.Parse(Encoding.UTF8.GetBytes(text), "iso20022");

        Assert.True(report.IsValid, report.ToJson());
        ReportField own = report.Fields[^1];
        Assert.Equal("/Document/FIToFICstmrCdtTrf/SplmtryData/Envlp/Own/Nm", own.Path);
        Assert.DoesNotContain("Secret", report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_personal_is_shown_of_a_full_payment()
    {
        ParseReport report = MessageParser.Parse(MxCostTests.Message, "iso20022");
        string json = report.ToJson();

        Assert.True(report.IsValid, json);
        foreach (string secret in (string[])["Demo", "Manufacturing", "Musterstra", "60311", "Frankfurt", "London",
            "EC2N", "Example Road", "0532013000", "GB29NWBK", "NOSTRO"])
        {
            Assert.DoesNotContain(secret, json, StringComparison.Ordinal);
        }

        Assert.Contains(report.Fields,
            field => field is { Name: "SttlmMtd", Meaning: "settled by the instructed agent" });
        Assert.Contains(report.Fields, field => field is { Name: "ChrgBr", Meaning: "the creditor bears all charges" });
        Assert.Contains(report.Fields, field => field.Path!.EndsWith("Purp/Cd", StringComparison.Ordinal)
            && field.Meaning == "purchase or sale of goods");
    }

    [Fact]
    public void Samples_are_valid_as_their_manifest_says()
    {
        int agree = 0;
        List<string> disagree = [];
        foreach (string folder in (string[])["iso20022", "fedwire-iso20022"])
        {
            using JsonDocument manifest = JsonDocument.Parse(
                File.ReadAllBytes(SharedFiles.Path($"samples/{folder}/manifest.json")));
            foreach (JsonElement file in manifest.RootElement.GetProperty("files").EnumerateArray())
            {
                JsonElement expect = file.GetProperty("expect");
                bool isValid;
                if (expect.TryGetProperty("schemaValid", out JsonElement schema))
                {
                    isValid = schema.GetBoolean();
                }
                else if (expect.TryGetProperty("baseXsd", out JsonElement xsd))
                {
                    isValid = xsd.GetString()!.EndsWith(" VALID", StringComparison.Ordinal);
                }
                else
                {
                    continue;
                }

                string name = file.GetProperty("file").GetString()!;
                byte[] bytes = File.ReadAllBytes(SharedFiles.Path($"samples/{folder}/{name}"));
                bool ours = MxInput.TryRead(bytes, out MxInput input, out _) && input.Error is null
                    && !input.Documents.SelectMany(document => document.Findings)
                        .Any(finding => finding.Severity == Severity.Error && !NotOfTheSchema.Contains(finding.Code));
                if (ours == isValid) agree++;
                else disagree.Add($"{name}: {input?.Documents.SelectMany(d => d.Findings).FirstError()}");
            }
        }

        Assert.True(disagree.Count == 0, string.Join('\n', disagree));
        Assert.True(agree >= 30, $"only {agree} samples have a verdict");
    }
}
