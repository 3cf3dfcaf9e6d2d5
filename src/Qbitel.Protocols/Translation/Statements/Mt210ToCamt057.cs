using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Statements;

/// <summary>MT210 to camt.057.001.06.</summary>
internal static class Mt210ToCamt057
{
    public static MxOutput Run(MtSource source, DateTimeOffset? createdAt)
    {
        const string Header = "NtfctnToRcv/GrpHdr/", Notice = "NtfctnToRcv/Ntfctn/";
        MxTarget target = new("camt.057.001.06", source.Ledger);
        SourceLeaf reference = source.First("20")!.Lines[0];
        target.Put(Header + "MsgId", reference);
        target.Put(Notice + "Id", reference);
        if (source.FirstOf("25") is { } account)
        {
            MtToMxParty.Account(target, account.Lines[0], account.Lines[0].Value, Notice + "Acct");
            if (account.Lines.Count > 1) target.Put(Notice + "AcctOwnr/Pty/Id/OrgId/AnyBIC", account.Lines[1]);
        }

        if (source.Receiver is { } keeper)
            target.Put(Notice + "AcctSvcr/FinInstnId/BICFI", keeper, MtSource.BicOf(keeper.Value));
        SourceLeaf? expected = source.First("30")?.Lines[0];
        DateOnly? day = expected is null ? null : MtToMx.Day(expected.Value);
        if (day is { } known) target.Put(Notice + "XpctdValDt", expected, MtToMx.Text(known));
        int number = 0;
        foreach (MtField field in source.Text)
        {
            if (field.Tag == "21") number++;
            if (number == 0) continue;
            string item = $"{Notice}Itm[{number}]/";
            switch (field.Number)
            {
                case "21":
                    target.Put(item + "Id", field.Lines[0]);
                    break;
                case "32":
                    MtToMx.Amount(target, item + "Amt", field.Lines[0], 0);
                    break;
                case "50":
                    if (field.Lines[0].Value.StartsWith('/'))
                        field.Lines[0].Account(FieldOutcome.Dropped, null, "the target has no account of the debtor");
                    MtToMxParty.Customer(target, field with
                    {
                        Lines = [.. field.Lines.Where(line => !line.IsAccounted)],
                    }, item + "Dbtr/Pty");
                    break;
                case "52":
                    MtToMxParty.Agent(target, field, item + "DbtrAgt", null);
                    break;
                case "56":
                    MtToMxParty.Agent(target, field, item + "IntrmyAgt", null);
                    break;
                default:
                    break;
            }
        }

        return new MxOutput(target, MtToMx.Header(source, target, reference.Value, reference, Header + "CreDtTm", day,
            createdAt));
    }
}
