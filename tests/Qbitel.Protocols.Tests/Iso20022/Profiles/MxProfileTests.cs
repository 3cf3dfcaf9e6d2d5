using Qbitel.Protocols.Iso20022.Profiles;

namespace Qbitel.Protocols.Tests.Iso20022.Profiles;

public sealed class MxProfileTests
{
    private const string Transaction = "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf";

    private const string Debit = "/Document/FIToFICstmrDrctDbt/DrctDbtTxInf";

    [Theory]
    [InlineData("cbpr-sr2025")]
    [InlineData("cbpr-sr2026")]
    [InlineData("sepa-sct")]
    [InlineData("sepa-sct-inst")]
    [InlineData("sepa-sdd-core")]
    [InlineData("fedwire-2025")]
    [InlineData("fednow-2022")]
    public void Valid_message_has_no_finding(string profile)
    {
        Assert.Empty(ProfileText.Read(ProfileText.Of(profile)).Findings);
        Assert.DoesNotContain(ProfileText.Check(profile, ProfileText.Of(profile), ParseMode.Strict),
            finding => finding.Severity == Severity.Error);
    }

    [Theory]
    [InlineData("cbpr-sr2026", "swift.cbprplus.02", "swift.other.02", "Profile.BusinessService", "/AppHdr/BizSvc")]
    [InlineData("cbpr-sr2026", "<BizSvc>swift.cbprplus.02</BizSvc>", "", "Profile.BusinessService", "/AppHdr")]
    [InlineData("cbpr-sr2026", "<MsgDefIdr>pacs.008.001.08", "<MsgDefIdr>pacs.009.001.08", "Profile.MessageDefinition",
        "/AppHdr/MsgDefIdr")]
    [InlineData("cbpr-sr2026", "<BICFI>QBITDEFFXXX</BICFI>", "<LEI>5493001KJTIIGC8Y1R12</LEI>", "Profile.HeaderAgent",
        "/AppHdr/Fr")]
    [InlineData("cbpr-sr2026", "<NbOfTxs>1", "<NbOfTxs>2", "Profile.OneTransaction",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/NbOfTxs")]
    [InlineData("cbpr-sr2026", "<UETR>9b2f6c1e-7d54-4a3b-8e10-2c4f5a6b7d8e</UETR>", "", "Profile.Uetr",
        Transaction + "/PmtId")]
    [InlineData("cbpr-sr2026", "7d54-4a3b", "7d54-1a3b", "Profile.Uetr", Transaction + "/PmtId/UETR")]
    [InlineData("cbpr-sr2026", "<InstgAgt><FinInstnId><BICFI>QBITDEFFXXX</BICFI>", "<InstgAgt><FinInstnId><Nm>A</Nm>",
        "Profile.AgentBic", Transaction + "/InstgAgt/FinInstnId")]
    [InlineData("cbpr-sr2026", "<DbtrAgt><FinInstnId><BICFI>QBITDEFFXXX</BICFI>", "<DbtrAgt><FinInstnId><Nm>A</Nm>",
        "Profile.AgentBic", Transaction + "/DbtrAgt/FinInstnId")]
    [InlineData("cbpr-sr2026", "Demo Manufacturing GmbH", "Demo Manufäcturing GmbH", "Profile.Characters",
        Transaction + "/Dbtr/Nm")]
    [InlineData("cbpr-sr2026", "<InstrId>WIRE-124", "<InstrId>/WIRE-124", "Profile.Reference",
        Transaction + "/PmtId/InstrId")]
    [InlineData("cbpr-sr2026", "<CreDtTm>2026-11-24T09:30:00+01:00", "<CreDtTm>2026-11-24T09:30:00",
        "Profile.TimeOffset", "/Document/FIToFICstmrCdtTrf/GrpHdr/CreDtTm")]
    [InlineData("sepa-sct", "<SvcLvl><Cd>SEPA", "<SvcLvl><Cd>URGP", "Profile.ServiceLevel",
        Transaction + "/PmtTpInf/SvcLvl/Cd")]
    [InlineData("sepa-sct", "<IntrBkSttlmAmt Ccy=\"EUR\">", "<IntrBkSttlmAmt Ccy=\"SEK\">", "Profile.Currency",
        Transaction + "/IntrBkSttlmAmt")]
    [InlineData("sepa-sct", "<IntrBkSttlmAmt Ccy=\"EUR\">1250.00", "<IntrBkSttlmAmt Ccy=\"EUR\">1000000000.00",
        "Profile.AmountRange", Transaction + "/IntrBkSttlmAmt")]
    [InlineData("sepa-sct", "<TxId>TX-4712</TxId>", "", "Profile.TransactionId", Transaction + "/PmtId")]
    [InlineData("sepa-sct", "<ChrgBr>SLEV", "<ChrgBr>SHAR", "Profile.ChargeBearer", Transaction + "/ChrgBr")]
    [InlineData("sepa-sct", "<IBAN>DE89370400440532013000</IBAN>", "<Othr><Id>1</Id></Othr>", "Profile.AccountIban",
        Transaction)]
    [InlineData("sepa-sct", "<Ustrd>Invoice 4712</Ustrd>", "<Ustrd>A</Ustrd><Ustrd>B</Ustrd>", "Profile.Remittance",
        Transaction + "/RmtInf/Ustrd[2]")]
    [InlineData("sepa-sct-inst", "<LclInstrm><Cd>INST", "<LclInstrm><Cd>CORE", "Profile.LocalInstrument",
        Transaction + "/PmtTpInf/LclInstrm/Cd")]
    [InlineData("sepa-sct-inst", "<AccptncDtTm>2026-11-24T09:29:59+01:00</AccptncDtTm>", "", "Profile.AcceptanceTime",
        Transaction)]
    [InlineData("sepa-sct", "<BICFI>QBITDEFFXXX</BICFI>", "<LEI>5493001KJTIIGC8Y1R12</LEI>", "Profile.AgentBic",
        Transaction)]
    [InlineData("sepa-sct", "<Nm>Jean Exemple</Nm>", "<CtryOfRes>FR</CtryOfRes>", "Profile.PartyName", Transaction)]
    [InlineData("sepa-sct", "<TtlIntrBkSttlmAmt Ccy=\"EUR\">1250.00</TtlIntrBkSttlmAmt>", "", "Profile.GroupTotals",
        "/Document/FIToFICstmrCdtTrf/GrpHdr")]
    [InlineData("sepa-sct", "<SttlmMtd>CLRG", "<SttlmMtd>COVE", "Profile.SettlementMethod",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/SttlmInf/SttlmMtd")]
    [InlineData("sepa-sct", "TX-4712", "TX_4712", "Profile.Characters", Transaction + "/PmtId/TxId")]
    [InlineData("sepa-sct", "TX-4712", "TX//4712", "Profile.Reference", Transaction + "/PmtId/TxId")]
    [InlineData("sepa-sct-inst", "<NbOfTxs>1", "<NbOfTxs>2", "Profile.OneTransaction",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/NbOfTxs")]
    [InlineData("sepa-sdd-core", "<Cd>SEPA", "<Cd>URGP", "Profile.ServiceLevel", Debit + "/PmtTpInf/SvcLvl/Cd")]
    [InlineData("sepa-sdd-core", "<Cd>CORE", "<Cd>B2B", "Profile.LocalInstrument", Debit + "/PmtTpInf/LclInstrm/Cd")]
    [InlineData("sepa-sdd-core", "<SeqTp>RCUR</SeqTp>", "", "Profile.SequenceType", Debit)]
    [InlineData("sepa-sdd-core", "<SeqTp>RCUR", "<SeqTp>RPRE", "Profile.SequenceType", Debit + "/PmtTpInf/SeqTp")]
    [InlineData("sepa-sdd-core", "<MndtId>MANDATE-1</MndtId>", "", "Profile.Mandate", Debit)]
    [InlineData("sepa-sdd-core", "DE98ZZZ09999999999", "98DEZZZ09999999999", "Profile.CreditorId",
        Debit + "/DrctDbtTx/CdtrSchmeId/Id/PrvtId/Othr/Id")]
    [InlineData("sepa-sdd-core", "<Prtry>SEPA", "<Prtry>OTHER", "Profile.CreditorScheme",
        Debit + "/DrctDbtTx/CdtrSchmeId/Id/PrvtId/Othr/SchmeNm/Prtry")]
    [InlineData("sepa-sdd-core", "<ChrgBr>SLEV", "<ChrgBr>SHAR", "Profile.ChargeBearer", Debit + "/ChrgBr")]
    [InlineData("sepa-sdd-core", "<IBAN>DE89370400440532013000</IBAN>", "<Othr><Id>1</Id></Othr>",
        "Profile.AccountIban", Debit)]
    [InlineData("sepa-sdd-core", "<BICFI>BNPAFRPPXXX</BICFI>", "<LEI>5493001KJTIIGC8Y1R12</LEI>",
        "Profile.AgentBic", Debit)]
    [InlineData("fedwire-2025", "20261124QBITUS33000042", "20261124QBITUS3300000042", "Profile.Imad",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/MsgId")]
    [InlineData("fedwire-2025", "<NbOfTxs>1", "<NbOfTxs>2", "Profile.OneTransaction",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/NbOfTxs")]
    [InlineData("fedwire-2025", "<SttlmMtd>CLRG", "<SttlmMtd>INDA", "Profile.SettlementMethod",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/SttlmInf/SttlmMtd")]
    [InlineData("fedwire-2025", "<Cd>FDW<", "<Cd>FDN<", "Profile.ClearingSystem",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/SttlmInf/ClrSys/Cd")]
    [InlineData("fedwire-2025", "<Prtry>CTRC", "<Prtry>BTRC", "Profile.LocalInstrument",
        Transaction + "/PmtTpInf/LclInstrm/Prtry")]
    [InlineData("fedwire-2025", "<PmtTpInf><LclInstrm><Prtry>CTRC</Prtry></LclInstrm></PmtTpInf>", "",
        "Profile.LocalInstrument", Transaction)]
    [InlineData("fedwire-2025", "<IntrBkSttlmAmt Ccy=\"USD\">", "<IntrBkSttlmAmt Ccy=\"EUR\">", "Profile.Currency",
        Transaction + "/IntrBkSttlmAmt")]
    [InlineData("fedwire-2025", ">5000000.00<", ">0.00<", "Profile.AmountRange", Transaction + "/IntrBkSttlmAmt")]
    [InlineData("fedwire-2025", ">5000000.00<", ">10000000000.00<", "Profile.AmountRange",
        Transaction + "/IntrBkSttlmAmt")]
    [InlineData("fedwire-2025", ">5000000.00<", ">5000000.005<", "Profile.AmountDecimals",
        Transaction + "/IntrBkSttlmAmt")]
    [InlineData("fedwire-2025", "<InstdAmt Ccy=\"USD\">", "<InstdAmt Ccy=\"EUR\">", "Profile.InstructedAmount",
        Transaction + "/InstdAmt")]
    [InlineData("fedwire-2025", "<Cd>USABA</Cd>", "<Cd>GBDSC</Cd>", "Profile.ClearingMember",
        Transaction + "/InstgAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd")]
    [InlineData("fedwire-2025", "<MmbId>021000089", "<MmbId>02100008", "Profile.RoutingNumber",
        Transaction + "/InstgAgt/FinInstnId/ClrSysMmbId/MmbId")]
    [InlineData("fedwire-2025", "<UETR>9b2f6c1e-7d54-4a3b-8e10-2c4f5a6b7d8e</UETR>", "", "Profile.Uetr",
        Transaction + "/PmtId")]
    [InlineData("fedwire-2025", "<CreDtTm>2026-11-24T09:30:00-05:00", "<CreDtTm>2026-11-24T09:30:00",
        "Profile.TimeOffset", "/Document/FIToFICstmrCdtTrf/GrpHdr/CreDtTm")]
    [InlineData("fedwire-2025", "<Nm>Sample Supplies LLC</Nm>", "<Nm>Sample Supplies LLC</Nm><PstlAdr/>",
        "Profile.EmptyElement", Transaction + "/Cdtr/PstlAdr")]
    [InlineData("fednow-2022", "20261124021000089PAY000042", "PAY000042", "Profile.MessageId",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/MsgId")]
    [InlineData("fednow-2022", "<Cd>FDN<", "<Cd>FDW<", "Profile.ClearingSystem",
        "/Document/FIToFICstmrCdtTrf/GrpHdr/SttlmInf/ClrSys/Cd")]
    [InlineData("fednow-2022", "<Prtry>FDNA", "<Prtry>CTRC", "Profile.LocalInstrument",
        Transaction + "/PmtTpInf/LclInstrm/Prtry")]
    [InlineData("fednow-2022", ">5000000.00<", ">10000000.01<", "Profile.AmountRange",
        Transaction + "/IntrBkSttlmAmt")]
    [InlineData("fednow-2022", "<IntrBkSttlmAmt Ccy=\"USD\">", "<IntrBkSttlmAmt Ccy=\"EUR\">", "Profile.Currency",
        Transaction + "/IntrBkSttlmAmt")]
    public void One_fault_gives_its_code_where_it_is(string profile, string right, string wrong, string code,
        string path)
    {
        IReadOnlyList<Diagnostic> findings =
            ProfileText.Check(profile, ProfileText.Replace(ProfileText.Of(profile), right, wrong));

        Diagnostic found = Assert.Single(findings, finding => finding.Severity == Severity.Error);
        Assert.Equal((code, path), (found.Code, found.Path));
        Assert.True(found.Line > 0 && found.Column > 0);
        Assert.NotNull(found.Expected);
        Assert.NotNull(found.Actual);
    }

    [Theory]
    [InlineData(ParseMode.Lenient, Severity.Warning)]
    [InlineData(ParseMode.Strict, Severity.Error)]
    [InlineData(ParseMode.Archive, Severity.Warning)]
    public void Check_digit_of_a_routing_number_is_an_error_only_under_strict(ParseMode mode, Severity severity)
    {
        string text = ProfileText.Replace(ProfileText.Fedwire, "<MmbId>021000089", "<MmbId>000000000");

        Diagnostic found = Assert.Single(ProfileText.Check("fedwire-2025", text, mode),
            finding => finding.Code == "Profile.AbaCheckDigit");
        Assert.Equal(severity, found.Severity);
    }

    [Theory]
    [InlineData("cbpr-sr2025", null, Severity.Warning)]         // judged by its own last day
    [InlineData("cbpr-sr2025", "2026-11-13", Severity.Warning)]
    [InlineData("cbpr-sr2025", "2026-11-14", Severity.Error)]
    [InlineData("cbpr-sr2026", "2026-11-13", Severity.Warning)]
    [InlineData("cbpr-sr2026", "2026-11-14", Severity.Error)]
    [InlineData("cbpr-sr2026", null, Severity.Error)]
    [InlineData("sepa-sct", "2026-11-14", Severity.Warning)]
    [InlineData("sepa-sct", "2026-11-15", Severity.Error)]
    public void Unstructured_address_is_refused_from_its_day_on(string profile, string? asOf, Severity severity)
    {
        string text = ProfileText.Replace(ProfileText.Of(profile), ProfileText.Structured, ProfileText.Unstructured);

        Diagnostic found = Assert.Single(ProfileText.Check(profile, text, asOf: asOf),
            finding => finding.Code == "Profile.UnstructuredAddress");
        Assert.Equal(severity, found.Severity);
        Assert.Equal("unstructured", found.Actual);
    }

    [Theory]
    [InlineData("2026-11-13")]
    [InlineData("2026-11-14")]
    [InlineData(null)]
    public void Hybrid_address_is_taken_on_both_sides_of_the_day(string? asOf) =>
        Assert.Empty(ProfileText.Check("cbpr-sr2026",
            ProfileText.Replace(ProfileText.Cbpr, ProfileText.Structured, ProfileText.Hybrid), asOf: asOf));

    [Theory]
    [InlineData("<TwnNm>Frankfurt</TwnNm>", "<PstCd>60311</PstCd>", "/PstlAdr")]
    [InlineData("<Ctry>DE</Ctry>", "", "/PstlAdr")]
    [InlineData("<AdrLine>Hauptstrasse 1</AdrLine>",
        "<AdrLine>A</AdrLine><AdrLine>B</AdrLine><AdrLine>C</AdrLine>", "/PstlAdr/AdrLine[3]")]
    public void Hybrid_address_needs_town_and_country_and_at_most_two_lines(string right, string wrong, string path)
    {
        string hybrid = ProfileText.Replace(ProfileText.Hybrid, right, wrong);
        string text = ProfileText.Replace(ProfileText.Cbpr, ProfileText.Structured, hybrid);

        Diagnostic found = Assert.Single(ProfileText.Check("cbpr-sr2026", text));
        Assert.Equal(("Profile.HybridAddress", Transaction + "/Dbtr" + path), (found.Code, found.Path));
    }

    [Fact]
    public void Message_without_a_header_is_no_cross_border_message()
    {
        Diagnostic found = Assert.Single(ProfileText.Check("cbpr-sr2026",
            ProfileText.Cbpr[ProfileText.Cbpr.IndexOf("<Document", StringComparison.Ordinal)..]
                .Replace("</Envelope>", "", StringComparison.Ordinal)));
        Assert.Equal("Profile.HeaderMissing", found.Code);
    }

    [Fact]
    public void Instant_payments_had_a_limit_until_october_2025()
    {
        string text = ProfileText.Sepa.Replace("1250.00", "100000.01", StringComparison.Ordinal);

        Assert.Contains(ProfileText.Check("sepa-sct-inst", text, asOf: "2025-10-04"),
            finding => finding.Code == "Profile.InstantLimit");
        Assert.Empty(ProfileText.Check("sepa-sct-inst", text, asOf: "2025-10-05"));
        Assert.Empty(ProfileText.Check("sepa-sct-inst", text));
    }

    [Fact]
    public void Findings_never_show_a_name()
    {
        string text = ProfileText.Replace(ProfileText.Cbpr, "Demo Manufacturing GmbH", "Demo Manufäcturing GmbH");

        Assert.DoesNotContain("anuf", string.Join('\n', ProfileText.Check("cbpr-sr2026", text)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_pack_reads_and_every_rule_names_its_source()
    {
        Assert.Equal(["cbpr-sr2025", "cbpr-sr2026", "fednow-2022", "fedwire-2025", "sepa-sct", "sepa-sct-inst",
            "sepa-sdd-core"], MxProfile.Known.Select(profile => profile.Name));
        Assert.All(MxProfile.Known, known =>
        {
            MxProfile profile = MxProfile.Find(known.Name);
            Assert.NotEmpty(profile.Messages);
            Assert.NotEmpty(profile.Unverified);
            Assert.All(profile.Codes, code => Assert.StartsWith("Profile.", code, StringComparison.Ordinal));
            Assert.All(profile.Rules, rule => Assert.True(rule.Source.Length > 0 && rule.Message.Length > 0));
        });
    }
}
