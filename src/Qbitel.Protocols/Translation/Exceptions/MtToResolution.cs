using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Exceptions;

/// <summary>MT196 and MT296 to camt.029.001.09.</summary>
internal static class MtToResolution
{
    private const string Root = "RsltnOfInvstgtn/", Assignment = Root + "Assgnmt/", Case = Root + "RslvdCase/";
    private const string Details = Root + "CxlDtls[1]/TxInfAndSts[1]/";

    // ISO 20022 external code sets: investigation execution confirmation.
    private static readonly string[] Outcomes =
    [
        "ACDA", "ACNR", "ACVA", "CNCL", "CWFW", "ICOV", "IDUP", "INFO", "IPAY", "IPYI", "LSTC", "MODI", "MWFW", "PDCR",
        "RJCR", "RJNR", "RJVA", "UWFW",
    ];

    // ISO 20022 external code sets: payment cancellation rejection.
    private static readonly string[] Reasons =
    [
        "AC04", "ADAC", "AGNT", "AM04", "ARDT", "ARJT", "ARPL", "CUST", "ERRO", "INDM", "LEGL", "NOAS", "NOOR", "PTNA",
        "RQDA",
    ];

    public static MxOutput Run(MtSource source, DateTimeOffset? createdAt)
    {
        MxTarget target = new("camt.029.001.09", source.Ledger);
        SourceLeaf reference = source.First("20")!.Lines[0];
        target.Put(Assignment + "Id", reference);
        Bank(target, Assignment + "Assgnr/Agt", source.Sender, isTaken: true, "the message names no sender");
        Bank(target, Assignment + "Assgne/Agt", source.Receiver, isTaken: true, "the message names no receiver");
        target.Put(Case + "Id", source.First("21")!.Lines[0]);
        Bank(target, Case + "Cretr/Agt", source.Receiver, isTaken: false, "who asked opened the case");

        Answers(source, target);
        DateOnly? day = Original(source, target);
        if (source.User("121") is { } uetr) target.Put(Details + "OrgnlUETR", uetr.Lines[0]);
        return new MxOutput(target, MtToMx.Header(source, target, reference.Value, reference, Assignment + "CreDtTm",
            day, createdAt));
    }

    private static void Bank(MxTarget target, string agent, SourceLeaf? bank, bool isTaken, string why)
    {
        if (bank is null) target.Default(agent + "/FinInstnId/Nm", MtToMx.NotProvided, why);
        else if (isTaken) target.Put(agent + "/FinInstnId/BICFI", bank, MtSource.BicOf(bank.Value));
        else target.Default(agent + "/FinInstnId/BICFI", MtSource.BicOf(bank.Value), why);
    }

    // 76: /CNCL/, /PDCR/ or /RJCR/ and a reason, or words; then 77A and 79.
    private static void Answers(MtSource source, MxTarget target)
    {
        const string Reason = Details + "CxlStsRsnInf[1]/";
        List<SourceLeaf> lines = [.. source.First("76")!.Lines];
        string first = lines[0].Value;
        if (first is ['/', _, _, _, _, '/', ..] && Outcomes.Contains(first[1..5], StringComparer.Ordinal))
        {
            target.Put(Root + "Sts/Conf", lines[0], first[1..5]);
            first = first[6..];
            if (first.Length >= 4 && Reasons.Contains(first[..4], StringComparer.Ordinal)
                && (first.Length == 4 || first[4] == '/'))
            {
                target.Put(Reason + "Rsn/Cd", lines[0], first[..4]);
                first = first[4..].TrimStart('/');
            }
        }
        else
        {
            target.Default(Root + "Sts/Conf", "INFO", "the answer has no code that ISO 20022 knows: it is information");
        }

        foreach (string tag in (string[])["77A", "79"])
            if (source.First(tag) is { } more) lines.AddRange(more.Lines);
        Exceptions.Reason.Text(lines, first, target, Reason);
    }

    // What is copied of the original: its references and its amount; 11 says its type.
    private static DateOnly? Original(MtSource source, MxTarget target)
    {
        MtField? type = source.FirstOf("11");
        MtField? copied = Second(source, "20");
        if (copied is not null)
        {
            target.Put(Details + "OrgnlInstrId", copied.Lines[0]);
            if (type is not null)
            {
                target.Put(Details + "OrgnlGrpInf/OrgnlMsgId", copied.Lines[0]);
                target.Put(Details + "OrgnlGrpInf/OrgnlMsgNmId", type.Lines[0], "MT" + type.Lines[0].Value);
            }
        }

        if (Second(source, "21") is { } related) target.Put(Details + "OrgnlEndToEndId", related.Lines[0]);
        foreach (SourceLeaf line in type?.Lines.Where(line => !line.IsAccounted) ?? [])
        {
            line.Account(FieldOutcome.Dropped, null, copied is null
                ? "the target names the original's type with its reference, which the message does not copy"
                : "the target asks for a time, and FIN tells the day and the session");
        }

        DateOnly? day = type is { Lines.Count: > 1 } ? MtToMx.Day(type.Lines[1].Value) : null;
        if (source.First("32A") is not { } settled) return day;
        MtToMx.Amount(target, Details + "OrgnlIntrBkSttlmAmt", settled.Lines[0], 6);
        if (MtToMx.Day(settled.Text) is not { } known) return day;
        target.Put(Details + "OrgnlIntrBkSttlmDt", settled.Lines[0], MtToMx.Text(known));
        return day ?? known;
    }

    private static MtField? Second(MtSource source, string tag) =>
        source.Text.Where(field => field.Tag == tag).Skip(1).FirstOrDefault();
}
