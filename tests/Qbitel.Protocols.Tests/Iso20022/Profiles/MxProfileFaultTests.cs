using System.Text;
using Qbitel.Protocols.FedNow;
using Qbitel.Protocols.Fedwire;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso20022.Rails;
using Qbitel.Protocols.Tests.FedNow;
using Qbitel.Protocols.Tests.Fedwire;

namespace Qbitel.Protocols.Tests.Iso20022.Profiles;

/// <summary>One fault in each message of the services but the customer's transfer, through the whole parser.</summary>
public sealed class MxProfileFaultTests
{
    private const string Underlying = "<UndrlygCstmrCdtTrf><Dbtr><Nm>A</Nm></Dbtr>"
        + "<DbtrAgt><FinInstnId><BICFI>QBITUS33</BICFI></FinInstnId></DbtrAgt>"
        + "<CdtrAgt><FinInstnId><BICFI>QBITUS33</BICFI></FinInstnId></CdtrAgt>"
        + "<Cdtr><Nm>B</Nm></Cdtr></UndrlygCstmrCdtTrf>";

    private static readonly DateOnly Day = new(2026, 11, 24);

    [Theory]
    [InlineData("bank", "<Prtry>BTRC", "<Prtry>CTRC", "Profile.LocalInstrument")]
    [InlineData("bank", ">5000000.00<", ">0<", "Profile.AmountRange")]
    [InlineData("bank", "</RmtInf>", "</RmtInf>" + Underlying, "Profile.CoverInstrument")]
    [InlineData("return", "<RtrRsnInf>", "<RtrRsnInf><!--", "Profile.ReturnReason")]
    [InlineData("return", "<SttlmMtd>CLRG", "<SttlmMtd>INDA", "Profile.SettlementMethod")]
    [InlineData("return", "<OrgnlUETR>", "<OrgnlUETR><!--", "Profile.Uetr")]
    [InlineData("return", "<RtrdIntrBkSttlmAmt Ccy=\"USD\">", "<RtrdIntrBkSttlmAmt Ccy=\"CAD\">", "Profile.Currency")]
    [InlineData("return", "<Prtry>CTRC", "<Prtry>FDNA", "Profile.LocalInstrument")]
    [InlineData("return", "-00:00</CreDtTm>", "</CreDtTm>", "Profile.TimeOffset")]
    [InlineData("return", "20261124B1QDRCQR000001</MsgId>", "RETURN-1</MsgId>", "Profile.Imad")]
    [InlineData("request", " Ccy=\"USD\">", " Ccy=\"EUR\">", "Profile.Currency")]
    [InlineData("request", "<MmbId>021000021", "<MmbId>21000021", "Profile.RoutingNumber")]
    [InlineData("drawdown", "<Prtry>DRRC", "<Prtry>CTRC", "Profile.LocalInstrument")]
    [InlineData("drawdown", "<InstdAmt Ccy=\"USD\">", "<InstdAmt Ccy=\"EUR\">", "Profile.Currency")]
    [InlineData("drawdown", "<UETR>", "<UETR><!--", "Profile.Uetr")]
    [InlineData("header", "<MsgDefIdr>pacs.009.001.08", "<MsgDefIdr>pacs.008.001.08", "Profile.MessageDefinition")]
    [InlineData("header", "<MmbId>021151080", "<MmbId>FEDWIRE", "Profile.RoutingNumber")]
    [InlineData("header", "<BizMsgIdr>20261124", "<BizMsgIdr>\u00E920261124", "Profile.BusinessMessageId")]
    [InlineData("credit", "<SttlmMtd>CLRG", "<SttlmMtd>INDA", "Profile.SettlementMethod")]
    [InlineData("credit", "<InstdAgt>", "<InstdAgt><!--", "Profile.Agents")]
    [InlineData("credit", "<Cd>USABA", "<Cd>USPID", "Profile.ClearingMember")]
    [InlineData("status", "<TxSts>RJCT", "<TxSts>ACSP", "Profile.Status")]
    [InlineData("status", "<StsRsnInf>", "<StsRsnInf><!--", "Profile.RejectReason")]
    [InlineData("status", "-00:00</CreDtTm>", "</CreDtTm>", "Profile.TimeOffset")]
    public void One_fault_is_the_only_error(string message, string right, string wrong, string code)
    {
        (string protocol, string text) = Message(message);
        ParseReport before = MessageParser.Parse(Encoding.UTF8.GetBytes(text), protocol);
        Assert.True(before.IsValid, before.ToJson());

        ParseReport report = MessageParser.Parse(Encoding.UTF8.GetBytes(Break(text, right, wrong)), protocol);

        Diagnostic found = Assert.Single(report.Errors);
        Assert.Equal(code, found.Code);
        Assert.True(found.Line > 0 && found.Column > 0 && found.Path!.Length > 1);
    }

