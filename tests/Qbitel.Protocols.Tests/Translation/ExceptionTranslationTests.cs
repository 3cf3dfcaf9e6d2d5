using System.Text;
using Qbitel.Protocols.Tests.Swift;
using Qbitel.Protocols.Translation;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Tests.Translation;

public sealed class ExceptionTranslationTests
{
    [Theory]
    [InlineData("RETN", "pacs.004.001.09", "<Cd>AC01</Cd>")]
    [InlineData("REJT", "pacs.002.001.10", "<TxSts>RJCT</TxSts>")]
    public void A_returned_MT103_is_a_return_and_a_rejected_one_a_status(string code, string target, string part)
    {
        byte[] bytes = SwiftText.With(":71A:SHA\n:71F:USD10,00\n-}", $":71A:SHA\n:72:/{code}/99\n"
            + "/AC01/ACCOUNT UNKNOWN\n/MREF/ORIGINAL77\n/TEXT/CLOSED LAST YEAR\n-}");
        TranslatedMessage translated = Check(bytes, target);
        // What is a return is never written as a payment, whoever asks for it.
        Assert.False(Translator.TryTranslate(bytes, "pacs.008", null, out _, out _));
        string text = Encoding.UTF8.GetString(translated.Document.Span);
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Contains("<OrgnlMsgId>ORIGINAL77</OrgnlMsgId>", text, StringComparison.Ordinal);
        Assert.Contains("CLOSED LAST YEAR", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192")]
    [InlineData("292")]
    public void A_request_for_cancellation_becomes_a_camt056(string type)
    {
        byte[] bytes = MtCorpus.Bytes("{1:F01DEUTDEFFAXXX0000000000}{2:I" + type + "BNPAFRPPXXXXN}"
            + "{3:{121:8a562c67-ca16-48ba-b074-65581be6f011}}{4:\n:20:CANCEL1\n:21:ORIGINAL77\n:11S:"
            + (type == "192" ? "103" : "202") + "\n261124\n:79:/DUPL/SENT TWICE\nPLEASE RETURN\n-}");
        string text = Encoding.UTF8.GetString(Check(bytes, "camt.056.001.08").Document.Span);
        Assert.Contains("<Cd>DUPL</Cd>", text, StringComparison.Ordinal);
        Assert.Contains("<AddtlInf>SENT TWICE PLEASE RETURN</AddtlInf>", text, StringComparison.Ordinal);
        Assert.Contains("<OrgnlUETR>8a562c67", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_notice_to_receive_becomes_a_camt057()
    {
        byte[] bytes = MtCorpus.Bytes(
            "{1:F01DEUTDEFFAXXX0000000000}{2:I210BNPAFRPPXXXXN}{4:\n:20:NOTICE1\n:25:12345678\n"
            + ":30:261124\n:21:REL1\n:32B:USD77,5\n:52A:CHASUS33\n:21:REL2\n:32B:USD1,\n"
            + ":50:ACME TRADING LTD\n:56A:BARCGB22\n-}");
        string text = Encoding.UTF8.GetString(Check(bytes, "camt.057.001.06").Document.Span);
        Assert.Contains("<Amt Ccy=\"USD\">77.5</Amt>", text, StringComparison.Ordinal);
        Assert.Contains("<XpctdValDt>2026-11-24</XpctdValDt>", text, StringComparison.Ordinal);
    }

    private static TranslatedMessage Check(byte[] bytes, string target)
    {
        TranslatedMessage translated = Translator.Translate(bytes);
        Assert.Equal(target, translated.TargetType);
        XmlLint.Check(translated);
        string[] sources = [.. translated.Report.Fields.Select(field => field.Source).OfType<string>()];
        Assert.Equal(sources.Length, sources.Distinct(StringComparer.Ordinal).Count());
        Assert.All(translated.Report.Of(FieldOutcome.Dropped), field => Assert.NotNull(field.Note));
        return translated;
    }
}
