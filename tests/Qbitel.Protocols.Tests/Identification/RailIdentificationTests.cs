using System.Text;
using Qbitel.Protocols.FedNow;
using Qbitel.Protocols.Fedwire;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Tests.FedNow;
using Qbitel.Protocols.Tests.Fedwire;
using Qbitel.Protocols.Tests.Iso20022;
using Qbitel.Protocols.Tests.Iso20022.Profiles;

namespace Qbitel.Protocols.Tests.Identification;

public sealed class RailIdentificationTests
{
    private static readonly DateOnly Day = new(2026, 11, 24);

    [Fact]
    public void Each_service_is_told_from_the_standard_and_from_the_other()
    {
        FedWireMessage wire = FedWireBuilderTests.Transfer("CTR");
        FedWireBuilder wires = new("B1QDRCQR", FedWireBuilderTests.Time);
        FedNowMessage credit = FedNowBuilderTests.Credit();
        FedNowBuilder credits = new("021040078", FedWireBuilderTests.Time);

        Assert.All((FedWireMessage[])[wire, wires.CreatePaymentReturn(wire.AsOriginal(), 1m, Day, "DUPL"),
            wires.CreateReturnRequest(wire.AsOriginal(), Day, "C", "DUPL"),
            wires.CreateConnectionCheck("021000089", Day)], message =>
            {
                Named("fedwire-iso20022", message.ToWireFormat());
                if (!message.MessageType.StartsWith("admi", StringComparison.Ordinal))
                    Named("fedwire-iso20022", WithoutHeader(message.ToWireFormat()));
            });
        Assert.All((FedNowMessage[])[credit, credits.CreateReturnRequest(credit.AsOriginal(), Day, "C", "DUPL"),
            credits.CreateConnectionCheck(Day)], message =>
            {
                Named("fednow", message.ToWireFormat());
                if (!message.MessageType.StartsWith("admi", StringComparison.Ordinal))
                    Named("fednow", WithoutHeader(message.ToWireFormat()));
            });
        Named("iso20022", Encoding.UTF8.GetBytes(ProfileText.Cbpr));
        Named("iso20022", Encoding.UTF8.GetBytes(ProfileText.Sepa));
    }

    // A day, a BIC and a number look like an IMAD; only beside routing numbers are they one.
    [Fact]
    public void Identifier_that_looks_like_an_imad_proves_nothing_alone()
    {
        byte[] european = Pacs008Tests.Build().Source.ToArray();

        Assert.Contains("20261124QBITDEFF000042", Encoding.UTF8.GetString(european), StringComparison.Ordinal);
        Named("iso20022", european);
    }

    [Theory]
    [InlineData("<Cd>FDW</Cd>", "<Cd>TGT</Cd>", "iso20022")]
    [InlineData("20261124QBITUS33000042", "20261124QBITUS33", "fedwire-iso20022")]
    public void Another_clearing_system_is_another_service(string right, string wrong, string protocol) =>
        Named(protocol, Encoding.UTF8.GetBytes(ProfileText.Replace(ProfileText.Fedwire, right, wrong)));

    [Fact]
    public void Receipt_of_the_service_is_known_by_its_own_number() => Named("fednow", """
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:admi.007.001.01"><RctAck>
          <MsgId><MsgId>20261124021150706ACK000001</MsgId><CreDtTm>2026-11-24T09:30:00-05:00</CreDtTm></MsgId>
          <Rpt><RltdRef><Ref>A</Ref></RltdRef><ReqHdlg><StsCd>TS01</StsCd></ReqHdlg></Rpt>
        </RctAck></Document>
        """u8.ToArray());

    [Fact]
    public void Words_in_a_text_for_people_prove_nothing()
    {
        string sepa = ProfileText.Replace(ProfileText.Sepa, "Invoice 4712", "frb.fedwire.01 FDW");

        Named("iso20022", Encoding.UTF8.GetBytes(sepa));
    }

    [Fact]
    public void Broken_message_is_told_where_it_fails_by_the_service_it_claims()
    {
        string text = Encoding.UTF8.GetString(FedNowBuilderTests.Credit().ToWireFormat());
        ParseReport report = MessageParser.Parse(Encoding.UTF8.GetBytes(text[..^60]));

        Assert.Equal("fednow", report.Protocol);
        Assert.False(report.IsValid);
        Assert.NotNull(report.Errors.First().Line ?? (int?)report.Errors.First().Offset);
    }

