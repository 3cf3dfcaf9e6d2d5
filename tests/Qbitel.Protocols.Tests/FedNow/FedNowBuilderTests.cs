using System.Text;
using Qbitel.Protocols.FedNow;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022.Rails;
using Qbitel.Protocols.Tests.Fedwire;
using Qbitel.Protocols.Tests.Iso20022;

namespace Qbitel.Protocols.Tests.FedNow;

public sealed class FedNowBuilderTests
{
    private static readonly DateOnly Day = new(2026, 11, 24);

    [Fact]
    public void An_instant_credit_is_built_as_published()
    {
        TimeProvider time = FedWireBuilderTests.Time;

        #region CreateInstantCredit
        FedNowBuilder builder = new(participantRouting: "021040078", time, limit: 10_000m);
        FedNowMessage payment = builder.CreateInstantCredit(
            debtorAccount: "123456789",
            creditorAccount: "987654321",
            amount: 500.00m,
            currency: "USD",
            new FedNowCredit
            {
                ReceiverRouting = "021000021",   // the creditor's bank
                DebtorName = "Anna Example",
                CreditorName = "Corner Shop LLC",
                EndToEndId = "ORDER-77",
                SettlementDate = new DateOnly(2026, 11, 24),
                CategoryPurpose = "CONS",
            });
        byte[] toSign = payment.ToWireFormat();  // FedNowIncoming around head.001 and pacs.008
        #endregion

        Assert.Equal("pacs.008.001.08", payment.MessageType);
        Assert.Equal("USD 500.00", payment.Amount!.ToString());
        Assert.Matches("^20261124021040078[0-9A-F]{18}$", payment.MessageId);
        Assert.DoesNotContain("Anna", payment.ToString(), StringComparison.Ordinal);
        Xmllint.Accepts(toSign);
    }

    [Fact]
    public void What_is_built_is_what_is_parsed()
    {
        FedNowMessage payment = Credit();
        FedNowMessage parsed = FedNowMessage.Parse(payment.ToWireFormat());

        Assert.Empty(parsed.Findings);
        Assert.NotNull(parsed.Header);
        Assert.Equal((payment.MessageId, payment.Uetr, payment.Amount), (parsed.MessageId, parsed.Uetr, parsed.Amount));
        Assert.Equal(payment.ToWireFormat(), parsed.ToWireFormat());
    }

    [Fact]
    public void The_rest_of_the_set_is_valid_too()
    {
        OriginalPayment payment = Credit().AsOriginal();
        FedNowBuilder sender = new("021040078", FedWireBuilderTests.Time);
        FedNowBuilder receiver = new("021000021", FedWireBuilderTests.Time);
        FedNowMessage request = receiver.CreateRequestForPayment(new PaymentRequest
        {
            Debtor = FedWireBuilderTests.Debtor,
            DebtorRouting = "021040078",
            Creditor = FedWireBuilderTests.Creditor,
            CreditorRouting = "021000021",
            Amount = payment.Amount!,
            ExecutionDate = Day,
            ExpiryDate = Day.AddDays(1),
            EndToEndId = "BILL-1",
        });

        Assert.All((FedNowMessage[])
        [
            request,
            sender.CreateRequestForPaymentResponse(request.AsOriginal(), Day, "ACTC"),
            receiver.CreatePaymentStatus(payment, Day, "ACTC"),
            receiver.CreatePaymentStatus(payment, Day, "RJCT", "AC04"),
            receiver.CreatePaymentReturn(payment, 500m, Day, "AC04", "account closed"),
            sender.CreatePaymentStatusRequest(payment, Day),
            sender.CreateReturnRequest(payment, Day, "CASE-1", "DUPL"),
            receiver.CreateReturnRequestResponse(payment, Day, "CASE-1", "RJCR", "CUST"),
            sender.CreateConnectionCheck(Day),
        ], message =>
        {
            Assert.True(message.IsValid);
            Xmllint.Accepts(message.ToWireFormat());
        });
    }

    [Fact]
    public void What_would_not_be_valid_is_not_made()
    {
        FedNowBuilder builder = new("021040078", FedWireBuilderTests.Time, limit: 1_000m);
        OriginalPayment payment = Credit().AsOriginal();

        Assert.Throws<ArgumentException>(() => builder.CreateInstantCredit("1", "2", 1_000.01m, "USD", Details));
        Assert.Throws<ArgumentException>(() => builder.CreateInstantCredit("1", "2", 1m, "EUR", Details));
        Assert.Throws<ArgumentException>(() => builder.CreateInstantCredit("1", "2", 0.001m, "USD", Details));
        Assert.Throws<ArgumentException>(() => builder.CreateInstantCredit("1", "2", 1m, "USD",
            Details with { ReceiverRouting = "111111111" }));
        Assert.Throws<ArgumentException>(() => builder.CreatePaymentStatus(payment, Day, "ACTC")); // it sent it
        Assert.Equal("Profile.AmountRange", Code(() => new FedNowBuilder("021040078", FedWireBuilderTests.Time)
            .CreateInstantCredit("1", "2", 10_000_000.01m, "USD", Details)));
        FedNowBuilder receiver = new("021000021", FedWireBuilderTests.Time);
        Assert.Equal("Profile.RejectReason", Code(() => receiver.CreatePaymentStatus(payment, Day, "RJCT")));
        Assert.Equal("Profile.Status", Code(() => receiver.CreatePaymentStatus(payment, Day, "ACSP")));

        static string Code(Func<FedNowMessage> make) => Assert.Throws<MessageFormatException>(make).Error.Code;
    }

    [Theory]
    [InlineData("FedNowCustomerCreditTransfer", "FedNowPaymentStatus",
        "/FedNowIncoming/FedNowIncomingMessage/FedNowPaymentStatus")]
    [InlineData("FedNowIncomingMessage", "FedNowOutgoingMessage", "/FedNowIncoming")]
    [InlineData("<AppHdr", "<Other", "/FedNowIncoming/FedNowIncomingMessage/FedNowCustomerCreditTransfer")]
    public void Wrapper_that_is_not_the_services_is_told(string right, string wrong, string path)
    {
        string text = Encoding.UTF8.GetString(Credit().ToWireFormat())
            .Replace(right, wrong, StringComparison.Ordinal)
            .Replace(right.Replace("<", "</", StringComparison.Ordinal), wrong.Replace("<", "</",
                StringComparison.Ordinal), StringComparison.Ordinal);
        FedNowMessage message = FedNowMessage.Parse(Encoding.UTF8.GetBytes(text));

        Diagnostic found = Assert.Single(message.Findings, finding => finding.Severity == Severity.Error);
        Assert.Equal(("FedNow.Wrapper", path), (found.Code, found.Path));
        Assert.True(found.Line > 0);
    }

    internal static FedNowCredit Details => new()
    {
        ReceiverRouting = "021000021",
        DebtorName = "Anna Example",
        CreditorName = "Corner Shop LLC",
        EndToEndId = "ORDER-77",
        SettlementDate = Day,
        CategoryPurpose = "CONS",
    };

    internal static FedNowMessage Credit() => new FedNowBuilder("021040078", FedWireBuilderTests.Time)
        .CreateInstantCredit("123456789", "987654321", 500.00m, "USD", Details);
}
