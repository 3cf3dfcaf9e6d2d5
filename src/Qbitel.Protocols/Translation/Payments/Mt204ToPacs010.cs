using System.Globalization;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>MT204 to pacs.010.001.03.</summary>
internal static class Mt204ToPacs010
{
    private const string Header = "FIDrctDbt/GrpHdr/", Credit = "FIDrctDbt/CdtInstr[1]/";

    public static MxOutput Run(MtSource source, DateTimeOffset? createdAt)
    {
        MxTarget target = new("pacs.010.001.03", source.Ledger);
        MtField[] fields = [.. source.Text];
        int[] starts = [.. Enumerable.Range(1, fields.Length - 1).Where(i => fields[i].Tag == "20"), fields.Length];
        MtField[] own = fields[..starts[0]];

        SourceLeaf reference = own[0].Lines[0];
        target.Put(Header + "MsgId", reference);
        target.Derive(Header + "NbOfTxs", (starts.Length - 1).ToString(CultureInfo.InvariantCulture));
        MtToMx.Agents(source, target, Header);
        target.Put(Credit + "CdtId", reference);
        string currency = Array.Find(fields, field => field.Tag == "32B")!.Text[..3];
        MtField sum = First(own, "19")!;
        target.PutAmount(Credit + "TtlIntrBkSttlmAmt", sum.Lines[0], currency, MtToMx.Number(sum.Text));
        MtField valued = First(own, "30")!;
        DateOnly? day = MtToMx.Day(valued.Text);
        if (day is { } known) target.Put(Credit + "IntrBkSttlmDt", valued.Lines[0], MtToMx.Text(known));
        if (Of(own, "57") is { } holder)
            MtToMxParty.Agent(target, holder, Credit + "CdtrAgt", Credit + "CdtrAgtAcct");
        MtToMx.Agent(target, Of(own, "58"), Credit + "Cdtr", Credit + "CdtrAcct", source.Sender,
            "without field 58 the sender is credited");
        int number = 0;
        foreach (CodedLines coded in First(own, "72") is { } information ? CodedLines.Read(information) : [])
        {
            string text = coded.Code.Length == 0 ? coded.Text : $"/{coded.Code}/{coded.Text}";
            if (text.Length is > 0 and <= 140)
            {
                target.PutLines($"{Credit}InstrForCdtrAgt[{++number}]/InstrInf", coded.Lines, text,
                    coded.Lines.Count > 1 ? Remarks.FreeText : null);
            }
        }

        for (int i = 0; i + 1 < starts.Length; i++)
            Debit(target, fields[starts[i]..starts[i + 1]], $"{Credit}DrctDbtTxInf[{i + 1}]/");
        if (starts.Length == 2 && source.User("121") is { } uetr)
            target.Put(Credit + "DrctDbtTxInf[1]/PmtId/UETR", uetr.Lines[0]);
        return new MxOutput(target, MtToMx.Header(source, target, reference.Value, reference, Header + "CreDtTm", day,
            createdAt));
    }

    private static void Debit(MxTarget target, MtField[] fields, string at)
    {
        SourceLeaf reference = fields[0].Lines[0];
        target.Put(at + "PmtId/InstrId", reference);
        if (First(fields, "21") is { } related) target.Put(at + "PmtId/EndToEndId", related.Lines[0]);
        else target.Put(at + "PmtId/EndToEndId", reference, note: "the transaction has no related reference");
        MtToMx.Amount(target, at + "IntrBkSttlmAmt", First(fields, "32B")!.Lines[0], 0);
        MtToMxParty.Agent(target, Of(fields, "53")!, at + "Dbtr", at + "DbtrAcct");
        if (!target.HasBelow(at + "Dbtr"))
            target.Default(at + "Dbtr/FinInstnId/Nm", MtToMx.NotProvided, "the institution has neither BIC nor name");
        if (First(fields, "72") is not { } information) return;
        // Six full lines are as much as the target takes, without anything between them.
        IEnumerable<string> lines = information.Lines.Select(line => line.Value);
        string text = string.Join(' ', lines);
        target.PutLines(at + "InstrForDbtrAgt", information.Lines, text.Length <= 210 ? text : string.Concat(lines),
            information.Lines.Count > 1 ? Remarks.FreeText : null);
    }

    private static MtField? First(MtField[] fields, string tag) => Array.Find(fields, field => field.Tag == tag);

    private static MtField? Of(MtField[] fields, string number) => Array.Find(fields, field => field.Number == number);
}
