using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Statements;

/// <summary>camt.054.001.08 with one booked entry to MT900, where it is a debit, or MT910.</summary>
internal static class Camt054ToMt
{
    private const string Root = "BkToCstmrDbtCdtNtfctn";

    /// <summary>Whether the first entry takes money from the account, or brings some.</summary>
    public static bool Is(MxSource source, string indicator) =>
        source.Root.Find(Root + "/Ntfctn/Ntry")?.ValueAt("CdtDbtInd") == indicator;

    public static MtTarget Run(MxSource source)
    {
        MxElement root = source.Root.Find(Root)!, item = MxToMt.Single(root, "Ntfctn");
        MxElement entry = MxToMt.Single(item, "Ntry");
        MxElement? details = entry.Find("NtryDtls") is null ? null
            : MxToMt.Single(MxToMt.Single(entry, "NtryDtls"), "TxDtls");
        bool isDebit = entry.ValueAt("CdtDbtInd") == "DBIT";
        MtTarget target = new(isDebit ? "900" : "910", source.Ledger);
        CamtToMt.Address(source, target, root.Find("GrpHdr"), item);
        MxToMt.Take(source.At(entry, "CdtDbtInd"), "2/type");
        MxToMt.Reference(source, target, "20", source.At(entry, "NtryRef"), source.At(item, "Id"),
            source.At(root.Find("GrpHdr"), "MsgId"));
        if (source.At(details, "Refs/EndToEndId") is { } related && related.Value != MtToMx.NotProvided)
            MxToMt.PutReference(target, "21", related);
        else target.Default("21", "NONREF", "the entry has no end-to-end reference");
        if (source.At(details, "Refs/UETR") is { } uetr) target.User("121", uetr, uetr.Value);
        CamtToMt.Account(source, target, item);
        Amount(source, target, entry);
        if (!isDebit && details?.Find("RltdPties/Dbtr/Pty") is { } customer)
            MxToMtParty.Customer(source, target, "50", customer, details.Find("RltdPties/DbtrAcct"));
        MxToMtParty.Agent(source, target, "52", "AD", details?.Find("RltdAgts/DbtrAgt"), null);
        if (!isDebit) MxToMtParty.Agent(source, target, "56", "AD", details?.Find("RltdAgts/IntrmyAgt1"), null);
        if (source.At(entry, "AddtlNtryInf") is { Value.Length: > 0 } information)
        {
            TextFold lines = new(35, 6);
            lines.Add(information.Value, [information], "4/72");
            target.Add("72", string.Join('\n', lines.Lines));
        }

        return target;
    }

    private static void Amount(MxSource source, MtTarget target, MxElement entry)
    {
        SourceLeaf? value = source.At(entry, "ValDt/Dt") ?? source.At(entry, "ValDt/DtTm")
            ?? source.At(entry, "BookgDt/Dt") ?? source.At(entry, "BookgDt/DtTm");
        if (MxSource.Amount(entry.Find("Amt")) is not { } money || MxToMt.Day(value?.Value) is not { } day)
        {
            throw new MessageFormatException(new ParseError(new Diagnostic("Translation.Result", Severity.Error,
                "a confirmation has a value date, and the entry tells no day")
            {
                Offset = 0,
                Path = entry.Path,
                Expected = "ValDt or BookgDt",
            }));
        }

        target.Add("32A", Swift.Fields.SwiftValue.WriteDate(day) + money.Currency + MtTarget.Number(money.Amount));
        MxToMt.Take(source.At(entry, "Amt"), "4/32A");
        value!.Account(value.Value.Length <= 10 ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/32A",
            value.Value.Length <= 10 ? null : "FIN's value dates have no time");
        if (source.At(entry, "Sts/Cd") is not { } status) return;
        if (status.Value == "BOOK") MxToMt.Take(status, "2/type", "a confirmation is of a booked entry");
        else status.Account(FieldOutcome.Dropped, null, "FIN confirms booked entries and does not tell others");
    }
}