    [Theory]
    [InlineData("status", "<TxSts>RJCT", "<TxSts>PDNG", "<StsRsnInf>", "Profile.PendingReason")]
    [InlineData("header", "frb.fedwire.01", "frb.fedwire.02", null, "Profile.MarketPractice")]
    [InlineData("request", "20261124B1QDRCQR000001</Id>", "CASE-1</Id>", null, "Profile.Imad")]
    [InlineData("drawdown", "20261124B1QDRCQR000001</MsgId>", "DRAW-1</MsgId>", null, "Profile.Imad")]
    public void What_may_be_odd_is_a_warning(string message, string right, string wrong, string? gone, string code)
    {
        (string protocol, string text) = Message(message);
        text = Break(text, right, wrong);
        if (gone is not null) text = Break(text, gone, gone + "<!--");

        ParseReport report = MessageParser.Parse(Encoding.UTF8.GetBytes(text), protocol);
        Assert.True(report.IsValid, report.ToJson());
        Assert.Contains(report.Warnings, warning => warning.Code == code);
    }

    // "<A><!--" drops the whole element A; "-00:00" is whatever offset stands there.
    private static string Break(string text, string right, string wrong)
    {
        text = text.Replace("+00:00", "-00:00", StringComparison.Ordinal);
        if (wrong == right + "<!--")
        {
            string end = "</" + right[1..];
            int from = text.IndexOf(right, StringComparison.Ordinal), to = text.IndexOf(end, StringComparison.Ordinal);
            Assert.True(from > 0 && to > from, right);
            return text.Remove(from, to + end.Length - from);
        }

        return ProfileText.Replace(text, right, wrong);
    }

    private static (string Protocol, string Text) Message(string name)
    {
        FedWireBuilder wires = new("B1QDRCQR", FedWireBuilderTests.Time);
        FedWireTransfer balance = new() { EndToEndId = "E2E", SettlementDate = Day, Remittance = "balance" };
        FedWireMessage bank = wires.CreateFundsTransfer("021000089", "021000021", 5_000_000.00m, "BTR", balance);
        wires.NextSequenceNumber = 1;
        OriginalPayment payment = FedWireBuilderTests.Transfer("CTR").AsOriginal();
        RailMessage message = name switch
        {
            "bank" or "header" => bank,
            "return" => wires.CreatePaymentReturn(payment, 5m, Day, "DUPL"),
            "request" => wires.CreateReturnRequest(payment, Day, "CASE", "DUPL"),
            "drawdown" => wires.CreateDrawdownRequest(new PaymentRequest
            {
                Debtor = FedWireBuilderTests.Debtor,
                DebtorRouting = "021000089",
                Creditor = FedWireBuilderTests.Creditor,
                CreditorRouting = "021000021",
                Amount = payment.Amount!,
                ExecutionDate = Day,
                EndToEndId = "DRAW-1",
            }, "DRC"),
            "credit" => FedNowBuilderTests.Credit(),
            _ => new FedNowBuilder("021000021", FedWireBuilderTests.Time)
                .CreatePaymentStatus(FedNowBuilderTests.Credit().AsOriginal(), Day, "RJCT", "AC04"),
        };
        string text = Encoding.UTF8.GetString(message.ToWireFormat());
        bool isWire = message is FedWireMessage;
        return (isWire ? "fedwire-iso20022" : "fednow", name is "header" or "credit" or "status" ? text
            : text[text.IndexOf("<Document", StringComparison.Ordinal)..]);
    }
}
