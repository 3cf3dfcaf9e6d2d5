using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Tests.Swift;
using Qbitel.Protocols.Translation;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Tests.Translation;

public sealed class TranslatorTests(ITestOutputHelper output)
{
    [Fact]
    public void An_MT103_becomes_a_valid_pacs008()
    {
        TranslatedMessage translated = Translator.Translate(SwiftText.Bytes());
        output.WriteLine(translated.Report.ToString());
        Pacs008 message = Pacs008.Parse(translated.ToBytes());
        Assert.Empty(message.Findings);
        Assert.Equal("INV2026112401", message.MessageId);
        Assert.Equal("8a562c67-ca16-48ba-b074-65581be6f011", message.Transactions[0].Uetr);
        Assert.Equal("EUR 1234.5", message.Transactions[0].Amount!.ToString());
        Assert.Equal("2026-11-24", message.Transactions[0].SettlementDate);
        Assert.Equal("ANNA BEISPIEL", message.Transactions[0].DebtorName);
        Assert.Equal("SHAR", message.Transactions[0].ChargeBearer);
        Assert.Equal(("DEUTDEFF", "BNPAFRPP"),
            (message.Transactions[0].DebtorAgent, message.Transactions[0].CreditorAgent));
    }

    [Fact]
    public void What_is_written_is_judged_by_xmllint_too()
    {
        Assert.SkipUnless(XmlLint.IsHere, "xmllint or the published schemas are absent: only our tables judge");
        XmlLint.Check(Translator.Translate(SwiftText.Bytes()));
    }

    [Fact]
    public void A_pair_that_is_not_supported_is_refused_with_those_that_are()
    {
        Assert.False(Translator.TryTranslate(SwiftText.Bytes(), "camt.053", null, out _, out ParseError error));
        Assert.Equal("Translation.Unsupported", error.Code);
        Assert.Contains("pacs.008.001.08", error.Expected, StringComparison.Ordinal);
    }
}
