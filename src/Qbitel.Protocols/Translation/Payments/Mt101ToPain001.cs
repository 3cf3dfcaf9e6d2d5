using System.Globalization;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>MT101 to pain.001.001.09: one payment block, or one for each transaction that names its own debtor, bank
/// or account for charges.</summary>
internal static class Mt101ToPain001
{
    private const string Root = "CstmrCdtTrfInitn/", Header = Root + "GrpHdr/";
    private const int InstructionLength = 140;

    public static MxOutput Run(MtSource source, DateTimeOffset? createdAt)
    {
        MxTarget target = new("pain.001.001.09", source.Ledger);
        int begin = source.Text.ToList().FindIndex(field => field.Tag == "21");
        MtField[] order = [.. source.Text.Take(begin)];
        MtField[][] transactions = [.. Transactions([.. source.Text.Skip(begin)])];
        bool isEach = transactions.Any(fields => fields.Any(field => IsDebtor(field) || field.Number == "52"
            || field.Tag == "25A"));

        SourceLeaf reference = First(order, "20")!.Lines[0];
        target.Put(Header + "MsgId", reference);
        target.Derive(Header + "NbOfTxs", transactions.Length.ToString(CultureInfo.InvariantCulture));
        if (First(order, "25") is { } authorisation) target.Put(Header + "Authstn/Prtry", authorisation.Lines[0]);
        if (First(order, "51A") is { } sending) MtToMxParty.Agent(target, sending, Header + "FwdgAgt", null);
        Initiator(source, order, target);
        if (First(order, "28D") is { } index)
        {
            if (index.Text.Split('/') is ["1" or "00001", "1" or "00001"])
                index.Map(target.PathOf(Root.TrimEnd('/')), "the order is whole");
            else index.Drop("the target cannot say that it is a part of an order");
        }

        MtField executed = First(order, "30")!;
        DateOnly? day = MtToMx.Day(executed.Text);
        for (int i = 0; i < transactions.Length; i++)
        {
            string block = $"{Root}PmtInf[{(isEach ? i + 1 : 1)}]/";
            MtField[] own = transactions[i];
            if (isEach || i == 0)
            {
                SourceLeaf id = isEach ? First(own, "21")!.Lines[0] : First(order, "21R")?.Lines[0] ?? reference;
                Block(source, target, block, id, [.. order, .. isEach ? own : []], executed.Lines[0], day);
                if (!isEach && First(order, "21R") is not null) target.Derive(block + "BtchBookg", "true");
            }

            Transaction(target, own, $"{block}CdtTrfTxInf[{(isEach ? 1 : i + 1)}]/");
        }

        if (transactions.Length == 1 && source.User("121") is { } uetr)
            target.Put(Root + "PmtInf[1]/CdtTrfTxInf[1]/PmtId/UETR", uetr.Lines[0]);
        return new MxOutput(target, MtToMx.Header(source, target, reference.Value, reference, Header + "CreDtTm", day,
            createdAt));
    }

    private static IEnumerable<MtField[]> Transactions(MtField[] fields)
    {
        int[] starts = [.. Enumerable.Range(0, fields.Length).Where(i => fields[i].Tag == "21"), fields.Length];
        for (int i = 0; i + 1 < starts.Length; i++) yield return fields[starts[i]..starts[i + 1]];
    }

    private static void Initiator(MtSource source, MtField[] order, MxTarget target)
    {
        const string Party = Header + "InitgPty/";
        if (First(order, "50C") is { } bic) target.Put(Party + "Id/OrgId/AnyBIC", bic.Lines[0]);
        else if (First(order, "50L") is { } number) target.Put(Party + "Id/OrgId/Othr[1]/Id", number.Lines[0]);
        else if (source.Sender is { } sender)
            target.Default(Party + "Id/OrgId/AnyBIC", MtSource.BicOf(sender.Value), "without 50C the sender gives it");
        else target.Default(Party + "Nm", MtToMx.NotProvided, "the message names none");
    }

