using System.Diagnostics;
using System.Text;
using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Building;

namespace Qbitel.Protocols.Tests.Fpml;

public sealed class FpmlBuilderTests
{
    public static readonly TheoryData<string, bool> Products =
        [.. FpmlTrades.All.SelectMany(each => new[] { (each.Name, false), (each.Name, true) })];

    [Theory, MemberData(nameof(Products))]
    public void What_is_built_has_no_findings(string name, bool isMessage)
    {
        FpmlDocument document = Build(name, isMessage);
        Assert.Empty(document.Findings);
        Assert.Equal(isMessage ? "requestConfirmation" : "dataDocument", document.MessageType);
        Assert.Equal(Build(name, isMessage).Source.ToArray(), document.Source.ToArray());
    }

    [Theory, MemberData(nameof(Products))]
    public void What_is_built_is_valid_for_others(string name, bool isMessage)
    {
        byte[] bytes = Build(name, isMessage).Source.ToArray();
        Assert.Null(FpmlPlatform.Fault(bytes));
        Assert.SkipUnless(File.Exists("/usr/bin/xmllint"), "xmllint is not installed (package libxml2-utils)");
        string file = Path.Combine(Directory.CreateTempSubdirectory("qbitel-fpml-").FullName, "trade.xml");
        try
        {
            File.WriteAllBytes(file, bytes);
            Assert.Contains(file, FpmlPlatform.XmllintSays([file]));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public void What_would_be_invalid_is_not_built()
    {
        MessageFormatException wrong = Assert.Throws<MessageFormatException>(() => FpmlBuilder.Build(FpmlTrades.Terms,
            FpmlTrades.Swap with { TerminationDate = new DateOnly(2026, 11, 1) }));
        Assert.Equal("Fpml.DateOrder", wrong.Error.Code);
        Assert.Throws<MessageFormatException>(() => FpmlBuilder.Build(FpmlTrades.Terms,
            FpmlTrades.Cds with { Currency = "" }
            with
            { PaymentFrequency = "3Q" }));
        Assert.Throws<ArgumentException>(() => FpmlBuilder.Build(FpmlTrades.Terms,
            FpmlTrades.Fra with { IndexTenor = "6" }));
        Assert.Throws<ArgumentException>(() => FpmlBuilder.Build(FpmlTrades.Terms,
            FpmlTrades.Cds with { EntityName = "\u0001" }));
    }

    [Fact]
    public void Draft_writes_in_the_order_of_the_schema()
    {
        FpmlDraft draft = new("dataDocument");
        draft.Set("party[2]/@id", "b").Set("party[2]/partyId", "B").Set("party[2]/partyId/@partyIdScheme", "urn:x")
            .Set("party[1]/partyName", "A").Set("party[1]/partyId", "A").Set("party[1]/partyId/@partyIdScheme", "urn:x")
            .Set("party[1]/@id", "a");
        FpmlDocument document = FpmlDocument.Parse(draft.ToBytes());
        Assert.Empty(document.Findings);
        Assert.Equal(["a", "b"], document.Parties.Select(party => party.Id));
        Assert.Throws<ArgumentException>(() => new FpmlDraft("trade"));
        Assert.Throws<ArgumentException>(() => draft.Set("noSuchElement", "1"));
        Assert.Throws<ArgumentException>(() => draft.Set("party[0]/partyName", "1"));
        Assert.Throws<ArgumentException>(() => new FpmlDraft("dataDocument").Set("trade/partyName", "x").ToBytes());
    }

    private static FpmlDocument Build(string name, bool isMessage) => FpmlBuilder.Build(FpmlTrades.Terms,
        FpmlTrades.All.Single(each => each.Name == name).Terms, isMessage ? FpmlTrades.Message : null);
}
