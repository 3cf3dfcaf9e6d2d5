using System.Globalization;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Statements;

/// <summary>
/// MT940 and MT950 to camt.053.001.08, MT941 and MT942 to camt.052.001.08, MT900 and MT910 to camt.054.001.08.
/// </summary>
internal static class MtToCamt
{
    public static MxOutput Statement(MtSource source, DateTimeOffset? createdAt) =>
        Run(source, createdAt, "camt.053.001.08", "BkToCstmrStmt", "Stmt", "AddtlStmtInf");

    public static MxOutput Report(MtSource source, DateTimeOffset? createdAt) =>
        Run(source, createdAt, "camt.052.001.08", "BkToCstmrAcctRpt", "Rpt", "AddtlRptInf");

    public static MxOutput Notification(MtSource source, DateTimeOffset? createdAt)
    {
        const string Root = "BkToCstmrDbtCdtNtfctn/", Item = Root + "Ntfctn/", Entry = Item + "Ntry/";
        const string Details = Entry + "NtryDtls/TxDtls/";
        MxTarget target = new("camt.054.001.08", source.Ledger);
        SourceLeaf reference = Begin(source, target, Root, Item);
        bool isDebit = source.Message.MessageType == "900";
        target.Put(Entry + "NtryRef", reference);
        SourceLeaf settled = source.First("32A")!.Lines[0];
        DateOnly? day = MtToMx.Day(settled.Value);
        MtToMx.Amount(target, Entry + "Amt", settled, 6);
        target.Derive(Entry + "CdtDbtInd", isDebit ? "DBIT" : "CRDT");
        target.Default(Entry + "Sts/Cd", "BOOK", "a confirmation is of a booked entry");
        if (day is { } known) target.Put(Entry + "ValDt/Dt", settled, MtToMx.Text(known));
        target.Default(Entry + "BkTxCd/Prtry/Cd", MtToMx.NotProvided, "the message has no transaction code");
        target.Put(Details + "Refs/EndToEndId", source.First("21")?.Lines[0]);
        if (source.User("121") is { } uetr) target.Put(Details + "Refs/UETR", uetr.Lines[0]);
        if (source.FirstOf("50") is { } customer)
            MtToMxParty.Customer(target, customer, Details + "RltdPties/Dbtr/Pty", Details + "RltdPties/DbtrAcct");
        if (source.FirstOf("52") is { } ordering)
            MtToMxParty.Agent(target, ordering, Details + "RltdAgts/DbtrAgt", null);
        if (source.FirstOf("56") is { } intermediary)
            MtToMxParty.Agent(target, intermediary, Details + "RltdAgts/IntrmyAgt1", null);
        if (source.First("72") is { } information) Text(target, information, Entry + "AddtlNtryInf");
        MxTarget header = MtToMx.Header(source, target, reference.Value, reference, Root + "GrpHdr/CreDtTm", day,
            createdAt);
        return new MxOutput(target, header);
    }

    private static MxOutput Run(MtSource source, DateTimeOffset? createdAt, string type, string root, string item,
        string information)
    {
        string at = $"{root}/{item}/";
        MxTarget target = new(type, source.Ledger);
        SourceLeaf reference = Begin(source, target, root + "/", at);
        bool isLast = source.First("62M") is null;
        if (source.First("28C") is { } number)
        {
            string[] parts = number.Text.Split('/');
            target.Put(at + "LglSeqNb", number.Lines[0], parts[0].TrimStart('0') is { Length: > 0 } digits ? digits
                : "0");
            if (parts.Length > 1)
            {
                target.Put($"{at}{item}Pgntn/PgNb", number.Lines[0], parts[1]);
                target.Derive($"{at}{item}Pgntn/LastPgInd", isLast ? "true" : "false");
            }
        }

        string? currency = null;
        int balance = 0;
        DateOnly? day = null;
        foreach (MtField field in source.Text)
        {
            string? code = field.Tag switch
            {
                "60F" or "60M" => "OPBD",
                "62F" or "62M" => "CLBD",
                "64" => "CLAV",
                "65" => "FWAV",
                _ => null,
            };
            if (code is null || field.Text.Length < 11) continue;
            currency ??= field.Text.Substring(7, 3);
            if (code == "CLBD") day = MtToMx.Day(field.Text[1..]);
            Balance(target, field.Lines[0], $"{at}Bal[{++balance}]/", code, field.Tag[^1] == 'M');
        }

        source.First("34F")?.Drop("the target has no limit below which entries are left out");
        foreach (MtField limit in source.Text.Where(field => field.Tag == "34F"))
        {
            currency ??= limit.Text[..3];
            limit.Drop("the target has no limit below which entries are left out");
        }

        Totals(source, target, at);
        int entries = 0;
        for (int i = 0; i < source.Text.Count; i++)
        {
            MtField field = source.Text[i];
            if (field.Tag == "61")
            {
                bool hasText = i + 1 < source.Text.Count && source.Text[i + 1].Tag == "86";
                Entry(target, field, hasText ? source.Text[i + 1] : null, $"{at}Ntry[{++entries}]/", currency,
                    type.StartsWith("camt.053", StringComparison.Ordinal));
            }
            else if (field.Tag == "86" && (i == 0 || source.Text[i - 1].Tag != "61"))
            {
                Text(target, field, at + information);
            }
        }

        MxTarget header = MtToMx.Header(source, target, reference.Value, reference, $"{root}/GrpHdr/CreDtTm", day,
            createdAt);
        return new MxOutput(target, header);
    }

