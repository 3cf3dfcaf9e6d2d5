using System.Text;
using Qbitel.Protocols.Emv.Apdu;
using Qbitel.Protocols.Emv.Views;

namespace Qbitel.Protocols.Tests.Emv;

public sealed class ApduTraceTests
{
    [Fact]
    public void A_trace_is_read_as_commands_with_their_responses()
    {
        ApduTrace trace = ApduTrace.Parse(EmvText.Text(EmvText.Trace));

        Assert.Equal(["SELECT 9000", "GET PROCESSING OPTIONS 9000", "READ RECORD 9000", "READ RECORD 9000",
            "VERIFY 9000",
            "GENERATE AC 9000", "GENERATE AC 9000"],
            trace.Exchanges.Select(each => $"{each.Command!.Name} {each.Response!.Status}"));
        Assert.Equal([2, 4, 6, 8, 10, 12, 14], trace.Exchanges.Select(each => each.Line));
        Assert.Empty(trace.Findings);
    }

    [Theory]
    [InlineData("00B2010C00\n6A83")]
    [InlineData("\n# a remark\n; another\n// one more\n00 B2 01 0C 00\r\n6A 83\r\n")]
    [InlineData("R-APDU: 6A83\n")]
    [InlineData("C-APDU: 00B2010C00\nR-APDU: 6A83")]
    [InlineData(">> 00B2010C00\n<< 6A83")]
    [InlineData("--> 00 B2 01 0C 00\n<-- 6A 83")]
    [InlineData("CAPDU=00B2010C00\nRAPDU=6A83")]
    [InlineData("APDU: 00 B2 01 0C 00\nSW: 6A 83")]
    [InlineData("12:00:01.123 C: 00B2010C00\n12:00:01.140 R: 6A83")]
    [InlineData("2026-11-29 12:00:01.123 tx 00B2010C00\n2026-11-29 12:00:01.140 rx 6A83")]
    [InlineData("[reader 0] A>> T=1 (4+0000) 00B2010C 00\n[reader 0] A<< (0000+2) (12ms) 6A83")]
    [InlineData("Command: 0x00B2010C00\nResponse: 0x6A83")]
    [InlineData("00:B2:01:0C:00\n6A:83")]
    public void Marks_times_and_remarks_of_loggers_are_read_over(string text)
    {
        ApduTrace trace = ApduTrace.Parse(EmvText.Text(text));

        ApduExchange exchange = Assert.Single(trace.Exchanges);
        Assert.Equal(0x6A83, exchange.Response!.Status.Value);
        if (exchange.Command is { } command) Assert.Equal("00 B2 01 0C, up to 256 back", $"{command}");
    }

    [Fact]
    public void A_missing_response_does_not_turn_the_trace_around()
    {
        ApduTrace trace = ApduTrace.Parse("80A8000002830000\n00B2010C00\n6A83\n00B2016C00\n00B2017C00\n9000"u8);

        Assert.Equal([false, true, false, true], trace.Exchanges.Select(each => each.Response is not null));
    }

    [Fact]
    public void Every_fault_has_its_line_and_the_rest_is_read()
    {
        EmvDocument document = EmvDecoder.DecodeTrace(
            "C: 00B2010C00\nR: nothing\nC: 00A40400\nR: 1234\nC: 00A4\nR: 9000\n"u8
            + "C: 00B2010C00\nR: 70039F36029000\nC: 80CA9F3600"u8);

        Assert.Equal(["Apdu.Line 17", "Apdu.NoResponse 28", "Apdu.Status 40", "Apdu.Incomplete 50", "Emv.Length 82",
            "Apdu.NoResponse 96"], document.Findings.Select(finding => $"{finding.Code} {finding.Offset}"));
        Assert.False(document.IsValid);
    }

