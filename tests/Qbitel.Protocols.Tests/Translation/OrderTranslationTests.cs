using System.Text;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Translation;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Tests.Translation;

/// <summary>Orders, debits between banks, answers and confirmations.</summary>
public sealed class OrderTranslationTests
{
    private const string Head = "{1:F01DEUTDEFFAXXX0000000000}{2:I";

    private const string Order = Head + "101BNPAFRPPXXXXN}{4:\n:20:ORDER1\n:21R:BATCH7\n:28D:1/1\n:50C:CHASUS33\n"
        + ":50H:/DE15288040723862551184\nANNA BEISPIEL\n:52A:DEUTDEFF\n:30:261124\n"
        + ":21:T1\n:23E:URGP\n:23E:PHON/CALL\n:32B:EUR100,\n:57A:BNPAFRPP\n:59:/FR707156096438KOAZ5C1ZXTF00\nJEAN "
        + "EXEMPLE\n"
        + ":70:INVOICE 1\n:71A:SHA\n:21:T2\n:32B:EUR20,5\n:59F:/4711\n1/JANE EXAMPLE\n3/GB/LONDON\n:71A:OUR\n-}";

    [Fact]
    public void An_order_is_one_block_where_one_debtor_pays()
    {
        string text = Text(Check(Order, "pain.001.001.09"));
        foreach (string part in (string[])["<MsgId>ORDER1</MsgId>", "<NbOfTxs>2</NbOfTxs>", "<AnyBIC>CHASUS33</AnyBIC>",
            "<PmtInfId>BATCH7</PmtInfId>", "<BtchBookg>true</BtchBookg>", "<Dt>2026-11-24</Dt>",
            "<Nm>ANNA BEISPIEL</Nm>", "<IBAN>DE15288040723862551184</IBAN>", "<EndToEndId>T1</EndToEndId>",
            "<Cd>URGP</Cd>", "<InstrForDbtrAgt>/PHON/CALL</InstrForDbtrAgt>",
            "<InstdAmt Ccy=\"EUR\">20.5</InstdAmt>", "<ChrgBr>DEBT</ChrgBr>", "<TwnNm>LONDON</TwnNm>"])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        Assert.Equal(1, Count(text, "<PmtInf>"));
        Assert.Equal(2, Count(text, "<CdtTrfTxInf>"));
    }

