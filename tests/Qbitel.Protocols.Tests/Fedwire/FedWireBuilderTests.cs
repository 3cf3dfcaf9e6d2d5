using System.Globalization;
using Qbitel.Protocols.Fedwire;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022.Parties;
using Qbitel.Protocols.Iso20022.Rails;
using Qbitel.Protocols.Tests.Iso20022;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fedwire;

public sealed class FedWireBuilderTests
{
    private static readonly DateOnly Day = new(2026, 11, 24);

    internal static readonly ManualTime Time = new(new DateTimeOffset(2026, 11, 24, 14, 30, 0, TimeSpan.Zero));

    internal static readonly MxParty Debtor = new()
    {
        Name = "Demo Manufacturing Inc",
        Account = "5647772655",
        Address = new PostalAddress { StreetName = "Main Street", TownName = "Springfield", Country = "US" },
    };

    internal static readonly MxParty Creditor = new()
    {
        Name = "Sample Supplies LLC",
        Account = "567876543",
        Address = new PostalAddress { TownName = "Yardley", Country = "US", Lines = ["25 Avenue B"] },
    };

    [Fact]
    public void A_customers_transfer_is_built_as_published()
    {
        TimeProvider time = Time;
        MxParty demoManufacturing = Debtor, sampleSupplies = Creditor;

        #region CreateFundsTransfer
        FedWireBuilder builder = new(endpoint: "QBITUS33", time) { NextSequenceNumber = 42 };
        FedWireMessage wire = builder.CreateFundsTransfer(
            senderRouting: "021000089",
            receiverRouting: "021000021",
            amount: 5_000_000.00m,
            businessFunction: "CTR",
            new FedWireTransfer
            {
                EndToEndId = "INVOICE-4712",
                SettlementDate = new DateOnly(2026, 11, 24),
                Debtor = demoManufacturing,      // name, account, structured or hybrid address
                Creditor = sampleSupplies,
            });
        byte[] toSign = wire.ToWireFormat();     // head.001, then pacs.008 with local instrument CTRC
        #endregion

        Assert.Equal(("pacs.008.001.08", "20261124QBITUS33000042"), (wire.MessageType, wire.MessageId));
        Assert.Equal("USD 5000000.00", wire.Amount!.ToString());
        Assert.Equal("CTRC", wire.Root.ValueAt("FIToFICstmrCdtTrf/CdtTrfTxInf/PmtTpInf/LclInstrm/Prtry"));
        Assert.Equal(43, builder.NextSequenceNumber);
        Xmllint.Accepts(toSign);
    }

    // An earlier code base wrote an IMAD of 24 characters, which its own parser refused.
    [Theory]
    [InlineData("CTR", "pacs.008.001.08", "CTRC")]
    [InlineData("CTP", "pacs.008.001.08", "CTRC")]
    [InlineData("DRW", "pacs.008.001.08", "CTRD")]
    [InlineData("BTR", "pacs.009.001.08", "BTRC")]
    [InlineData("FFS", "pacs.009.001.08", "BTRC")]
    public void What_is_built_is_what_is_parsed(string function, string type, string instrument)
    {
        FedWireMessage wire = Transfer(function);
        FedWireMessage parsed = FedWireMessage.Parse(wire.ToWireFormat());

        Assert.True(parsed.IsValid, string.Join('\n', parsed.Findings));
        Assert.Equal(type, parsed.MessageType);
        Assert.Equal((wire.MessageId, wire.Uetr, wire.Amount), (parsed.MessageId, parsed.Uetr, parsed.Amount));
        Assert.Equal(22, parsed.Imad!.Value.Length);
        Assert.Equal(instrument, parsed.AsOriginal().LocalInstrument);
        Assert.Equal(wire.ToWireFormat(), parsed.ToWireFormat());
        Xmllint.Accepts(wire.ToWireFormat());
    }

    // Another library holds amounts in binary floating point, where these are not what they were.
    [Theory]
    [InlineData("9999999999.99")]
    [InlineData("4503599627.37")]
    [InlineData("0.07")]
    [InlineData("1.10")]
    public void Amounts_are_exact_to_the_cent(string text)
    {
        decimal amount = decimal.Parse(text, CultureInfo.InvariantCulture);
        FedWireMessage wire = new FedWireBuilder("QBITUS33", Time).CreateFundsTransfer("021000089", "021000021", amount,
            "BTR", new FedWireTransfer { EndToEndId = "E2E", SettlementDate = Day });

        Assert.Equal(text, wire.Root.ValueAt("FICdtTrf/CdtTrfTxInf/IntrBkSttlmAmt"));
        Assert.Equal(amount, FedWireMessage.Parse(wire.ToWireFormat()).Amount!.Amount);
    }