    // What stands once for all transactions of a block: the debtor, the bank and the day.
    private static void Block(MtSource source, MxTarget target, string at, SourceLeaf id, MtField[] fields,
        SourceLeaf executed, DateOnly? day)
    {
        target.Put(at + "PmtInfId", id);
        target.Default(at + "PmtMtd", "TRF", "an order of transfers");
        target.Put(at + "ReqdExctnDt/Dt", executed, day is { } known ? MtToMx.Text(known) : executed.Value);
        if (fields.FirstOrDefault(IsDebtor) is { } debtor) MtToMxParty.Customer(target, debtor, at + "Dbtr");
        if (!target.HasBelow(at + "DbtrAcct"))
            target.Default(at + "DbtrAcct/Id/Othr/Id", MtToMx.NotProvided, "the ordering customer has no account");
        MtToMx.Agent(target, Of(fields, "52"), at + "DbtrAgt", at + "DbtrAgtAcct", source.Receiver,
            "without field 52 the receiver holds the debtor's account");
        if (First(fields, "25A") is { } charged)
            MtToMxParty.Account(target, charged.Lines[0], charged.Text.TrimStart('/'), at + "ChrgsAcct");
    }

    private static void Transaction(MxTarget target, MtField[] fields, string at)
    {
        SourceLeaf reference = First(fields, "21")!.Lines[0];
        target.Put(at + "PmtId/InstrId", reference);
        target.Put(at + "PmtId/EndToEndId", reference);
        Amounts(target, fields, at);
        Instructions(target, fields, at);
        if (First(fields, "71A") is { } details)
            target.Put(at + "ChrgBr", details.Lines[0], MtToMx.ChargeBearer(details.Text));
        if (Of(fields, "56") is { } intermediary)
            MtToMxParty.Agent(target, intermediary, at + "IntrmyAgt1", at + "IntrmyAgt1Acct");
        if (Of(fields, "57") is { } holder) MtToMxParty.Agent(target, holder, at + "CdtrAgt", at + "CdtrAgtAcct");
        if (Of(fields, "59") is { } beneficiary) MtToMxParty.Customer(target, beneficiary, at + "Cdtr");
        MtToMx.Remittance(First(fields, "70"), target, null, at + "RmtInf/Ustrd");
        if (First(fields, "77B") is not { } reporting) return;
        for (int i = 0; i < reporting.Lines.Count; i++)
            target.Put($"{at}RgltryRptg/Dtls/Inf[{i + 1}]", reporting.Lines[i]);
    }

    // Of an amount to be converted, 32B has the currency and nothing, and 33B what is ordered.
    private static void Amounts(MxTarget target, MtField[] fields, string at)
    {
        MtField amount = First(fields, "32B")!;
        MtField? ordered = First(fields, "33B");
        if (ordered is not null && MtToMx.Number(amount.Text[3..]) == 0)
        {
            MtToMx.Amount(target, at + "Amt/EqvtAmt/Amt", ordered.Lines[0], 0);
            target.Put(at + "Amt/EqvtAmt/CcyOfTrf", amount.Lines[0], amount.Text[..3]);
        }
        else
        {
            MtToMx.Amount(target, at + "Amt/InstdAmt", amount.Lines[0], 0);
            ordered?.Drop("the target has one amount: that of the transfer");
        }

        if (First(fields, "36") is { } rate)
        {
            target.Put(at + "XchgRateInf/XchgRate", rate.Lines[0],
                MtToMx.Number(rate.Text).ToString(CultureInfo.InvariantCulture));
        }

        if (First(fields, "21F") is { } deal) target.Put(at + "XchgRateInf/CtrctId", deal.Lines[0]);
    }

    private static void Instructions(MxTarget target, MtField[] fields, string at)
    {
        List<SourceLeaf> taken = [];
        string others = "";
        foreach (MtField field in fields.Where(field => field.Tag == "23E"))
        {
            SourceLeaf leaf = field.Lines[0];
            string code = field.Text[..4], text = $"/{code}/{(field.Text.Length > 5 ? field.Text[5..] : "")}";
            if (code == "URGP")
            {
                target.Put(at + "PmtTpInf/SvcLvl[1]/Cd", leaf, code);
            }
            else if (code is "CORT" or "INTC" && !target.Has(at + "PmtTpInf/CtgyPurp/Cd"))
            {
                target.Put(at + "PmtTpInf/CtgyPurp/Cd", leaf, code);
            }
            else if (code == "CHQB")
            {
                target.Put(at + "InstrForCdtrAgt[1]/Cd", leaf, code);
            }
            else if (others.Length + text.Length < InstructionLength)
            {
                others = others.Length == 0 ? text : $"{others} {text}";
                taken.Add(leaf);
            }
        }

        if (taken.Count > 0) target.PutLines(at + "InstrForDbtrAgt", taken, others);
    }

    private static bool IsDebtor(MtField field) => field.Tag is "50F" or "50G" or "50H";

    private static MtField? First(MtField[] fields, string tag) => Array.Find(fields, field => field.Tag == tag);

    private static MtField? Of(MtField[] fields, string number) => Array.Find(fields, field => field.Number == number);
}
