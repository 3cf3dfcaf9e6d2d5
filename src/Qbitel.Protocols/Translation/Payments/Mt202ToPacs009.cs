using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>MT200, MT202 and MT205, with or without cover, to pacs.009.001.08.</summary>
internal static class Mt202ToPacs009
{
    private const string Header = "FICdtTrf/GrpHdr/", Transfer = "FICdtTrf/CdtTrfTxInf/";

    private const string Customer = Transfer + "UndrlygCstmrCdtTrf/";

    public static MxOutput Run(MtSource source, DateTimeOffset? createdAt)
    {
        MxTarget target = new("pacs.009.001.08", source.Ledger);
        // Sequence B begins with the ordering customer; only the cover variants have one.
        int begin = source.Text.ToList().FindIndex(field => field.Number == "50");
        MtField[] own = [.. begin < 0 ? source.Text : source.Text.Take(begin)];
        MtField[] covered = [.. begin < 0 ? [] : source.Text.Skip(begin)];

        SourceLeaf reference = First(own, "20")!.Lines[0];
        target.Put(Header + "MsgId", reference);
        target.Derive(Header + "NbOfTxs", "1");
        target.Put(Transfer + "PmtId/InstrId", reference);
        if (First(own, "21") is { } related) target.Put(Transfer + "PmtId/EndToEndId", related.Lines[0]);
        else target.Put(Transfer + "PmtId/EndToEndId", reference, note: "an own transfer has no related reference");
        if (source.User("121") is { } uetr) target.Put(Transfer + "PmtId/UETR", uetr.Lines[0]);
        if (source.User("111") is { } service)
            target.Put(Transfer + "PmtTpInf/SvcLvl[1]/Cd", service.Lines[0], "G" + service.Text);

        DateOnly? day = MtToMx.Settlement(First(own, "32A")!, target, Transfer);
        MtToMx.Times(source, target, Transfer, day);
        MtToMx.Reimbursement(Of(own, "53"), Of(own, "54"), null, target, Header + "SttlmInf/");
        MtToMx.Agents(source, target, Transfer);
        if (Of(own, "56") is { } intermediary)
            MtToMxParty.Agent(target, intermediary, Transfer + "IntrmyAgt1", Transfer + "IntrmyAgt1Acct");
        MtToMx.Agent(target, Of(own, "52"), Transfer + "Dbtr", Transfer + "DbtrAcct", source.Sender,
            "without field 52 the sender is the debtor");
        if (Of(own, "57") is { } holder)
            MtToMxParty.Agent(target, holder, Transfer + "CdtrAgt", Transfer + "CdtrAgtAcct");
        MtToMx.Agent(target, Of(own, "58"), Transfer + "Cdtr", Transfer + "CdtrAcct", source.Sender,
            "an own transfer is for the sender");
        MtToMx.Instructions(First(own, "72"), target, Transfer);
        if (covered.Length > 0) Cover(covered, target);

        MxTarget header = MtToMx.Header(source, target, reference.Value, reference, Header + "CreDtTm", day, createdAt);
        return new MxOutput(target, header);
    }

    private static void Cover(MtField[] fields, MxTarget target)
    {
        MtToMxParty.Customer(target, Of(fields, "50")!, Customer + "Dbtr");
        MtToMx.Agent(target, Of(fields, "52"), Customer + "DbtrAgt", Customer + "DbtrAgtAcct", null, "");
        if (Of(fields, "56") is { } intermediary)
            MtToMxParty.Agent(target, intermediary, Customer + "IntrmyAgt1", Customer + "IntrmyAgt1Acct");
        MtToMx.Agent(target, Of(fields, "57"), Customer + "CdtrAgt", Customer + "CdtrAgtAcct", null, "");
        if (Of(fields, "59") is { } beneficiary) MtToMxParty.Customer(target, beneficiary, Customer + "Cdtr");
        MtToMx.Remittance(First(fields, "70"), target, null, Customer + "RmtInf/Ustrd");
        MtToMx.Instructions(First(fields, "72"), target, Customer);
        if (First(fields, "33B") is { } instructed)
            MtToMx.Amount(target, Customer + "InstdAmt", instructed.Lines[0], 0);
    }

    private static MtField? First(MtField[] fields, string tag) => Array.Find(fields, field => field.Tag == tag);

    private static MtField? Of(MtField[] fields, string number) => Array.Find(fields, field => field.Number == number);
}