    [Fact]
    public void Report_answers_what_is_asked_first_and_masks_people()
    {
        ParseReport report = MessageParser.Parse(FedNowBuilderTests.Credit().ToWireFormat());
        Dictionary<string, string> summary = report.Summary.ToDictionary();

        Assert.True(report.IsValid, report.ToJson());
        Assert.Equal(("fednow", "fednow-2022", "pacs.008.001.08"),
            (report.Protocol, report.Version, report.MessageType));
        Assert.Equal("USD 500.00", summary["amount"]);
        Assert.Equal("ORDER-77", summary["endToEndId"]);
        Assert.Equal(("021040078", "021000021"), (summary["instructingAgent"], summary["instructedAgent"]));
        Assert.Equal("pacs.008.001.08", summary["messageType"]);
        Assert.True(summary.ContainsKey("uetr"));
        Assert.DoesNotContain("Anna", report.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("123456789\"", report.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cbpr-sr2026", true)]
    [InlineData("sepa-sct", false)]
    public void Profile_judges_a_message_of_the_standard(string profile, bool valid)
    {
        ParseReport report = MessageParser.Parse(Encoding.UTF8.GetBytes(ProfileText.Cbpr), null,
            new ParseOptions { Profile = profile });

        Assert.Equal(("iso20022", valid), (report.Protocol, report.IsValid));
        Assert.Equal(!valid, report.Errors.Any(error => error.Code.StartsWith("Profile.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Message_of_a_service_may_be_judged_by_another_rails_pack()
    {
        ParseReport report = MessageParser.Parse(Encoding.UTF8.GetBytes(ProfileText.Fedwire), null,
            new ParseOptions { Profile = "cbpr-sr2026" });

        Assert.Equal(("fedwire-iso20022", "cbpr-sr2026"), (report.Protocol, report.Version));
        Assert.Contains(report.Errors, error => error.Code == "Profile.HeaderMissing");
    }

    [Theory]
    [InlineData("TS01", true)]
    [InlineData("too long for a code", false)]
    public void Message_made_of_settings_is_judged_by_the_service(string status, bool valid)
    {
        MessageSetting[] settings =
        [
            new("RctAck/MsgId/MsgId", "20261124021150706ACK000001"),
            new("RctAck/MsgId/CreDtTm", "2026-11-24T09:30:00-05:00"),
            new("RctAck/Rpt/RltdRef/Ref", "20261124021040078PAY000042"),
            new("RctAck/Rpt/ReqHdlg/StsCd", status),
        ];
        DateTimeOffset now = FedWireBuilderTests.Time.GetUtcNow();
        BuiltMessage made = MessageMaker.Build("fednow", "admi.007.001.01", settings, now);

        Assert.Equal(valid, made.IsValid);
        if (valid) Named("fednow", made.Bytes!.Value.ToArray());
        settings[1] = new("RctAck/MsgId/CreDtTm", "2026-11-24T09:30:00");
        Assert.Contains(MessageMaker.Build("fednow", "admi.007.001.01", settings, now).Findings,
            finding => finding.Code == "Profile.TimeOffset");
    }

    [Fact]
    public void A_second_message_in_the_text_is_an_error()
    {
        byte[] two = Encoding.UTF8.GetBytes(ProfileText.Fedwire + "\n" + ProfileText.Fedwire);

        Assert.Contains(MessageParser.Parse(two, "fedwire-iso20022").Errors,
            error => error.Code == "Profile.OneMessage");
    }

    private static void Named(string protocol, byte[] bytes)
    {
        Assert.Equal(protocol, MessageIdentifier.Identify(bytes).Protocol);
        Assert.Equal(protocol, MessageParser.Parse(bytes).Protocol);
    }

    private static byte[] WithoutHeader(byte[] message)
    {
        string text = Encoding.UTF8.GetString(message);
        const string End = "</Document>";
        int from = text.IndexOf("<Document", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text[from..(text.IndexOf(End, StringComparison.Ordinal) + End.Length)]);
    }
}
