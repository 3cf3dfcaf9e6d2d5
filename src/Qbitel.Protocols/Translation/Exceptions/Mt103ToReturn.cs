using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Exceptions;

/// <summary>
/// An MT103 whose field 72 begins with RETN to pacs.004.001.09, and one with REJT to pacs.002.001.10.
/// </summary>
internal static class Mt103ToReturn
{
    private const string Original = "MT103";

    public static bool Is(MtSource source, string code) =>
        source.First("72")?.Text.StartsWith($"/{code}/", StringComparison.Ordinal) == true;

    public static MxOutput Return(MtSource source, DateTimeOffset? createdAt)
    {
        const string Header = "PmtRtr/GrpHdr/", Item = "PmtRtr/TxInf/", Chain = Item + "RtrChain/";
        MxTarget target = new("pacs.004.001.09", source.Ledger);
        SourceLeaf reference = source.First("20")!.Lines[0];
        target.Put(Header + "MsgId", reference);
        target.Derive(Header + "NbOfTxs", "1");
        MtToMx.Reimbursement(source.FirstOf("53"), source.FirstOf("54"), source.FirstOf("55"), target, Header
            + "SttlmInf/");
        target.Put(Item + "RtrId", reference);
        Explanation(source, target, Item, "RtrRsnInf/");
        SourceLeaf settled = source.First("32A")!.Lines[0];
        DateOnly? day = MtToMx.Day(settled.Value);
        MtToMx.Amount(target, Item + "RtrdIntrBkSttlmAmt", settled, 6);
        if (day is { } known) target.Put(Item + "IntrBkSttlmDt", settled, MtToMx.Text(known));
        if (source.First("33B") is { } instructed)
            MtToMx.Amount(target, Item + "RtrdInstdAmt", instructed.Lines[0], 0);
        if (source.First("71A") is { } details)
            target.Put(Item + "ChrgBr", details.Lines[0], MtToMx.ChargeBearer(details.Text));
        MtToMx.Agents(source, target, Item);
        MtToMxParty.Customer(target, source.FirstOf("50")!, Chain + "Dbtr/Pty", Item + "OrgnlTxRef/DbtrAcct");
        if (source.FirstOf("52") is { } ordering)
            MtToMxParty.Agent(target, ordering, Chain + "DbtrAgt", Item + "OrgnlTxRef/DbtrAgtAcct");
        if (source.FirstOf("57") is { } holder)
            MtToMxParty.Agent(target, holder, Chain + "CdtrAgt", Item + "OrgnlTxRef/CdtrAgtAcct");
        MtToMxParty.Customer(target, source.FirstOf("59")!, Chain + "Cdtr/Pty", Item + "OrgnlTxRef/CdtrAcct");
        source.First("23B")?.Map(target.PathOf("PmtRtr"), "what the message says by its type");
        return new MxOutput(target, MtToMx.Header(source, target, reference.Value, reference, Header + "CreDtTm", day,
            createdAt));
    }

    public static MxOutput Reject(MtSource source, DateTimeOffset? createdAt)
    {
        const string Header = "FIToFIPmtStsRpt/GrpHdr/", Item = "FIToFIPmtStsRpt/TxInfAndSts/";
        const string Transaction = Item + "OrgnlTxRef/";
        MxTarget target = new("pacs.002.001.10", source.Ledger);
        SourceLeaf reference = source.First("20")!.Lines[0];
        target.Put(Header + "MsgId", reference);
        Explanation(source, target, Item, "StsRsnInf/");
        target.Put(Item + "TxSts", source.First("72")!.Lines[0], "RJCT");
        MtToMx.Agents(source, target, Item);
        SourceLeaf settled = source.First("32A")!.Lines[0];
        DateOnly? day = MtToMx.Day(settled.Value);
        MtToMx.Amount(target, Transaction + "IntrBkSttlmAmt", settled, 6);
        if (day is { } known) target.Put(Transaction + "IntrBkSttlmDt", settled, MtToMx.Text(known));
        MtToMx.Remittance(source.First("70"), target, null, Transaction + "RmtInf/Ustrd");
        MtToMxParty.Customer(target, source.FirstOf("50")!, Transaction + "Dbtr/Pty", Transaction + "DbtrAcct");
        if (source.FirstOf("52") is { } ordering)
            MtToMxParty.Agent(target, ordering, Transaction + "DbtrAgt", Transaction + "DbtrAgtAcct");
        if (source.FirstOf("57") is { } holder)
            MtToMxParty.Agent(target, holder, Transaction + "CdtrAgt", Transaction + "CdtrAgtAcct");
        MtToMxParty.Customer(target, source.FirstOf("59")!, Transaction + "Cdtr/Pty", Transaction + "CdtrAcct");
        source.First("23B")?.Map(target.PathOf("FIToFIPmtStsRpt"), "what the message says by its type");
        return new MxOutput(target, MtToMx.Header(source, target, reference.Value, reference, Header + "CreDtTm", day,
            createdAt));
    }

    // /RETN/99 or /REJT/99, then /AC01/ for the reason, /MREF/ and /TREF/ for the original, /TEXT/ for words.
    private static void Explanation(MtSource source, MxTarget target, string item, string reason)
    {
        foreach (CodedLines coded in CodedLines.Read(source.First("72")!))
        {
            switch (coded.Code)
            {
                case "RETN" or "REJT":
                    foreach (SourceLeaf line in coded.Lines)
                    {
                        line.Account(FieldOutcome.Mapped, target.PathOf(item.TrimEnd('/')),
                            "what the message says by its type");
                    }

                    break;
                case "MREF" when coded.Text.Length is > 0 and <= 35:
                    target.PutLines(item + "OrgnlGrpInf/OrgnlMsgId", coded.Lines, coded.Text);
                    target.Default(item + "OrgnlGrpInf/OrgnlMsgNmId", Original, "the original was of the same type");
                    target.PutLines(item + "OrgnlInstrId", coded.Lines, coded.Text);
                    break;
                case "TREF" when coded.Text.Length is > 0 and <= 35:
                    target.PutLines(item + "OrgnlTxId", coded.Lines, coded.Text);
                    break;
                case { Length: 4 } code when char.IsAsciiDigit(code[2]) && char.IsAsciiDigit(code[3])
                    && !target.Has(item + reason + "Rsn/Cd"):
                    target.PutLines(item + reason + "Rsn/Cd", coded.Lines, code);
                    if (coded.Text.Length is > 0 and <= 105)
                        target.PutLines(item + reason + "AddtlInf[1]", coded.Lines, coded.Text);
                    break;
                default:
                    string text = coded.Code is "TEXT" or "" ? coded.Text : $"/{coded.Code}/{coded.Text}";
                    int number = target.Has(item + reason + "AddtlInf[1]") ? 2 : 1;
                    while (target.Has($"{item}{reason}AddtlInf[{number}]")) number++;
                    if (text.Length is > 0 and <= 105)
                        target.PutLines($"{item}{reason}AddtlInf[{number}]", coded.Lines, text);
                    break;
            }
        }

        if (source.User("121") is { } uetr) target.Put(item + "OrgnlUETR", uetr.Lines[0]);
    }
}
