using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift;

namespace Qbitel.Protocols.Tests.Swift;

public sealed class Mt103Tests
{
    [Fact]
    public void Its_fields_have_their_types()
    {
        Mt103Message mt103 = Mt103Message.FromSwiftMessage(new SwiftParser().Parse(SwiftText.Bytes()));
        Assert.Equal("INV2026112401", mt103.TransactionReference);
        Assert.Equal(new DateOnly(2026, 11, 24), mt103.ValueDate);
        Assert.Equal(123450, mt103.SettledAmount.ToMinorUnits());
        Assert.Equal("USD", mt103.InstructedAmount!.Currency.Code);
        Assert.Equal(0.9496m, mt103.ExchangeRate);
        Assert.Equal("DE15288040723862551184", mt103.OrderingCustomer.Iban!.Value);
        Assert.Equal("A***", mt103.OrderingCustomer.ToString());
        Assert.Equal("BNPAFRPP", mt103.AccountWithInstitution!.Bic!.Code);
        Assert.Equal("JEAN EXEMPLE", Assert.Single(mt103.Beneficiary.NameAndAddress));
        Assert.Equal(ChargeBearer.Shared, mt103.Charges);
        Assert.Equal(10m, Assert.Single(mt103.SendersCharges).Amount);
    }

    [Theory]
    [InlineData(":20:INV2026112401", ":20:/INV", "Mt.Reference", "20")]
    [InlineData(":20:INV2026112401", ":20:INV20261124010000X", "Mt.FieldFormat", "20")]
    [InlineData(":20:INV2026112401\n", "", "Mt.MandatoryField", null)]
    [InlineData(":23B:CRED", ":23B:DEBT", "Mt.Code", "23B")]
    [InlineData(":13C:/SNDTIME/0931+0100", ":13C:/SNDTIME/2531+0100", "Mt.Time", "13C")]
    [InlineData(":32A:261124EUR1234,5", ":32A:261131EUR1234,5", "Mt.Date", "32A")]
    [InlineData(":32A:261124EUR1234,5", ":32A:261124EUR1234,567", "Mt.AmountDecimals", "32A")]
    [InlineData(":32A:261124EUR1234,5", ":32A:261124EUR1234.5", "Mt.FieldFormat", "32A")]
    [InlineData(":32A:261124EUR1234,5", ":32A:261124EUR1234", "Mt.FieldFormat", "32A")]
    [InlineData(":32A:261124EUR1234,5", ":32A:261124EUR123456789012345,", "Mt.FieldFormat", "32A")]
    [InlineData(":32A:261124EUR1234,5", ":32A:261124EUQ1234,5", "Mt.Currency", "32A")]
    [InlineData(":36:0,9496\n", "", "Mt.ExchangeRate", "33B")]
    [InlineData(":33B:USD1300,00\n:36", ":33B:EUR1300,00\n:36", "Mt.ExchangeRate", "36")]
    [InlineData("ANNA BEISPIEL", "ÄNNA", "Mt.Charset", "50K")]
    [InlineData("ANNA BEISPIEL", "ANNA_BEISPIEL", "Mt.FieldFormat", "50K")]
    [InlineData("60311 FRANKFURT", "60311 FRANKFURT\nGERMANY\nEUROPE", "Mt.FieldFormat", "50K")]
    [InlineData(":52A:DEUTDEFF", ":52A:DEUTQQFF", "Mt.Bic", "52A")]
    [InlineData(":52A:DEUTDEFF", ":52K:DEUTDEFF", "Mt.UnknownField", "52K")]
    [InlineData(":52A:DEUTDEFF", ":52A:DEUTDEFF\n:52A:DEUTDEFF", "Mt.FieldRepeated", "52A")]
    [InlineData(":52A:DEUTDEFF\n:57A", ":56A:DEUTDEFF\n:52A:DEUTDEFF\n:57A", "Mt.FieldOrder", "52A")]
    [InlineData(":71A:SHA", ":71A:ALL", "Mt.Code", "71A")]
    [InlineData(":71A:SHA", ":71A:OUR", "Mt.Charges", "71F")]
    [InlineData(":71F:USD10,00", ":71G:EUR10,00", "Mt.Charges", "71G")]
    [InlineData(":71A:SHA\n:71F:USD10,00", ":71A:BEN", "Mt.Charges", "71A")]
    [InlineData(":33B:USD1300,00\n:36:0,9496\n", "", "Mt.Charges", "71F")]
    [InlineData(":23B:CRED", ":23B:CRED\n:23E:SDVA/NOW", "Mt.InstructionText", "23E")]
    [InlineData(":23B:CRED", ":23B:CRED\n:23E:TELI/CALL", "Mt.InstructionCode", "23E")]
    [InlineData(":23B:CRED", ":23B:SSTD\n:23E:SDVA", "Mt.InstructionCode", "23E")]
    [InlineData(":23B:CRED", ":23B:CRED\n:23E:SDVA\n:23E:SDVA", "Mt.InstructionRepeated", "23E")]
    [InlineData(":23B:CRED", ":23B:CRED\n:23E:CHQB", "Mt.BeneficiaryAccount", "59")]
    [InlineData(":57A:/FR707156096438KOAZ5C1ZXTF00\nBNPAFRPP\n", ":56A:BNPAFRPP\n", "Mt.Intermediary", "56A")]
    [InlineData(":57A", ":55A:BNPAFRPP\n:57A", "Mt.Reimbursement", "55A")]
    [InlineData("{108:REF1}", "{108:REF1}{119:STP}", null, null)]
    [InlineData("{108:REF1}{121", "{108:REF1}{119:STP}{121", null, null)]
    [InlineData("8a562c67-ca16-48ba", "8A562C67-ca16-48ba", "Mt.Uetr", "121")]
    [InlineData("{2:I103BNPAFRPPXXXXN}", "{2:I103BNPAFRPPXXXXQ}", "Mt.ApplicationHeader", "2")]
    [InlineData("{2:I103BNPAFRPPXXXXN}", "{2:I103BNPAQQPPXXXXN}", "Mt.Address", "2")]
    [InlineData("{1:F01DEUTDEFFAXXX0000000000}", "{1:F01DEUTDEFFAXXX000000000}", "Mt.BasicHeader", "1")]
    [InlineData("{4:\n:20", "{4:\nHELLO\n:20", "Mt.TextStart", "4")]
    public void One_fault_is_found_with_its_code_and_place(string from, string to, string? code, string? tag)
    {
        byte[] bytes = SwiftText.With(from, to);
        Diagnostic[] errors =
            [.. SwiftMessage.Parse(bytes).Validate().Where(found => found.Severity == Severity.Error)];
        if (code is null)
        {
            Assert.Empty(errors);
            return;
        }

        Assert.Contains((code, tag), errors.Select(error => (error.Code, error.Tag)));
        Assert.All(errors, error => Assert.True(error.Offset < bytes.Length && error.Line >= 1 && error.Column >= 1));
        Assert.False(Mt103Message.TryParse(bytes, out _, out _));
    }