    [Fact]
    public void An_order_is_a_block_for_each_transaction_that_names_its_debtor()
    {
        string order = Order.Replace(":50H:/DE15288040723862551184\nANNA BEISPIEL\n", "", StringComparison.Ordinal)
            .Replace(":21R:BATCH7\n", "", StringComparison.Ordinal)
            .Replace(":32B:EUR100,\n", ":32B:EUR100,\n:50H:/1\nA\n", StringComparison.Ordinal)
            .Replace(":32B:EUR20,5\n", ":32B:EUR20,5\n:50H:/2\nB\n", StringComparison.Ordinal);
        string text = Text(Check(order, "pain.001.001.09"));
        Assert.Equal(2, Count(text, "<PmtInf>"));
        Assert.Contains("<PmtInfId>T2</PmtInfId>", text, StringComparison.Ordinal);
        Assert.Contains("<Nm>B</Nm>", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_amount_to_be_converted_is_an_equivalent()
    {
        string order = Order.Replace(":21R:BATCH7\n", "", StringComparison.Ordinal)
            .Replace(":32B:EUR100,\n", ":32B:USD0,\n", StringComparison.Ordinal)
            .Replace(":71A:SHA\n", ":33B:EUR90,\n:71A:SHA\n", StringComparison.Ordinal)
            .Replace(":23E:URGP\n", ":23E:EQUI\n", StringComparison.Ordinal);
        string text = Text(Check(order, "pain.001.001.09"));
        Assert.Contains("<Amt Ccy=\"EUR\">90</Amt><CcyOfTrf>USD</CcyOfTrf>",
            text.ReplaceLineEndings("").Replace("  ", "",
            StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Debits_between_banks_become_a_pacs010()
    {
        const string debits = Head + "204BNPAFRPPXXXXN}{4:\n:20:DEBITS1\n:19:30,\n:30:261124\n:58A:CHASUS33\n"
            + ":72:/ACC/CALL\n:20:D1\n:32B:EUR10,\n:53A:/4711\nBNPAFRPP\n:20:D2\n:21:R2\n:32B:EUR20,\n:53D:SOME BANK\n"
            + ":72:/REC/NOW\n-}";
        string text = Text(Check(debits, "pacs.010.001.03"));
        foreach (string part in (string[])["<NbOfTxs>2</NbOfTxs>", "<CdtId>DEBITS1</CdtId>",
            "<TtlIntrBkSttlmAmt Ccy=\"EUR\">30</TtlIntrBkSttlmAmt>", "<EndToEndId>D1</EndToEndId>",
            "<EndToEndId>R2</EndToEndId>", "<BICFI>CHASUS33</BICFI>", "<Nm>SOME BANK</Nm>",
            "<InstrForDbtrAgt>/REC/NOW</InstrForDbtrAgt>"])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("196", "/RJCR/AGNT", "RJCR", "<Cd>AGNT</Cd>")]
    [InlineData("296", "/CNCL/\nRETURNED TODAY", "CNCL", "<AddtlInf>RETURNED TODAY</AddtlInf>")]
    [InlineData("196", "/PDCR/LEGL/WITH THE COURT", "PDCR", "<AddtlInf>WITH THE COURT</AddtlInf>")]
    [InlineData("296", "/1/261124", "INFO", "<AddtlInf>/1/261124")]
    public void An_answer_becomes_a_resolution(string type, string answer, string outcome, string part)
    {
        string text = Text(Check(Head + type + "BNPAFRPPXXXXN}{3:{121:8a562c67-ca16-48ba-b074-65581be6f011}}{4:\n"
            + $":20:ANSWER1\n:21:CANCEL1\n:76:{answer}\n:11S:103\n261124\n:20:ORIGINAL77\n:32A:261124EUR10,\n-}}",
            "camt.029.001.09"));
        foreach (string expected in (string[])[$"<Conf>{outcome}</Conf>", part, "<OrgnlMsgId>ORIGINAL77</OrgnlMsgId>",
            "<OrgnlMsgNmId>MT103</OrgnlMsgNmId>", "<OrgnlUETR>8a562c67", "<Id>CANCEL1</Id>"])
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("900", ":52A:CHASUS33\n:72:/REC/CALL US\n")]
    [InlineData("910", ":50K:/4711\nACME TRADING LTD\n:52A:CHASUS33\n:56A:BARCGB22\n")]
    [InlineData("910", ":52D:SOME BANK\nNEW YORK\n")]
    public void A_confirmation_comes_back_as_it_was(string type, string more)
    {
        string text = Head + type + "BNPAFRPPAXXXN}{4:\n:20:CONF1\n:21:REL1\n:25:DE15288040723862551184\n"
            + ":32A:261124EUR1234,5\n" + more + "-}";
        TranslatedMessage there = Check(text, "camt.054.001.08"), back = Translator.Translate(there.ToBytes());
        Assert.Equal("MT" + type, back.TargetType);
        SwiftMessage before = SwiftMessage.Parse(MtCorpus.Bytes(text)), after = SwiftMessage.Parse(back.ToBytes());
        Assert.Equal(before.Text.Select(field => $"{field.Tag}:{field.Value}"),
            after.Text.Select(field => $"{field.Tag}:{field.Value}"));
        Assert.Equal(before.BasicHeader, after.BasicHeader);
        Assert.Equal(before.ApplicationHeader, after.ApplicationHeader);
    }

    [Theory]
    [InlineData("192", ":11S:103\n261124\n:79:/DUPL/\nSENT TWICE\n:32A:261124EUR10,\n")]
    [InlineData("292", ":11S:202\n261124\n:79:PLEASE RETURN\n:32A:261124EUR10,\n")]
    [InlineData("196", ":76:/RJCR/AGNT\nWE CANNOT\n:11S:103\n261124\n:20:ORIGINAL77\n:32A:261124EUR10,\n")]
    [InlineData("296", ":76:/CNCL/\n:11S:202\n261124\n:20:ORIGINAL77\n:21:REL77\n:32A:261124EUR10,\n")]
    [InlineData("210", ":25:12345678\n:30:261124\n:21:REL1\n:32B:USD77,5\n:52A:CHASUS33\n:21:REL2\n:32B:USD1,\n"
        + ":50:ACME TRADING LTD\n12 HIGH STREET\n:56A:BARCGB22\n")]
    public void A_request_or_an_answer_comes_back_as_it_was(string type, string more)
    {
        string related = type == "210" ? "" : ":21:OTHER1\n";
        string reference = type == "210" ? "" : "{3:{121:8a562c67-ca16-48ba-b074-65581be6f011}}";
        string text = $"{Head}{type}BNPAFRPPAXXXN}}{reference}{{4:\n:20:OWN1\n{related}{more}-}}";
        TranslatedMessage back = Translator.Translate(Translator.Translate(MtCorpus.Bytes(text)).ToBytes(), "mt");
        Assert.Equal("MT" + type, back.TargetType);
        SwiftMessage before = SwiftMessage.Parse(MtCorpus.Bytes(text)), after = SwiftMessage.Parse(back.ToBytes());
        Assert.Equal(before.Text.Select(field => $"{field.Tag}:{field.Value}"),
            after.Text.Select(field => $"{field.Tag}:{field.Value}"));
        Assert.Equal(before.UserHeader.Select(field => field.Value), after.UserHeader.Select(field => field.Value));
        Assert.Equal(before.ApplicationHeader, after.ApplicationHeader);
        Assert.All(back.Report.Of(FieldOutcome.Dropped), field => Assert.NotNull(field.Note));
    }

    [Fact]
    public void A_notification_of_several_entries_is_refused()
    {
        string text = Text(Check(Head + "900BNPAFRPPXXXXN}{4:\n:20:C\n:21:R\n:25:1\n:32A:261124EUR1,\n-}",
            "camt.054.001.08"));
        int begin = text.IndexOf("<Ntry>", StringComparison.Ordinal);
        int end = text.IndexOf("</Ntry>", StringComparison.Ordinal) + "</Ntry>".Length;
        string twice = text.Insert(end, text[begin..end]);
        Assert.False(Translator.TryTranslate(Encoding.UTF8.GetBytes(twice), null, null, out _, out ParseError error));
        Assert.Equal("Translation.SeveralTransactions", error.Code);
    }

    private static TranslatedMessage Check(string message, string target)
    {
        TranslatedMessage translated = Translator.Translate(MtCorpus.Bytes(message));
        Assert.Equal(target, translated.TargetType);
        XmlLint.Check(translated);
        string[] sources = [.. translated.Report.Fields.Select(field => field.Source).OfType<string>()];
        Assert.Equal(sources.Length, sources.Distinct(StringComparer.Ordinal).Count());
        Assert.All(translated.Report.Of(FieldOutcome.Dropped), field => Assert.NotNull(field.Note));
        return translated;
    }

    private static string Text(TranslatedMessage translated) => Encoding.UTF8.GetString(translated.Document.Span);

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
