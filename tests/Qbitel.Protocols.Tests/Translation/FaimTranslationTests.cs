using System.Text;
using Qbitel.Protocols.FedwireFaim;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Tests.FedwireFaim;
using Qbitel.Protocols.Translation;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Translation;

public sealed class FaimTranslationTests(ITestOutputHelper output)
{
    public static readonly TheoryData<string> Samples = SharedFiles.TryFind("samples/fedwire-faim/messages",
        out string path)
        ? [.. Directory.EnumerateFiles(path, "*.txt").Select(file =>
            Path.GetFileName(file)).Order(StringComparer.Ordinal)]
        : ["absent"];

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_is_translated_or_refused_by_name(string file)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path("samples/fedwire-faim/messages/" + file));
        string function = FaimMessage.Parse(bytes).BusinessFunction!;
        if (function is "CKS" or "FFR" or "FFS" or "DEP")
        {
            Assert.False(Translator.TryTranslate(bytes, null, null, out _, out ParseError error));
            Assert.Equal("Translation.Unsupported", error.Code);
            return;
        }

        TranslatedMessage translated = Translator.Translate(bytes);
        output.WriteLine(translated.Report.ToString());
        Accounted(bytes, translated.Report);
        XmlLint.Check(translated);
    }

    [Fact]
    public void A_character_that_XML_does_not_have_is_refused()
    {
        byte[] bytes = FaimText.With("{8200}0015WITH {1500} * }", "{8200}0015WITH {1500} \u0011 }", FaimText.Addenda);
        Assert.False(Translator.TryTranslate(bytes, null, null, out _, out ParseError error));
        Assert.Equal("Translation.Character", error.Code);
    }

    [Fact]
    public void The_header_is_the_one_the_live_rail_takes()
    {
        TranslatedMessage translated = Translator.Translate(FaimText.Bytes(), null, new TranslationOptions
        {
            CreatedAt = new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.FromHours(-5)),
        });
        string header = Encoding.UTF8.GetString(translated.Header!.Value.Span);
        foreach (string part in (string[])["head.001.001.03", "<MmbId>121042882</MmbId>", "<MmbId>021151080</MmbId>",
            "<BizMsgIdr>20250411ABCD1234000042</BizMsgIdr>", "<MsgDefIdr>pacs.008.001.08</MsgDefIdr>",
            "<Id>frb.fedwire.01</Id>", "<CreDt>2026-11-24T09:30:00-05:00</CreDt>"])
        {
            Assert.Contains(part, header, StringComparison.Ordinal);
        }

        // Of the service's rules only the reference that FAIM does not have is missing.
        ParseReport report = MessageParser.Parse(translated.ToBytes());
        Assert.Equal("fedwire-iso20022", report.Protocol);
        Assert.All(report.Errors, error => Assert.True(error.Path is null
            || !error.Path.StartsWith("/AppHdr", StringComparison.Ordinal), error.ToString()));
    }

    [Fact]
    public void A_customers_transfer_becomes_a_pacs008()
    {
        byte[] bytes = FaimText.Bytes();
        TranslatedMessage translated = Translator.Translate(bytes);
        Accounted(bytes, translated.Report);
        XmlLint.Check(translated);
        string text = Encoding.UTF8.GetString(translated.Document.Span);
        foreach (string part in (string[])["<MsgId>20250411ABCD1234000042</MsgId>", "<SttlmMtd>CLRG</SttlmMtd>",
            "<Cd>FDW</Cd>", "<Prtry>CTRC</Prtry>", "<IntrBkSttlmAmt Ccy=\"USD\">1234.56</IntrBkSttlmAmt>",
            "<IntrBkSttlmDt>2025-04-11</IntrBkSttlmDt>", "<InstdAmt Ccy=\"EUR\">1100.00</InstdAmt>",
            "<XchgRate>1.1223</XchgRate>", "<MmbId>121042882</MmbId>", "<InstrId>INV20250411</InstrId>",
            "<EndToEndId>ORDER 4711</EndToEndId>", "<Ustrd>INVOICE 4711 OF APRIL</Ustrd>", "<ChrgBr>SHAR</ChrgBr>"])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        Assert.Contains(translated.Report.Remarks, remark => remark.Contains("refused on the live rails",
            StringComparison.Ordinal));
        Assert.DoesNotContain("JANE", translated.Report.ToJson(), StringComparison.Ordinal);
        Assert.Empty(translated.Report.LostPartyDetails);
    }

    [Theory]
    [InlineData("{3600}CTR*", "{3600}CTR*\n{3500}20250410ABCD1234000001", "{1510}1000", "{1510}1002",
        "pacs.004.001.10")]
    [InlineData("{3600}CTR*", "{3600}CTR*\n{3500}20250410ABCD1234000001", "{1510}1000", "{1510}1008",
        "pacs.004.001.10")]
    [InlineData("{3600}CTR*", "{3600}CTP*\n{3500}20250410ABCD1234000001", "{1510}1000", "{1510}1001",
        "camt.056.001.08")]
    [InlineData("{3600}CTR*", "{3600}CTP*", "{1510}1000", "{1510}1000", "pacs.008.001.08")]
    public void The_subtype_decides_what_it_becomes(string from, string to, string type, string other, string target)
    {
        string text = FaimText.Ctr.Replace(from, to, StringComparison.Ordinal).Replace(type, other,
            StringComparison.Ordinal);
        byte[] bytes = FaimText.Bytes(text);
        TranslatedMessage translated = Translator.Translate(bytes);
        Assert.Equal(target, translated.TargetType);
        Accounted(bytes, translated.Report);
        XmlLint.Check(translated);
    }

    [Theory]
    [InlineData("SVC", "1001", "camt.056.001.08")]
    [InlineData("SVC", "1033", "pain.014.001.07")]
    [InlineData("DRC", "1033", "pain.014.001.07")]
    [InlineData("DRC", "1031", "pain.013.001.07")]
    [InlineData("DRB", "1631", "pain.013.001.07")]
    [InlineData("DRW", "1032", "pacs.008.001.08")]
    [InlineData("DRW", "1632", "pacs.009.001.08")]
    [InlineData("BTR", "1000", "pacs.009.001.08")]
    public void Each_function_has_its_message(string function, string type, string target)
    {
        string text = "{1500}30REQ00001P \n{1510}" + type + "\n{1520}20250411ABCD1234000042\n{2000}000000123456\n"
            + "{3100}121042882SENDING BANK*\n{3400}231380104RECEIVING BANK*\n{3600}" + function + "*\n"
            + "{3320}REF*\n{3500}20250410ABCD1234000001\n{4200}D9876543210*JANE EXAMPLE*12 ELM STREET*\n"
            + (function is "DRB" or "DRC" ? "{4400}D555*JOHN SAMPLE*\n" : "") + "{5000}F021000021*THIRD BANK*\n"
            + (function is "DRB" or "DRC" ? "{5400}121042882\n" : "") + "{6000}FOR THIS REASON*\n";
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        TranslatedMessage translated = Translator.Translate(bytes);
        Assert.Equal(target, translated.TargetType);
        Accounted(bytes, translated.Report);
        XmlLint.Check(translated);
    }

    private static void Accounted(byte[] bytes, LossReport report)
    {
        string[] leaves = [.. FaimMessage.Parse(bytes).Fields.SelectMany(field => field.Elements
            .Where(element => element.Text.Length > 0).Select(element => $"{{{field.Tag}}}/{element.Index}"))];
        Assert.Equal(leaves.Order(StringComparer.Ordinal), report.Fields.Select(field => field.Source).OfType<string>()
            .Order(StringComparer.Ordinal));
        Assert.All(report.Of(FieldOutcome.Dropped), field => Assert.NotNull(field.Note));
    }
}