    [Fact]
    public void A_fault_inside_a_value_is_located_to_the_character()
    {
        byte[] bytes = SwiftText.With("HAUPTSTRASSE 1", "HAUPT_STRASSE 1");
        Diagnostic error = Assert.Single(SwiftMessage.Parse(bytes).Validate(),
            finding => finding.Severity == Severity.Error);
        Assert.Equal((bytes.AsSpan().IndexOf("_"u8), 10, 6), ((int)error.Offset!, error.Line, error.Column));
    }

    [Fact]
    public void The_stp_variant_has_fewer_options()
    {
        byte[] bytes = SwiftText.Bytes(SwiftText.Mt103.Replace("{108:REF1}", "{119:STP}", StringComparison.Ordinal)
            .Replace(":52A:DEUTDEFF", ":52D:SOME BANK", StringComparison.Ordinal));
        Assert.Contains(SwiftMessage.Parse(bytes).Validate(), finding => finding.Code == "Mt.FieldNotInStp"
            && finding.Tag == "52D");
    }

    [Fact]
    public void What_the_builder_makes_is_read_back()
    {
        Mt103Message built = Builder().Build();
        Mt103Message read = Mt103Message.Parse(built.ToBytes());
        Assert.Equal(built.ToBytes(), read.ToBytes());
        Assert.Empty(read.Message.Validate(ParseMode.Strict));
        Assert.Equal("DEUTDEFFAXXX", read.Message.BasicHeader!.LogicalTerminal);
        Assert.Equal("PHOB/CALL", read.Message.GetField("23E"));
        Assert.Equal(1000.25m, read.SettledAmount.Amount);
        Assert.Equal(["20", "23B", "23E", "32A", "50K", "57A", "59", "70", "71A"],
            read.Message.Text.Select(field => field.Tag));
    }

    [Fact]
    public void The_builder_refuses_what_would_be_invalid()
    {
        Assert.Equal("Mt.FieldFormat",
            Assert.Throws<MessageFormatException>(() => Builder("MUCH TOO LONG A REFERENCE").Build()).Error.Code);
        Assert.Equal("Mt.FieldFormat",
            Assert.Throws<MessageFormatException>(() => Builder("A\r\n-}{5:}").Build()).Error.Code);
        Assert.Equal("Mt.Charges",
            Assert.Throws<MessageFormatException>(() => Builder().Set("71G", "EUR1,00").Build()).Error.Code);
        Assert.Equal("Mt.FieldFormat",
            Assert.Throws<MessageFormatException>(() => Builder().Set("72", "A\n:71A:OUR").Build()).Error.Code);
        Assert.Throws<ArgumentException>(() => Builder().Set("99Z", "X"));
    }

    [Fact]
    public void Another_type_is_not_an_MT103()
    {
        byte[] bytes = SwiftText.Bytes(SwiftText.Mt103.Replace("{2:I103", "{2:I202", StringComparison.Ordinal));
        Assert.False(Mt103Message.TryParse(bytes, out _, out ParseError error));
        Assert.Equal("Mt.MessageType", error.Code);
    }

    private static Mt103Builder Builder(string reference = "INV1")
    {
        Assert.True(Bic.TryParse("DEUTDEFF", out Bic sender) & Bic.TryParse("BNPAFRPPXXX",
            out Bic receiver) & Money.TryParse("1000.25", "EUR", out Money amount));
        return new Mt103Builder
        {
            Sender = sender,
            Receiver = receiver,
            TransactionReference = reference,
            ValueDate = new DateOnly(2026, 11, 24),
            SettledAmount = amount,
            OrderingCustomer = SwiftParty.Customer("DE15288040723862551184", "ANNA BEISPIEL", "FRANKFURT"),
            AccountWithInstitution = SwiftParty.Institution(receiver),
            Beneficiary = SwiftParty.Customer(null, "JEAN EXEMPLE"),
            RemittanceInformation = "INVOICE 1\nINVOICE 2",
        }.Set("23E", "PHOB/CALL");
    }
}
