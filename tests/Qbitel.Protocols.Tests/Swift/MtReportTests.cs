using System.Text;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Tests.Swift;

/// <summary>Every part of every block is a row of the report, with what it says in words.</summary>
public sealed class MtReportTests
{
    private const string Output = "{1:F01BNPAFRPPAXXX0042000007}{2:O1030931261124DEUTDEF0AXXX00120000342611240935U}"
        + "{3:{103:TGT}{111:001}{121:8a562c67-ca16-48ba-b074-65581be6f011}{423:261124093105}{433:/FPO/CHECKED}}{4:\r\n"
        + ":20:REF1\r\n:23B:CRED\r\n:32A:261124EUR1,\r\n:50A:DEUTDEFF\r\n:59A:BNPAFRPP\r\n:71A:OUR\r\n-}"
        + "{5:{CHK:123456789ABC}{TNG:}{PDE:0930261124DEUTDEF0AXXX0012000033}}";

    private static readonly IReadOnlyList<ReportField> Rows = Fields(Output);

    [Theory]
    [InlineData("/1/ApplicationId", "F", "financial messages, between users")]
    [InlineData("/1/ServiceId", "01", "a message")]
    [InlineData("/1/LogicalTerminal", "BNPAFRPPAXXX", "a bank in FR, terminal A")]
    [InlineData("/1/Session", "0042", null)]
    [InlineData("/1/Sequence", "000007", null)]
    [InlineData("/2/Direction", "O", "output: from the network to the receiver")]
    [InlineData("/2/InputTime", "0931", "09:31")]
    [InlineData("/2/InputDate", "261124", "2026-11-24")]
    [InlineData("/2/Sender", "DEUTDEF0AXXX", "a bank in DE, terminal A, for tests")]
    [InlineData("/2/InputSession", "0012", null)]
    [InlineData("/2/InputSequence", "000034", null)]
    [InlineData("/2/OutputDate", "261124", "2026-11-24")]
    [InlineData("/2/OutputTime", "0935", "09:35")]
    [InlineData("/2/Priority", "U", "urgent")]
    [InlineData("/3/111", "001", "tracked as a payment of gpi")]
    [InlineData("/3/121", "8a562c67-ca16-48ba-b074-65581be6f011", "the same from the first bank to the last")]
    [InlineData("/3/423", "261124093105", "2026-11-24 09:31:05")]
    [InlineData("/3/433", "/FPO/CHECKED", "screened, a hit was found false")]
    [InlineData("/5/CHK", "123456789ABC", "made by the network over the text")]
    [InlineData("/5/TNG", "", "of tests and training, no obligation")]
    [InlineData("/5/PDE", "0930261124DEUTDEF0AXXX0012000033", "the sender may have sent it before: at 09:30, "
        + "2026-11-24 of DEUTDEF0AXXX, session 0012, sequence 000033")]
    public void A_part_is_a_row_with_its_meaning(string path, string value, string? meaning)
    {
        ReportField row = Assert.Single(Rows, row => row.Path == path);
        Assert.NotNull(row.Name);
        Assert.Equal((value, meaning), (row.Value, row.Meaning));
        Assert.Equal(value, Output.Substring((int)row.ValueOffset, row.ValueLength));
    }

    [Fact]
    public void An_input_tells_how_it_is_to_be_delivered()
    {
        IReadOnlyList<ReportField> rows = Fields(Output.Replace(
            "{2:O1030931261124DEUTDEF0AXXX00120000342611240935U}", "{2:I103BNPAFRPPXXXXN3020}",
            StringComparison.Ordinal));
        Assert.Equal(["I", "103", "BNPAFRPPXXXX", "N", "3", "020"],
            rows.Where(row => row.Tag == "2").Select(row => row.Value));
        Assert.Equal("warn where it is not delivered, tell when it is",
            Assert.Single(rows, row => row.Path == "/2/DeliveryMonitoring").Meaning);
        Assert.Equal("100 minutes", Assert.Single(rows, row => row.Path == "/2/ObsolescencePeriod").Meaning);
        Assert.Equal("Single Customer Credit Transfer",
            Assert.Single(rows, row => row.Path == "/2/MessageType").Meaning);
    }

    [Fact]
    public void A_header_without_its_form_is_one_row()
    {
        ReportField row = Assert.Single(Fields(Output.Replace("{1:F01", "{1:X01", StringComparison.Ordinal)),
            row => row.Tag == "1");
        Assert.Equal(("Basic Header", "X01BNPAFRPPAXXX0042000007"), (row.Name, row.Value));
    }

    private static IReadOnlyList<ReportField> Fields(string text) =>
        MessageParser.Parse(Encoding.Latin1.GetBytes(text), "swift-mt").Fields;
}
