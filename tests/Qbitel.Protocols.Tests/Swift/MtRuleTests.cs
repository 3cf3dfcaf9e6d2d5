using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Swift.Rules;

namespace Qbitel.Protocols.Tests.Swift;

/// <summary>Every table takes a message it should, and one fault in it is told with its code and place.</summary>
public sealed class MtRuleTests
{
    public static readonly TheoryData<string> Types = [.. MtText.All.Keys];

    [Theory, MemberData(nameof(Types))]
    public void A_valid_message_of_the_type_is_valid(string type)
    {
        SwiftMessage message = SwiftMessage.Parse(MtText.Bytes(type));
        Assert.Empty(message.Validate(ParseMode.Strict));
        Assert.Equal(MtText.Bytes(type), message.ToBytes());
    }

    [Theory, MemberData(nameof(Types))]
    public void A_message_without_one_of_its_mandatory_fields_is_not(string type)
    {
        string[] lines = MtText.All[type].Split('\n');
        int refused = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(':')) continue;
            int end = i + 1;
            while (end < lines.Length && !lines[end].StartsWith(':')) end++;
            string rest = string.Join('\n', lines[..i].Concat(lines[end..]));
            if (rest.Length == 0) continue;
            SwiftMessage message = SwiftMessage.Parse(MtText.Bytes(type, rest));
            Diagnostic? first = message.Validate().FirstError();
            if (first is null) continue;
            refused++;
            Assert.True(first.Offset < message.RawContent.Length && first.Line >= 1, first.ToString());
        }

        Assert.True(refused >= 2, $"{refused} fields are needed");
    }

    [Fact]
    public void There_is_a_table_of_every_type_that_is_promised()
    {
        int[] promised =
        [
            101, 103, 110, 191, 192, 195, 196, 198, 199, 200, 202, 204, 205, 210, 292, 295, 296, 299, 300, 304, 320,
            330, 515, 535, 536, 537, .. Enumerable.Range(540, 9), 564, 566, 568, 700, 701, 705, 707, 710, 711, 720, 721,
            730, 732, 734, 740, 742, 747, 750, 752, 754, 756, 760, 765, 767, 768, 769, 798, 891, 900, 910, 920, 940,
                941,
            942, 950, 992, 995, 996, 999,
        ];
        Assert.Empty(promised.Except(MtRuleSet.Types));
        Assert.NotSame(MtRuleSet.Of(202), MtRuleSet.Of(202, isCover: true));
        Assert.NotSame(MtRuleSet.Of(205), MtRuleSet.Of(205, isCover: true));
    }

    [Theory]
    [InlineData("204", ":32B:EUR20,", ":32B:USD20,", "Mt.Currency", "32B")]
    [InlineData("515", ":22F::TRTR//TRAD", ":22F::XXXX//TRAD", "Mt.MandatoryField", null)]
    [InlineData("535", ":22F::STTY//CUST\n", "", "Mt.MandatoryField", null)]
    [InlineData("535", ":16S:SUBBAL\n", "", "Mt.Sequence", "16S")]
    [InlineData("536", ":98A::ESET//20261124\n", "", "Mt.MandatoryField", null)]
    [InlineData("537", ":24B::PEND//LACK\n", "", "Mt.MandatoryField", null)]
    [InlineData("710", ":42D:DEUTSCHE BANK\n", "", "Mt.Drafts", "42C")]
    [InlineData("720", ":59:MARIE MODELE\n", "", "Mt.MandatoryField", null)]
    [InlineData("730", ":57A:DEUTDEFF", ":57C:DEUTDEFF", "Mt.UnknownField", "57C")]
    [InlineData("730", ":32B:EUR10,", ":32D:261124EUR10,", "Mt.PartyOption", "57A")]
    [InlineData("734", ":33B:EUR1010,\n", "", "Mt.Charges", "73A")]
    [InlineData("734", ":33B:EUR1010,", ":33B:USD1010,", "Mt.Currency", "33B")]
    [InlineData("742", ":34B:EUR1010,", ":34A:261131EUR1010,", "Mt.Date", "34A")]
    [InlineData("747", ":34B:EUR1100,\n", "", "Mt.CreditAmount", "32B")]
    [InlineData("750", ":34B:EUR1010,\n", "", "Mt.Charges", "73A")]
    [InlineData("752", ":33B:EUR990,", "", "Mt.Charges", "32B")]
    [InlineData("754", ":57A:BNPAFRPP", ":53A:DEUTDEFF\n:57A:BNPAFRPP", "Mt.PartyOption", "57A")]
    [InlineData("765", ":31L:261124", ":31L:261131", "Mt.Date", "31L")]
    [InlineData("767", ":31E:271231\n", "", "Mt.Expiry", "23B")]
    [InlineData("769", ":30:261124", ":25:1\n:30:261124\n:57A:DEUTDEFF", "Mt.PartyOption", "57A")]
    [InlineData("101", ":21F:DEAL1\n", "", "Mt.ExchangeRate", "36")]
    [InlineData("101", ":36:1,1", "", "Mt.ExchangeRate", "33B")]
    [InlineData("101", ":33B:EUR90,\n", "", "Mt.ExchangeRate", "36")]
    [InlineData("101", ":33B:EUR90,", ":33B:USD90,", "Mt.ExchangeRate", "33B")]
    [InlineData("101", ":57A:BNPAFRPP", ":56A:BNPAFRPP", "Mt.Intermediary", "56A")]
    [InlineData("101", ":50H:/DE15288040723862551184\nANNA BEISPIEL\n", "", "Mt.OrderingCustomer", null)]
    [InlineData("101", ":32B:USD100,", ":32B:USD100,\n:50H:/1\nX", "Mt.OrderingCustomer", "50H")]
    [InlineData("101", ":28D:1/1", ":21R:R\n:28D:1/1", null, null)]
    [InlineData("110", ":32B:EUR10,", ":32B:USD10,", "Mt.Currency", "32B")]
    [InlineData("110", ":32B:EUR10,", ":32B:EUR10,123", "Mt.AmountDecimals", "32B")]
    [InlineData("192", ":11S:103\n261124", ":11S:103\n261131", "Mt.Date", "11S")]
    [InlineData("192", ":79:CANCEL IT", ":79:CANCEL IT\n:32A:261124EUR1,", null, null)]
    [InlineData("199", ":79:HELLO", ":79:HELLO_", "Mt.FieldFormat", "79")]
    [InlineData("202", ":57A:DEUTDEFF\n", "", "Mt.Intermediary", "56A")]
    [InlineData("202", ":58A:DEUTDEFF", ":58A:DEUTDEFF\n:50K:X", "Mt.UnknownField", "50K")]
    [InlineData("202", ":58A:DEUTDEFF", ":58D:SOME BANK", null, null)]
    [InlineData("202", ":32A:261124EUR10,", ":32A:261124JPY10,5", "Mt.AmountDecimals", "32A")]
    [InlineData("202", ":32A:261124EUR10,", ":32A:261124BHD10,555", null, null)]
    [InlineData("202 COV", ":50K:/1\nX\n", "", "Mt.FieldRepeated", "52A")]
    [InlineData("202 COV", ":59:/2\nY\n", "", "Mt.MandatoryField", null)]
    [InlineData("202 COV", ":59:/2", ":56A:DEUTDEFF\n:59:/2", "Mt.Intermediary", "56A")]
    [InlineData("205", ":52A:DEUTDEFF\n", "", "Mt.MandatoryField", null)]
    [InlineData("210", ":50:X\n", "", "Mt.OrderingCustomer", null)]
    [InlineData("210", ":50:X", ":50:X\n:52A:DEUTDEFF", "Mt.OrderingCustomer", "52A")]
    [InlineData("210", ":32B:EUR5,", ":32B:USD5,", "Mt.Currency", "32B")]
    [InlineData("300", ":22A:NEWT", ":22A:AMND", "Mt.RelatedReference", "22A")]
    [InlineData("300", ":57A:BNPAFRPP\n", "", "Mt.MandatoryField", null)]
    [InlineData("300", ":15B:\n", "", "Mt.FieldOrder", "30T")]
    [InlineData("300", ":30V:20261126", ":30V:20261131", "Mt.Date", "30V")]
    [InlineData("300", ":22N:X1", "", "Mt.MandatoryField", null)]
    [InlineData("320", ":30X:20261226\n", "", "Mt.Settlement", "22B")]
    [InlineData("320", ":22B:CONF", ":22B:MATU", "Mt.Settlement", "22B")]
    [InlineData("320", ":17R:L", ":17R:X", "Mt.Code", "17R")]
    [InlineData("541", ":19A::SETT//", ":19A::ACRU//", "Mt.SettlementAmount", null)]
    [InlineData("541", ":19A::SETT//EUR11123,4", ":19A::SETT//EUR11123", "Mt.FieldFormat", "19A")]
    [InlineData("541", ":16S:TRADDET", ":16S:TRADFOO", "Mt.Sequence", "16S")]
    [InlineData("541", ":16R:AMT", ":16R:AMOUNT", "Mt.Sequence", "16R")]
    [InlineData("540", ":98A::SETT//", ":98A::XXXX//", "Mt.MandatoryField", null)]
    [InlineData("540", ":97A::SAFE//123456789\n", "", "Mt.MandatoryField", null)]
    [InlineData("544", ":16R:LINK\n:20C::RELA//REF0\n:16S:LINK\n", "", "Mt.MandatoryField", null)]
    [InlineData("548", ":25D::MTCH//NMAT\n", "", "Mt.MandatoryField", null)]
    [InlineData("564", ":22F::CAMV//MAND\n", "", "Mt.MandatoryField", null)]
    [InlineData("564", ":98A::PAYD//20261126", ":98A::PAYD//20261326", "Mt.Date", "98A")]
    [InlineData("564", "\n:16S:CAOPTN", "", "Mt.Sequence", "16R")]
    [InlineData("566", ":19B::PSTA//EUR10,\n", "", "Mt.MandatoryField", null)]
    [InlineData("568", ":16R:ADDINFO\n:70E::ADTX//SOME TEXT\n:16S:ADDINFO", "", "Mt.MandatoryField", null)]
    [InlineData("700", ":42A:DEUTDEFF\n", "", "Mt.Drafts", "42C")]
    [InlineData("700", ":44C:261231", ":44C:261231\n:44D:SOON", "Mt.Shipment", "44D")]
    [InlineData("700", ":49:WITHOUT", ":49:PERHAPS", "Mt.Code", "49")]
    [InlineData("700", ":39A:10/10", ":39A:10/10\n:39B:NOT EXCEEDING", "Mt.CreditAmount", "39B")]
    [InlineData("760", ":31E:271231\n", "", "Mt.Expiry", "23B")]
    [InlineData("760", ":23B:FIXD", ":23B:OPEN", "Mt.Expiry", "31E")]
    [InlineData("910", "\n:50K:/1\nX", "", "Mt.OrderingCustomer", null)]
    [InlineData("910", ":13D:2611240931+0100", ":13D:2611240961+0100", "Mt.Time", "13D")]
    [InlineData("920", ":34F:EUR100,\n", "", "Mt.FloorLimit", "12")]
    [InlineData("920", ":12:940", ":12:999", "Mt.Code", "12")]
    [InlineData("940", ":62F:C261124EUR75,", ":62F:C261124USD75,", "Mt.Currency", "62F")]
    [InlineData("940", ":60F:C", ":60F:X", "Mt.FieldFormat", "60F")]
    [InlineData("940", ":86:/REMI/INVOICE\nSECOND LINE", ":86:A\nB\nC\nD\nE\nF\nG", "Mt.FieldFormat", "86")]
    [InlineData("940", "NTRFREF1//BANK1", "NTRF", "Mt.FieldFormat", "61")]
    [InlineData("940", ":62F:C261124EUR75,\n", "", "Mt.MandatoryField", null)]
    [InlineData("942", ":90C:1EUR100,", ":90C:1USD100,", "Mt.Currency", "90C")]
    [InlineData("950", ":60M:C261123EUR100,", ":60M:C261123EUR100,\n:60F:C261123EUR100,", "Mt.FieldRepeated", "60F")]
    [InlineData("950", ":61:261124C10,S103X", ":61:261324C10,S103X", "Mt.Date", "61")]
    public void One_fault_is_told_with_its_code_and_place(string type, string from, string to, string? code,
        string? tag)
    {
        string text = MtText.All[type];
        Assert.Contains(from, text, StringComparison.Ordinal);
        int at = text.IndexOf(from, StringComparison.Ordinal);
        byte[] bytes = MtText.Bytes(type, (text[..at] + to + text[(at + from.Length)..]).Trim('\n'));
        Diagnostic[] errors =
            [.. SwiftMessage.Parse(bytes).Validate().Where(found => found.Severity == Severity.Error)];
        if (code is null)
        {
            Assert.Empty(errors);
            return;
        }

        Assert.Contains((code, tag), errors.Select(error => (error.Code, error.Tag)));
        Assert.All(errors, error => Assert.True(error.Offset < bytes.Length && error.Line >= 1 && error.Column >= 1));
    }

    [Theory]
    [InlineData("760", ":27:1/1\n:20:G1\n:23:ISSUE\n:40C:NONE\n:77C:WE GUARANTEE")]
    [InlineData("707", ":20:LC1\n:21:NONREF\n:30:170124\n:26E:1\n:59:JEAN EXEMPLE\n:31E:171231\n:79:ALL ELSE STAYS")]
    public void The_form_of_an_earlier_release_is_known_by_its_first_field(string type, string text)
    {
        Diagnostic only = Assert.Single(SwiftMessage.Parse(MtText.Bytes(type, text)).Validate(ParseMode.Strict));
        Assert.Equal(("Mt.EarlierRelease", Severity.Info), (only.Code, only.Severity));
        Assert.Contains(SwiftMessage.Parse(MtText.Bytes(type, text + "\n:99A:X")).Validate(),
            finding => finding.Code == "Mt.UnknownField");
    }

    [Fact]
    public void A_withdrawn_type_is_noted_by_its_day()
    {
        Assert.Contains(Findings("203", "261124"), found => found is { Code: "Mt.Withdrawn", Severity: Severity.Info });
        Assert.DoesNotContain(Findings("203", "240101"), found => found.Code == "Mt.Withdrawn");

        static IReadOnlyList<Diagnostic> Findings(string type, string day) =>
            SwiftMessage.Parse(MtText.Bytes(type, $":20:A\n:32A:{day}EUR1,")).Validate(ParseMode.Archive);
    }
}