    // References, account, who keeps it and who is told; the time of 13D.
    private static SourceLeaf Begin(MtSource source, MxTarget target, string root, string at)
    {
        SourceLeaf reference = source.First("20")!.Lines[0];
        target.Put(root + "GrpHdr/MsgId", reference);
        target.Put(at + "Id", reference);
        if (source.FirstOf("25") is { } account)
        {
            MtToMxParty.Account(target, account.Lines[0], account.Lines[0].Value, at + "Acct");
            if (account.Lines.Count > 1) target.Put(at + "Acct/Ownr/Id/OrgId/AnyBIC", account.Lines[1]);
        }

        if (source.Sender is { } sender)
            target.Put(at + "Acct/Svcr/FinInstnId/BICFI", sender, MtSource.BicOf(sender.Value));
        if (source.Receiver is { } receiver)
            target.Put(root + "GrpHdr/MsgRcpt/Id/OrgId/AnyBIC", receiver, MtSource.BicOf(receiver.Value));
        // YYMMDDHHMM, a sign and HHMM.
        if (source.First("13D") is { Text.Length: 15 } made && MtToMx.Day(made.Text) is { } day)
        {
            string value = made.Text;
            target.Put(at + "CreDtTm", made.Lines[0],
                $"{MtToMx.Text(day)}T{value[6..8]}:{value[8..10]}:00{value[10]}{value[11..13]}:{value[13..]}");
        }

        return reference;
    }

    // D or C, a date, a currency and an amount.
    private static void Balance(MxTarget target, SourceLeaf leaf, string at, string code, bool isIntermediate)
    {
        target.Put(at + "Tp/CdOrPrtry/Cd", leaf, code);
        if (isIntermediate) target.Put(at + "Tp/SubTp/Cd", leaf, "INTM");
        MtToMx.Amount(target, at + "Amt", leaf, 7);
        target.Put(at + "CdtDbtInd", leaf, leaf.Value[0] == 'D' ? "DBIT" : "CRDT");
        target.Put(at + "Dt/Dt", leaf, MtToMx.Day(leaf.Value[1..]) is { } day ? MtToMx.Text(day) : leaf.Value[1..7]);
    }

    // 90D and 90C: a number, a currency and a sum.
    private static void Totals(MtSource source, MxTarget target, string at)
    {
        foreach ((string tag, string name) in ((string, string)[])[("90C", "TtlCdtNtries"), ("90D", "TtlDbtNtries")])
        {
            if (source.First(tag)?.Lines[0] is not { } leaf) continue;
            int digits = 0;
            while (digits < leaf.Value.Length && char.IsAsciiDigit(leaf.Value[digits])) digits++;
            target.Put($"{at}TxsSummry/{name}/NbOfNtries", leaf, leaf.Value[..digits]);
            target.Put($"{at}TxsSummry/{name}/Sum", leaf,
                MtToMx.Number(leaf.Value[(digits + 3)..]).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Entry(MxTarget target, MtField field, MtField? text, string at, string? currency, bool isBooked)
    {
        SourceLeaf leaf = field.Lines[0];
        if (StatementLine.Read(leaf.Value) is not { } line || currency is null) return;

        string details = at + "NtryDtls/TxDtls/";
        target.PutAmount(at + "Amt", leaf, currency, line.Amount);
        target.Put(at + "CdtDbtInd", leaf, line.IsCredit ? "CRDT" : "DBIT");
        if (line.IsReversal) target.Put(at + "RvslInd", leaf, "true");
        if (line.Mark[0] == 'E') target.Derive(at + "Sts/Cd", "INFO"); // expected, not booked
        else if (isBooked) target.Default(at + "Sts/Cd", "BOOK", "a statement's entries are booked");
        else target.Default(at + "Sts/Cd", "INFO", "the report does not say whether the entry is booked");
        if (line.EntryDate is { } booked) target.Put(at + "BookgDt/Dt", leaf, MtToMx.Text(booked));
        target.Put(at + "ValDt/Dt", leaf, MtToMx.Text(line.ValueDate));
        if (line.BankReference is { Length: > 0 }) target.Put(at + "AcctSvcrRef", leaf, line.BankReference);
        target.Put(at + "BkTxCd/Prtry/Cd", leaf, line.Type);
        if (line.Reference is { Length: > 0 } and not "NONREF")
            target.Put(details + "Refs/EndToEndId", leaf, line.Reference);
        if (field.Lines.Count > 1)
        {
            target.PutLines(details + "AddtlTxInf", [.. field.Lines.Skip(1)],
                string.Join(' ', field.Lines.Skip(1).Select(each => each.Value)));
        }

        if (text is not null) Text(target, text, at + "AddtlNtryInf");
    }

    private static void Text(MxTarget target, MtField field, string path) => target.PutLines(path, field.Lines,
        string.Join(' ', field.Lines.Select(line => line.Value)), field.Lines.Count > 1 ? Remarks.FreeText : null);
}