    [Fact]
    public void Banks_need_no_parties_of_their_own()
    {
        FedWireBuilder builder = new("QBITUS33", Time);
        FedWireMessage wire = builder.CreateFundsTransfer("021000089", "021000021", 1m, "DRW",
            new FedWireTransfer { EndToEndId = "E2E", SettlementDate = Day });

        Assert.Equal("BTRD", wire.AsOriginal().LocalInstrument);
        Xmllint.Accepts(wire.ToWireFormat());
    }

    [Fact]
    public void The_rest_of_the_set_is_valid_too()
    {
        OriginalPayment payment = Transfer("CTR").AsOriginal();
        FedWireBuilder builder = new("B1QDRCQR", Time);
        FedWireMessage request = builder.CreateDrawdownRequest(new PaymentRequest
        {
            Debtor = Debtor,
            DebtorRouting = "021000089",
            Creditor = Creditor,
            CreditorRouting = "021000021",
            Amount = payment.Amount!,
            ExecutionDate = Day,
            EndToEndId = "DRAW-1",
        }, "DRC");

        Assert.All((FedWireMessage[])
        [
            request,
            builder.CreatePaymentReturn(payment, 5_000_000m, Day, "DUPL", "paid twice"),
            builder.CreatePaymentReturn(Transfer("BTR").AsOriginal(), 5_000_000m, Day, "DUPL"),
            builder.CreateStatusRequest(payment, Day),
            builder.CreateReturnRequest(payment, Day, "CASE-1", "DUPL"),
            builder.CreateReturnRequestResponse(payment, Day, "CASE-1", "CNCL"),
            builder.CreateDrawdownResponse(request.AsOriginal(), Day, "PDNG"),
            builder.CreateConnectionCheck("021000089", Day),
        ], message =>
        {
            Assert.True(message.IsValid);
            Xmllint.Accepts(message.ToWireFormat());
        });
        Assert.Equal(9, builder.NextSequenceNumber);
    }

    [Fact]
    public void What_would_not_be_valid_is_not_made()
    {
        FedWireBuilder builder = new("QBITUS33", Time);
        FedWireTransfer transfer = new()
        {
            EndToEndId = "E2E",
            SettlementDate = Day,
            Debtor = Debtor,
            Creditor = Creditor,
        };

        Refused("021000088", 1m, "CTR", transfer);
        Refused("021000089", 1.005m, "CTR", transfer);
        Refused("021000089", 1m, "DRC", transfer);
        Refused("021000089", 1m, "CTR", transfer with { Creditor = null });
        Assert.Throws<ArgumentException>(() => new FedWireBuilder("short", Time));
        Assert.Equal("Profile.AmountRange", Thrown(0m, transfer));
        Assert.Equal("Profile.AmountRange", Thrown(10_000_000_000m, transfer));
        Assert.Equal("Mx.Value", Thrown(1m, transfer with { EndToEndId = new string('E', 36) }));
        Assert.Equal("Profile.AddressParts", Thrown(1m,
            transfer with { Debtor = Debtor with { Address = new PostalAddress { Country = "US" } } }));
        Assert.Equal(1, builder.NextSequenceNumber);

        void Refused(string sender, decimal amount, string function, FedWireTransfer what) =>
            Assert.Throws<ArgumentException>(() =>
                builder.CreateFundsTransfer(sender, "021000021", amount, function, what));

        string Thrown(decimal amount, FedWireTransfer what) => Assert.Throws<MessageFormatException>(() =>
            builder.CreateFundsTransfer("021000089", "021000021", amount, "CTR", what)).Error.Code;
    }

    [Fact]
    public void It_prints_no_personal_data()
    {
        FedWireMessage wire = Transfer("CTR");

        string shown = $"{wire} {wire.AsOriginal()} {Debtor}";
        Assert.DoesNotContain("emo", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("5647772655", shown, StringComparison.Ordinal);
    }

    internal static FedWireMessage Transfer(string function) => new FedWireBuilder("QBITUS33", Time)
        .CreateFundsTransfer("021000089", "021000021", 5_000_000.00m, function, new FedWireTransfer
        {
            EndToEndId = "INVOICE-4712",
            SettlementDate = Day,
            Debtor = Debtor,
            Creditor = Creditor,
        });
}
