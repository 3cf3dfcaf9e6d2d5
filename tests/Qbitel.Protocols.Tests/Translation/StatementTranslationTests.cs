using System.Text;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Translation;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Translation;

public sealed class StatementTranslationTests
{
    public const string Mt940 = """
        {1:F01DEUTDEFFAXXX0000000000}{2:I940BNPAFRPPXXXXN}{4:
        :20:STMT20261124
        :25:DE15288040723862551184
        :28C:231/1
        :60F:C261123EUR1000,
        :61:2611241124D100,5NTRFREF4711//BANK4711
        SUPPLEMENTARY DETAILS
        :86:PAYMENT OF INVOICE 4711
        :61:2612310102RC5,25NCHGNONREF
        :61:261124C2000,NTRFINV77
        :86:RECEIVED WITH THANKS
        :62F:C261124EUR2894,25
        :64:C261124EUR2894,25
        :65:C261125EUR2894,25
        :65:C261126EUR2894,25
        :86:END OF STATEMENT
        -}
        """;

    public const string Mt942 = """
        {1:F01DEUTDEFFAXXX0000000000}{2:I942BNPAFRPPXXXXN}{4:
        :20:REPORT77
        :25:12345678
        :28C:7
        :34F:EUR0,
        :13D:2611241530+0100
        :61:261124D100,5NTRFREF4711
        :86:PAYMENT OF INVOICE 4711
        :90D:1EUR100,5
        :90C:0EUR0,
        :86:MORE LATER
        -}
        """;

    [Theory]
    [InlineData(Mt940, "camt.053.001.08", "MT940")]
    [InlineData(Mt942, "camt.052.001.08", "MT942")]
    public void A_statement_comes_back_as_it_was(string text, string target, string source)
    {
        byte[] bytes = MtCorpus.Bytes(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        TranslatedMessage there = Translator.Translate(bytes), back = Translator.Translate(there.ToBytes());
        Assert.Equal((target, source), (there.TargetType, back.TargetType));
        XmlLint.Check(there);
        SwiftMessage before = SwiftMessage.Parse(bytes), after = SwiftMessage.Parse(back.ToBytes());
        Assert.Equal(before.Text.Select(field => $"{field.Tag}:{field.Value}"),
            after.Text.Select(field => $"{field.Tag}:{field.Value}"));
        Assert.DoesNotContain(there.Report.Fields, field => field.Outcome == FieldOutcome.Dropped
            && field.Source![0] == '4' && field.Source != "4/34F");
    }

    [Fact]
    public void Entries_keep_their_days_marks_and_references()
    {
        string text = Encoding.UTF8.GetString(
            Translator.Translate(MtCorpus.Bytes(Mt940.Replace("\r\n", "\n", StringComparison.Ordinal))).Document.Span);
        foreach (string part in (string[])["<LglSeqNb>231</LglSeqNb>", "<IBAN>DE15288040723862551184</IBAN>",
            "<Amt Ccy=\"EUR\">100.5</Amt>", "<RvslInd>true</RvslInd>", "<AcctSvcrRef>BANK4711</AcctSvcrRef>",
            "<AddtlNtryInf>RECEIVED WITH THANKS</AddtlNtryInf>", "<AddtlStmtInf>END OF STATEMENT</AddtlStmtInf>",
            "<Dt>2027-01-02</Dt>"])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("900", ":52A:CHASUS33\n")]
    [InlineData("910", ":50K:/998877\nACME TRADING LTD\n:52A:CHASUS33\n:56A:BARCGB22\n")]
    public void A_confirmation_becomes_a_camt054(string type, string parties)
    {
        string text = "{1:F01DEUTDEFFAXXX0000000000}{2:I" + type
            + "BNPAFRPPXXXXN}{4:\n:20:CONF1\n:21:REL1\n:25:12345678\n"
            + ":13D:2611241530+0100\n:32A:261124EUR77,5\n" + parties + ":72:/BNF/THANKS\n-}";
        TranslatedMessage translated = Translator.Translate(MtCorpus.Bytes(text));
        Assert.Equal("camt.054.001.08", translated.TargetType);
        XmlLint.Check(translated);
        string document = Encoding.UTF8.GetString(translated.Document.Span);
        Assert.Contains(type == "900" ? "DBIT" : "CRDT", document, StringComparison.Ordinal);
        Assert.DoesNotContain(translated.Report.Of(FieldOutcome.Dropped), field => field.Source![0] == '4');
    }

    [Fact]
    public void Every_statement_of_the_samples_is_translated_or_says_why()
    {
        string folder = SharedFiles.Path("samples/swift-mt");
        int translated = 0, refused = 0;
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(file) is ".json" or ".md") continue;
            if (Translator.TryTranslate(File.ReadAllBytes(file), null, null, out TranslatedMessage result,
                out ParseError error))
            {
                translated++;
                XmlLint.Check(result);
            }
            else
            {
                refused++;
                Assert.NotEmpty(error.Code);
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{translated} samples translated, {refused} refused");
        Assert.True(translated > 0);
    }
}
