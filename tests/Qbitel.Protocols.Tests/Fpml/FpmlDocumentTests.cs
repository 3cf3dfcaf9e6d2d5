using System.Buffers;
using System.Text;
using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Tests.Fpml;

public sealed class FpmlDocumentTests
{
    internal const string Forward = """
        <?xml version="1.0" encoding="utf-8"?>
        <dataDocument xmlns="http://www.fpml.org/FpML-5/confirmation" fpmlVersion="5-13">
          <trade>
            <tradeHeader>
              <partyTradeIdentifier>
                <partyReference href="us"/>
                <tradeId tradeIdScheme="http://www.example.org/trade">FX-1</tradeId>
              </partyTradeIdentifier>
              <tradeDate>2026-11-27</tradeDate>
            </tradeHeader>
            <fxSingleLeg>
              <exchangedCurrency1>
                <payerPartyReference href="us"/>
                <receiverPartyReference href="them"/>
                <paymentAmount><currency>GBP</currency><amount>10000000</amount></paymentAmount>
              </exchangedCurrency1>
              <exchangedCurrency2>
                <payerPartyReference href="them"/>
                <receiverPartyReference href="us"/>
                <paymentAmount><currency>USD</currency><amount>13260000</amount></paymentAmount>
              </exchangedCurrency2>
              <valueDate>2027-02-26</valueDate>
              <exchangeRate>
                <quotedCurrencyPair>
                  <currency1>GBP</currency1><currency2>USD</currency2><quoteBasis>Currency2PerCurrency1</quoteBasis>
                </quotedCurrencyPair>
                <rate>1.326</rate>
              </exchangeRate>
            </fxSingleLeg>
          </trade>
          <party id="us">
            <partyId partyIdScheme="http://www.example.org/party">FB</partyId><partyName>First Bank</partyName>
          </party>
          <party id="them">
            <partyId partyIdScheme="http://www.example.org/party">SB</partyId><partyName>Second Bank</partyName>
          </party>
        </dataDocument>
        """;

    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Forward);

    [Fact]
    public void Document_is_valid_and_written_as_it_was_read()
    {
        FpmlDocument document = FpmlDocument.Parse(Bytes);
        Assert.Empty(document.Findings);
        Assert.Equal(("dataDocument", "5.13", FpmlView.Confirmation, FpmlSupport.Judged),
            (document.MessageType, document.Version, document.View, document.Support));
        ArrayBufferWriter<byte> written = new();
        document.WriteTo(written);
        Assert.Equal(Bytes, written.WrittenSpan.ToArray());
    }

    [Fact]
    public void Elements_are_found_by_path()
    {
        FpmlDocument document = FpmlDocument.Parse(Bytes);
        Assert.Equal("1.326", document.Root.ValueAt("trade/fxSingleLeg/exchangeRate/rate"));
        Assert.Equal("them", document.Root.Find("party[2]")!.Attribute("id"));
        Assert.Equal(2, document.Root.All("//paymentAmount").Count());
        Assert.Equal(["GBP", "USD"], document.Root.All("trade/fxSingleLeg/*/paymentAmount/currency")
            .Select(each => each.Value));
        Assert.Equal("/dataDocument/party[2]", document.ById("them")!.Path);
        Assert.Null(document.Root.Find("trade[2]"));
        Assert.Throws<ArgumentException>(() => document.Root.Find("trade[x]"));
    }

    [Theory]
    [InlineData("<valueDate>2027-02-26</valueDate>", "", "Fpml.Missing",
        "/dataDocument/trade/fxSingleLeg/exchangeRate")]
    [InlineData("<rate>1.326</rate>", "<rate>0</rate>", "Fpml.Value",
        "/dataDocument/trade/fxSingleLeg/exchangeRate/rate")]
    [InlineData("<rate>1.326</rate>", "<rate>1</rate><rate>1</rate>", "Fpml.TooMany",
        "/dataDocument/trade/fxSingleLeg/exchangeRate/rate[2]")]
    [InlineData("<trade>", "<trade><other/>", "Fpml.UnknownElement", "/dataDocument/trade/other")]
    [InlineData("id=\"them\"", "id=\"us\"", "Fpml.Identifier", "/dataDocument/party[2]")]
    [InlineData("<payerPartyReference href=\"them\"/>", "<payerPartyReference href=\"who\"/>", "Fpml.Reference",
        "/dataDocument/trade/fxSingleLeg/exchangedCurrency2/payerPartyReference")]
    [InlineData("fxSingleLeg", "product", "Fpml.UnknownElement", "/dataDocument/trade/product")]
    [InlineData("fpmlVersion=\"5-13\"", "fpmlVersion=\"5-13\" a=\"1\"", "Fpml.UnknownAttribute", "/dataDocument")]
    [InlineData("<trade>", "<trade>x", "Fpml.Text", "/dataDocument/trade")]
    public void Fault_is_found_where_it_is(string original, string replacement, string code, string path)
    {
        byte[] faulty = Encoding.UTF8.GetBytes(Forward.Replace(original, replacement, StringComparison.Ordinal));
        FpmlDocument document = FpmlDocument.Parse(faulty);
        Assert.Contains(document.Findings, finding => finding.Code == code && finding.Path == path
            && finding is { Offset: not null, Line: > 0, Column: > 0, Expected: not null });
        Assert.False(document.IsValid);
    }

    [Fact]
    public void Reference_to_an_element_of_another_type_is_told()
    {
        byte[] faulty = Encoding.UTF8.GetBytes(Forward.Replace("<trade>", "<trade id=\"t\">", StringComparison.Ordinal)
            .Replace("<payerPartyReference href=\"them\"/>", "<payerPartyReference href=\"t\"/>",
                StringComparison.Ordinal));
        Diagnostic finding = Assert.Single(FpmlDocument.Parse(faulty).Findings, each =>
            each.Code == "Fpml.ReferenceType");
        Assert.Equal(("Party", "Trade"), (finding.Expected, finding.Actual));
    }

    [Theory]
    [InlineData("FpML-5/recordkeeping", "5-12", "Fpml.ViewNotSupported", FpmlSupport.NotSupported, false)]
    [InlineData("FpML-5/transparency", "5-13", "Fpml.ViewNotSupported", FpmlSupport.NotSupported, false)]
    [InlineData("2010/FpML-4-9", "4-9", "Fpml.VersionNotSupported", FpmlSupport.NotSupported, false)]
    [InlineData("FpML-5/confirmation", "5-8", "Fpml.ReadOnly", FpmlSupport.ReadOnly, true)]
    [InlineData("FpML-5/confirmation", "5-11", "Fpml.ReadOnly", FpmlSupport.ReadOnly, true)]
    [InlineData("FpML-5/confirmation", "5-10", "Fpml.Version", FpmlSupport.JudgedByLater, true)]
    public void View_and_version_are_identified(string space, string version, string code, FpmlSupport support,
        bool isValid)
    {
        byte[] other = Encoding.UTF8.GetBytes(Forward.Replace("FpML-5/confirmation", space, StringComparison.Ordinal)
            .Replace("5-13", version, StringComparison.Ordinal));
        FpmlDocument document = FpmlDocument.Parse(other);
        Assert.Equal(code, Assert.Single(document.Findings).Code);
        Assert.Equal((support, isValid), (document.Support, document.IsValid));
        Assert.Equal("1.326", document.Root.ValueAt("trade/fxSingleLeg/exchangeRate/rate"));
        Assert.Equal("fpml", MessageIdentifier.Identify(other).Protocol);
    }

    [Fact]
    public void Element_of_a_later_version_is_told()
    {
        byte[] earlier = Encoding.UTF8.GetBytes(Forward.Replace("5-13", "5-10", StringComparison.Ordinal)
            .Replace("<rate>1.326</rate>", "<rate>1.326</rate><fallbackRate/>", StringComparison.Ordinal));
        Assert.Contains(FpmlDocument.Parse(earlier).Findings, finding => finding
            is { Code: "Fpml.LaterElement", Expected: "version 5.12" });
    }

    [Theory]
    [InlineData("", "Fpml.Incomplete", true)]
    [InlineData("<dataDocument xmlns='http://www.fpml.org/FpML-5/confirmation'>", "Fpml.Incomplete", true)]
    [InlineData("<a/>", "Fpml.NotThisMessage", false)]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "Fpml.Dtd", false)]
    [InlineData("<a></b>", "Fpml.NotWellFormed", false)]
    [InlineData("<dataDocument xmlns='http://www.fpml.org/FpML-5/confirmation'/><a/>", "Fpml.NotWellFormed", false)]
    public void What_is_no_document_is_refused(string text, string code, bool isIncomplete)
    {
        Assert.False(FpmlDocument.TryParse(Encoding.UTF8.GetBytes(text), out _, out ParseError error));
        Assert.Equal((code, isIncomplete), (error.Code, error.IsIncomplete));
    }

    [Fact]
    public void Document_inside_an_envelope_and_in_utf_16_is_read()
    {
        string inside = Forward[(Forward.IndexOf("?>", StringComparison.Ordinal) + 2)..];
        Assert.Empty(
            FpmlDocument.Parse(Encoding.UTF8.GetBytes($"<w:envelope xmlns:w='urn:w'>{inside}</w:envelope>")).Findings);
        byte[] wide = [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(inside)];
        Assert.Empty(FpmlDocument.Parse(wide).Findings);
        Assert.Equal(wide.Length, MessageIdentifier.Identify(wide).Consumed);
    }

    [Fact]
    public void Names_are_masked_in_the_report()
    {
        ParseReport report = MessageParser.Parse(Bytes);
        Assert.Equal(("fpml", "5.13", "dataDocument", true),
            (report.Protocol, report.Version, report.MessageType, report.IsValid));
        Assert.DoesNotContain("First Bank", report.ToJson(), StringComparison.Ordinal);
        Assert.Contains(report.Fields, field => field is { Path: "/dataDocument/party[2]/partyName", Value: "S***" });
    }
}
