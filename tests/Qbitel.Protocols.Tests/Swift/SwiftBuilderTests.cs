using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Swift.Messages;

namespace Qbitel.Protocols.Tests.Swift;

public sealed class SwiftBuilderTests
{
    [Fact]
    public void A_cover_payment_is_built_and_read_back()
    {
        SwiftMessage built = Cover("COVER1").Build();
        Mt202Message read = Mt202Message.Parse(built.ToBytes());
        Assert.True(read.IsCover);
        Assert.Equal("COVER1", read.TransactionReference);
        Assert.Equal(1000.25m, read.SettledAmount.Amount);
        Assert.Equal(new DateOnly(2026, 11, 24), read.ValueDate);
        Assert.Equal("BNPAFRPPXXX", read.BeneficiaryInstitution.Bic!.Code);
        Assert.Equal("ANNA BEISPIEL", read.UnderlyingOrderingCustomer!.NameAndAddress[0]);
        Assert.Equal("JEAN EXEMPLE", read.UnderlyingBeneficiary!.NameAndAddress[0]);
        Assert.Equal("INVOICE 1\nINVOICE 2", read.UnderlyingRemittanceInformation);
        Assert.NotNull(read.Uetr);
        Assert.Equal("BNPAFRPPXXXX", built.ApplicationHeader!.Address);
        Assert.Empty(built.Validate(ParseMode.Strict));
    }

    [Fact]
    public void Every_text_that_is_valid_can_be_built()
    {
        foreach (string type in MtText.All.Keys)
        {
            SwiftMessage message = SwiftMessage.Parse(MtText.Bytes(type));
            string[] parts = type.Split(' ');
            SwiftBuilder builder = Builder(parts[0], parts.Length > 1 ? parts[1] : null);
            foreach (SwiftField field in message.Text) builder.Add(field.Tag, field.Value);
            SwiftMessage built = builder.Build();
            Assert.Equal(message.Text.Select(field => (field.Tag, field.Value)),
                built.Text.Select(field => (field.Tag, field.Value)));
        }
    }

    [Theory]
    [InlineData("20", "TOO LONG A REFERENCE FOR IT", "Mt.FieldFormat")]
    [InlineData("79", "A\n:20:B", "Mt.FieldFormat")]
    [InlineData("79", "A\n-}{5:}", "Mt.FieldFormat")]
    [InlineData("79", "ÄNNA", "Mt.FieldFormat")]
    [InlineData("32A", "261124EUR1,", "Mt.UnknownField")]
    public void What_would_be_invalid_is_refused(string tag, string value, string code)
    {
        SwiftBuilder builder = Builder("199");
        if (tag != "20") builder.Add("20", "A");
        builder.Add(tag, value);
        if (tag != "79") builder.Add("79", "HELLO");
        Assert.Equal(code, Assert.Throws<MessageFormatException>(builder.Build).Error.Code);
    }

    [Fact]
    public void A_missing_field_and_a_wrong_header_are_refused()
    {
        Assert.Equal("Mt.MandatoryField",
            Assert.Throws<MessageFormatException>(() => Builder("199").Add("20", "A").Build()).Error.Code);
        Assert.Equal("Mt.MessageType",
            Assert.Throws<MessageFormatException>(() => Builder("19").Add("20", "A").Build()).Error.Code);
        Assert.Equal("Mt.FieldFormat", Assert.Throws<MessageFormatException>(
            () => Builder("199", "A}{4:").Add("20", "A").Add("79", "B").Build()).Error.Code);
        Assert.Throws<ArgumentException>(() => Builder("199").Add("20:", "A"));
        Assert.Throws<ArgumentException>(() => Builder("199").AddHeader("103", "}"));
    }

    private static SwiftBuilder Cover(string reference)
    {
        Assert.True(Bic.TryParse("BNPAFRPPXXX", out Bic receiver) & Money.TryParse("1000.25", "EUR", out Money amount));
        return Builder("202", "COV")
            .Add("20", reference).Add("21", "PAYMENT1").Add("32A", new DateOnly(2026, 11, 24), amount)
            .Add("58", SwiftParty.Institution(receiver))
            .Add("50", SwiftParty.Customer("DE15288040723862551184", "ANNA BEISPIEL"))
            .Add("59", SwiftParty.Customer(null, "JEAN EXEMPLE"))
            .Add("70", "INVOICE 1\r\nINVOICE 2").Add("33B", amount);
    }

    private static SwiftBuilder Builder(string type, string? flag = null)
    {
        Assert.True(Bic.TryParse("DEUTDEFF", out Bic sender) & Bic.TryParse("BNPAFRPP", out Bic receiver));
        return new SwiftBuilder(type) { Sender = sender, Receiver = receiver, ValidationFlag = flag };
    }
}
