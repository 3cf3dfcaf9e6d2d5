using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Swift.Fields;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Statements;

/// <summary>camt.057.001.06 to MT210.</summary>
internal static class Camt057ToMt210
{
    public static MtTarget Run(MxSource source)
    {
        MxElement root = source.Root.Find("NtfctnToRcv")!, notice = root.Find("Ntfctn")!;
        MtTarget target = new("210", source.Ledger);
        MxToMt.Ends(source, target, null, source.At(notice, "AcctSvcr/FinInstnId/BICFI"));
        source.At(root, "GrpHdr/CreDtTm")?.Account(FieldOutcome.Dropped, null, "FIN's network keeps the time");
        MxToMt.Reference(source, target, "20", source.At(notice, "Id"), source.At(root, "GrpHdr/MsgId"));
        MxElement? account = notice.Find("Acct");
        if ((source.At(account, "Id/IBAN") ?? source.At(account, "Id/Othr/Id")) is { } number)
            target.Put("25", number, most: 35);

        MxElement[] items = [.. notice.Children.Where(child => child.Name == "Itm")];
        SourceLeaf? expected = source.At(notice, "XpctdValDt")
            ?? items.Select(item => source.At(item, "XpctdValDt")).FirstOrDefault(leaf => leaf is not null);
        if (MxToMt.Day(expected?.Value) is { } day)
        {
            target.Add("30", SwiftValue.WriteDate(day));
            MxToMt.Take(expected, "4/30");
            foreach (SourceLeaf same in items.Select(item => source.At(item, "XpctdValDt")).OfType<SourceLeaf>())
                if (same.Value == expected!.Value) MxToMt.Take(same, "4/30");
        }

        foreach (MxElement item in items) Receipt(source, target, item);
        return target;
    }

    private static void Receipt(MxSource source, MtTarget target, MxElement item)
    {
        if ((source.At(item, "EndToEndId") ?? source.At(item, "Id")) is { } reference)
            MxToMt.PutReference(target, "21", reference);
        if (MxSource.Amount(item.Find("Amt")) is { } money)
        {
            target.Add("32B", money.Currency + MtTarget.Number(money.Amount));
            MxToMt.Take(source.At(item, "Amt"), "4/32B");
        }

        MxElement? debtor = item.Find("Dbtr/Pty");
        if (source.At(debtor, "Nm") is { } name)
        {
            TextFold lines = new(35, 4);
            lines.Add(name.Value, [name], "4/50");
            foreach (MxElement line in debtor!.All().Where(element => element.Name == "AdrLine"))
                if (source.Of(line) is { Value.Length: > 0 } leaf) lines.Add(leaf.Value, [leaf], "4/50");
            target.Add("50", string.Join('\n', lines.Lines));
        }
        else if (source.At(debtor, "Id/OrgId/AnyBIC") is { } bic)
        {
            target.Put("50C", bic);
        }
        else
        {
            MxToMtParty.Agent(source, target, "52", "AD", item.Find("DbtrAgt"), null);
        }

        MxToMtParty.Agent(source, target, "56", "AD", item.Find("IntrmyAgt"), null);
    }
}