    [Fact]
    public void A_session_is_told_with_what_the_card_asked_for()
    {
        EmvDocument document = EmvDecoder.DecodeTrace(EmvText.Text(EmvText.Trace));
        string text = Print(document.Nodes, "");

        Assert.True(document.IsValid, string.Join('\n', document.Findings));
        Assert.Empty(document.Findings);
        foreach (string line in (string[])
            [
                "C-APDU SELECT: by name", "  84 name that is selected: Visa",
                    "    84 name of the selected application: Visa",
                "    9F1A terminal's country: ", "    82 application interchange profile (AIP): ",
                "    94 where the records are (AFL): file 1, record 1, not signed; file 2, record 1, signed",
                "C-APDU READ RECORD: file 2, record 1", "  PIN data: ", "C-APDU VERIFY: plain PIN",
                "C-APDU GENERATE AC: asks to go online (ARQC)",
                    "  9F02 amount authorised: 4000 in the currency's minor unit",
                "    9F27 cryptogram information data (CID): go online (ARQC)",
                    "  8A authorisation response code: approved",
                "    9F27 cryptogram information data (CID): approved offline (TC)",
            ])
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
        }

        Assert.Equal([("commands", "7"), ("applications", "A0000000031010"), ("card", "476173******0010"),
            ("outcome", "approved offline (TC)")], document.Summary.Select(each => (each.Key, each.Value)));
    }

    [Fact]
    public void What_waits_is_fetched_and_a_wrong_length_is_asked_again()
    {
        EmvDocument document = EmvDecoder.DecodeTrace(EmvText.Text("""
            00A4040007A0000000031010
            6113
            00C0000010
            6F118407A0000000031010A506500454455354 6103
            00C0000003
            9000
            00B2010C10
            6C06
            00B2010C06
            7004 5F340101 9000
            """.Replace("455354 6103", " 6103", StringComparison.Ordinal)
            .Replace("00C0000003\n9000", "00C0000003\n455354 9000", StringComparison.Ordinal)));
        string text = Print(document.Nodes, "");

        Assert.True(document.IsValid, string.Join('\n', document.Findings));
        Assert.Contains(
            "R-APDU SELECT: done\n  6F answer to a selection (FCI): \n    84 name of the selected application: Visa\n"
            + "    A5 proprietary part of an answer to a selection: \n      50 application label: ", text,
                StringComparison.Ordinal);
        Assert.Contains("R-APDU READ RECORD: wrong length, 6 bytes are there", text, StringComparison.Ordinal);
        Assert.Contains("    5F34 card sequence number: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_of_T1_are_put_together_and_told_beside_what_they_carry()
    {
        byte[] trace = EmvText.Text(Blocks());
        EmvDocument document = EmvDecoder.DecodeTrace(trace);
        string text = Print(document.Nodes, "");

        Assert.True(document.IsValid, string.Join('\n', document.Findings));
        Assert.Equal("T=1", document.MessageType);
        Assert.Contains("T=1 to the card: ", text, StringComparison.Ordinal);
        Assert.Contains("  84 name that is selected: Visa", text, StringComparison.Ordinal);
        Assert.Contains("    5A card number (PAN): ", text, StringComparison.Ordinal);
        Assert.Equal(["476173******0010"],
            document.Summary.Where(each => each.Key == "card").Select(each => each.Value));
        Assert.Equal(["SELECT", "READ RECORD"], ApduTrace.Parse(trace).Exchanges.Select(each => each.Command!.Name));
        Assert.True(ApduTrace.Parse(trace).IsBlocks);
    }

    /// <summary>A selection and a record whose card number lies across two blocks, one of them sent again.</summary>
    internal static string Blocks()
    {
        StringBuilder text = new();
        Add(0x00, EmvText.Bytes("00A4040007A000000003101000"));
        Add(0x00, EmvText.Bytes("6F098407A0000000031010 9000"));
        Add(0x40, EmvText.Bytes("00B2010C00"));
        Add(0x60, EmvText.Bytes("700E 5A0847617390"));
        Add(0x81, []);
        Add(0x60, EmvText.Bytes("700E 5A0847617390"));
        Add(0x90, []);
        Add(0x00, EmvText.Bytes("01010010 5F340101 9000"));
        return text.ToString();

        void Add(byte control, byte[] information) =>
            text.Append(Convert.ToHexString(TransmissionBlock.Create(0, control, information).ToBytes())).Append('\n');
    }

    private static string Print(IReadOnlyList<EmvNode> nodes, string indent)
    {
        StringBuilder text = new();
        foreach (EmvNode node in nodes)
        {
            text.Append(indent).Append(node.Tag).Append(node.Name is null ? "" : " " + node.Name).Append(": ")
                .AppendJoin("; ", node.Words.Select(word => word.Text)).Append('\n')
                .Append(Print(node.Children, indent + "  "));
        }

        return text.ToString();
    }
}
