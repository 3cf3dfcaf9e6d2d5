using Qbitel.Protocols.FedwireFaim;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Tests.FedwireFaim;
using Qbitel.Protocols.Tests.Swift;
using Qbitel.Protocols.Translation;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Tests.Translation;

/// <summary>The examples of the documents.</summary>
public sealed class TranslationExampleTests
{
    [Fact]
    public void A_message_is_translated()
    {
        byte[] mt103 = SwiftText.Bytes();
        DateTimeOffset now = new(2026, 11, 24, 9, 31, 0, TimeSpan.FromHours(1));

        #region TranslateMt103
        TranslatedMessage translated = Translator.Translate(mt103, "pacs.008",
            new TranslationOptions { CreatedAt = now });
        byte[] toSend = translated.ToBytes(); // header and document in one envelope
        foreach (TranslatedField lost in translated.Report.Of(FieldOutcome.Dropped)) Console.Error.WriteLine(lost);
        string evidence = translated.Report.ToJson();
        #endregion

        Assert.NotEmpty(toSend);
        Assert.Contains("\"dropped\"", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_is_read()
    {
        byte[] bytes = FaimText.Bytes();

        #region ReadFaim
        FaimMessage message = FaimMessage.Parse(bytes);
        Money? amount = message.Amount;                  // {2000}: USD 1234.56
        string? beneficiary = message.Find("4200")?["Name"];
        foreach (Diagnostic finding in message.Validate(ParseMode.Archive)) Console.Error.WriteLine(finding);
        #endregion

        Assert.Equal("USD 1234.56", amount!.ToString());
        Assert.Equal("JANE EXAMPLE", beneficiary);
    }
}
