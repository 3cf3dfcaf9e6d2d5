using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Swift.Messages;
using Qbitel.Protocols.Tests.Fix;
using Qbitel.Protocols.Tests.Iso20022;
using Qbitel.Protocols.Tests.Iso8583;
using Qbitel.Protocols.Tests.Swift;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests;

/// <summary>The examples of the documents, run.</summary>
public sealed class ExampleTests
{
    [Fact]
    public void A_message_is_identified_and_reported()
    {
        byte[] bytes = SwiftText.Bytes();

        #region IdentifyAndReport
        IdentifiedMessage what = MessageIdentifier.Identify(bytes);    // swift-mt, MT103, and where it ends
        ParseReport report = MessageParser.Parse(bytes, what.Protocol); // the document of qbitel parse
        foreach (Diagnostic finding in report.Findings) Console.Error.WriteLine(finding);
        string json = report.ToJson();
        #endregion

        Assert.Equal(("swift-mt", "MT103", bytes.Length), (what.Protocol, what.MessageType, what.Consumed));
        Assert.True(report.IsValid);
        Assert.StartsWith("{", json, StringComparison.Ordinal);
    }

    [Fact]
    public void An_MT103_is_read_and_built()
    {
        byte[] rawSwiftMt103 = SwiftText.Bytes();

        #region ReadMt103
        SwiftMessage message = new SwiftParser().Parse(rawSwiftMt103);
        Mt103Message mt103 = Mt103Message.FromSwiftMessage(message); // throws with the first rule that is broken
        Money amount = mt103.SettledAmount;
        string archiveKey = $"MT103:{mt103.TransactionReference}";
        #endregion

        Assert.Equal("MT103:INV2026112401", archiveKey);
        Assert.True(Bic.TryParse("DEUTDEFF", out Bic sender));
        Assert.True(Bic.TryParse("BNPAFRPP", out Bic receiver));

        #region BuildMt103
        Mt103Message built = new Mt103Builder
        {
            Sender = sender,
            Receiver = receiver,
            TransactionReference = "INV2026112402",
            ValueDate = new DateOnly(2026, 11, 25),
            SettledAmount = amount,
            OrderingCustomer = SwiftParty.Customer("DE15288040723862551184", "ANNA BEISPIEL", "FRANKFURT"),
            Beneficiary = SwiftParty.Customer("FR707156096438KOAZ5C1ZXTF00", "JEAN EXEMPLE"),
            Charges = ChargeBearer.OrderingCustomer,
        }.Build();
        #endregion

        Assert.Empty(built.Message.Validate());
    }

    [Fact]
    public void A_statement_is_read_and_a_cover_payment_built()
    {
        byte[] rawMt940 = MtText.Bytes("940");

        #region ReadMt940
        MtStatement statement = MtStatement.Parse(rawMt940);
        foreach (StatementLine line in statement.Lines) Console.WriteLine($"{line.ValueDate} {line.NetAmount}");
        bool? addsUp = statement.IsBalanced; // the opening balance and the lines make the closing balance
        #endregion

        Assert.True(addsUp);
        Assert.True(Bic.TryParse("DEUTDEFF", out Bic sender) & Bic.TryParse("BNPAFRPP", out Bic receiver)
            & Money.TryParse("1000.25", "EUR", out Money amount));

        #region BuildMt202Cov
        SwiftMessage cover = new SwiftBuilder("202") { Sender = sender, Receiver = receiver, ValidationFlag = "COV" }
            .Add("20", "COVER1").Add("21", "INV2026112402").Add("32A", new DateOnly(2026, 11, 25), amount)
            .Add("58", SwiftParty.Institution(receiver))
            .Add("50", SwiftParty.Customer("DE15288040723862551184", "ANNA BEISPIEL", "FRANKFURT"))
            .Add("59", SwiftParty.Customer("FR707156096438KOAZ5C1ZXTF00", "JEAN EXEMPLE"))
            .Build();
        #endregion

        Assert.True(Mt202Message.Parse(cover.ToBytes()).IsCover);
    }

    [Fact]
    public void A_fix_order_is_answered()
    {
        byte[] rawFixMessage = FixText.Frame(FixText.Order);
        TimeProvider time = new ManualTime(new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero));

        #region AnswerFixOrder
        FixMessage order = new FixParser("FIX.4.4").Parse(rawFixMessage);
        FixBuilder builder = new("FIX.4.4", sender: "BRK", target: "CLI", time);
        FixMessage report = builder.CreateExecutionReport(
            orderId: order.GetField(11)!, execId: "E1", execType: "F", symbol: order.GetField(55)!,
            new FixExecution(Side: '1', OrderStatus: '2', RemainingQuantity: 0, ExecutedQuantity: 100,
                AveragePrice: 10.5m));
        byte[] toSend = report.ToBytes();
        #endregion

        Assert.Empty(FixMessage.Parse(toSend).Validate());
    }

    [Fact]
    public void A_fix_stream_is_split()
    {
        byte[] stream = [.. FixText.Frame(FixText.Order), .. "noise"u8, .. FixText.Frame(FixText.Order), .. "8=FI"u8];
        int messages = 0;

        #region SplitFixStream
        ReadOnlySpan<byte> rest = stream;
        while (true)
        {
            FrameStatus status = MessageIdentifier.TryReadMessage("fix", rest, out int consumed, out _);
            if (status == FrameStatus.Incomplete) break;       // wait for more bytes
            if (status == FrameStatus.Complete) messages++;    // rest[..consumed] is one message
            rest = rest[consumed..];                           // after Invalid: where the next may begin
        }
        #endregion

        Assert.Equal(2, messages);
    }

    [Fact]
    public void A_card_message_is_read_and_answered()
    {
        byte[] bytes = Iso8583MessageTests.Purchase().ToBytes();

        #region AnswerIso8583
        Iso8583Message request = Iso8583Message.Parse(bytes);
        Iso8583Builder answer = new(request.Mti.Response());
        foreach (int number in (int[])[2, 3, 4, 7, 11, 12, 13, 32, 37, 41, 49])
        {
            if (request[number] is { } value) answer.Set(number, value);
        }

        Iso8583Message response = answer.Set(39, "00").Build();
        #endregion

        Assert.Empty(response.ValidateResponse(request));
    }

    [Fact]
    public void A_payment_is_read_and_edited()
    {
        byte[] bytes = MxCostTests.Message;

        #region EditPacs008
        Pacs008 payment = Pacs008.Parse(bytes);                     // alone, with its header, or inside an envelope
        foreach (Diagnostic finding in payment.Findings) Console.Error.WriteLine(finding);
        Money? amount = payment.Transactions[0].Amount;
        MxElement reference = payment.Root.Find("FIToFICstmrCdtTrf/CdtTrfTxInf/PmtId/EndToEndId")!;
        Console.WriteLine($"{reference.Path} at byte {reference.ValueOffset}");
        byte[] edited = payment.With("FIToFICstmrCdtTrf/CdtTrfTxInf[1]/PmtId/EndToEndId", "INVOICE-4713");
        #endregion

        Assert.Equal("EUR 1250000.00", amount?.ToString());
        Assert.Equal("INVOICE-4713", Pacs008.Parse(edited).Transactions[0].EndToEndId);
    }
}
