using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Exceptions;

/// <summary>MT192 and MT292 to camt.056.001.08.</summary>
internal static class MtToCancellation
{
    private const string Assignment = "FIToFIPmtCxlReq/Assgnmt/", Request = "FIToFIPmtCxlReq/Undrlyg/TxInf/";

    private static readonly string[] Codes =
        ["AGNT", "AM09", "COVR", "CURR", "CUST", "CUTA", "DUPL", "FRAD", "TECH", "UPAY"];

    public static MxOutput Run(MtSource source, DateTimeOffset? createdAt)
    {
        MxTarget target = new("camt.056.001.08", source.Ledger);
        SourceLeaf reference = source.First("20")!.Lines[0];
        target.Put(Assignment + "Id", reference);
        foreach ((SourceLeaf? bank, string name, string why) in ((SourceLeaf?, string, string)[])[
            (source.Sender, "Assgnr", "the message names no sender"),
            (source.Receiver, "Assgne", "the message names no receiver")])
        {
            string agent = $"{Assignment}{name}/Agt/FinInstnId/";
            if (bank is not null) target.Put(agent + "BICFI", bank, MtSource.BicOf(bank.Value));
            else target.Default(agent + "Nm", MtToMx.NotProvided, why);
        }

        target.Put(Request + "CxlId", reference);
        if (source.First("21") is { } related)
        {
            target.Put(Request + "OrgnlGrpInf/OrgnlMsgId", related.Lines[0]);
            target.Put(Request + "OrgnlInstrId", related.Lines[0]);
        }

        Original(source, target);
        if (source.User("121") is { } uetr) target.Put(Request + "OrgnlUETR", uetr.Lines[0]);
        DateOnly? day = null;
        if (source.First("32A") is { } settled)
        {
            day = MtToMx.Day(settled.Text);
            MtToMx.Amount(target, Request + "OrgnlIntrBkSttlmAmt", settled.Lines[0], 6);
            if (day is { } known) target.Put(Request + "OrgnlIntrBkSttlmDt", settled.Lines[0], MtToMx.Text(known));
        }

        Reason.Write(source.First("79"), target, Request + "CxlRsnInf/", Codes);
        day ??= source.First("11S") is { Lines.Count: > 1 } original ? MtToMx.Day(original.Lines[1].Value) : null;
        MxTarget header = MtToMx.Header(source, target, reference.Value, reference, Assignment + "CreDtTm", day,
            createdAt);
        return new MxOutput(target, header);
    }

    // 11S: the original's type, its day, and where it stood in its session.
    private static void Original(MtSource source, MxTarget target)
    {
        if (source.First("11S") is not { } original) return;
        target.Put(Request + "OrgnlGrpInf/OrgnlMsgNmId", original.Lines[0], "MT" + original.Lines[0].Value);
        foreach (SourceLeaf line in original.Lines.Skip(1))
        {
            line.Account(FieldOutcome.Dropped, null,
                "the target asks for a time, and FIN tells the day and the session");
        }
    }
}
