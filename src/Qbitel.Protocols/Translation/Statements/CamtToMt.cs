using System.Globalization;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Statements;

/// <summary>camt.053.001.08 with one statement to MT940, and camt.052.001.08 with one report to MT942.</summary>
internal static class CamtToMt
{
    public static MtTarget Statement(MxSource source)
    {
        MxElement root = source.Root.Find("BkToCstmrStmt")!, statement = MxToMt.Single(root, "Stmt");
        MtTarget target = new("940", source.Ledger);
        Begin(source, target, root, statement, "StmtPgntn");
        MxElement[] balances = [.. statement.Children.Where(child => child.Name == "Bal")];
        bool isLast = source.At(statement, "StmtPgntn/LastPgInd") is not { Value: "false" or "0" };
        Balance(source, target, balances, "OPBD", source.At(statement, "StmtPgntn/PgNb") is { } page
            && page.Value.TrimStart('0') is not ("1" or "") ? "60M" : "60F");
        Entries(source, target, statement);
        Balance(source, target, balances, "CLBD", isLast ? "62F" : "62M");
        Balance(source, target, balances, "CLAV", "64");
        Balance(source, target, balances, "FWAV", "65", most: int.MaxValue);
        Text(target, source.At(statement, "AddtlStmtInf"));
        return target;
    }

    public static MtTarget Report(MxSource source)
    {
        MxElement root = source.Root.Find("BkToCstmrAcctRpt")!, report = MxToMt.Single(root, "Rpt");
        MtTarget target = new("942", source.Ledger);
        Begin(source, target, root, report, "RptPgntn");
        string? currency = report.Children.Where(child => child.Name is "Ntry" or "Bal")
            .Select(child => child.Find("Amt")?.Currency).FirstOrDefault(code => code is not null)
            ?? source.At(report, "Acct/Ccy")?.Value;
        if (currency is not null)
            target.Default("34F", currency + "0,", "no entry is left out: the report knows no limit");
        Made(source, target, root, report);
        Entries(source, target, report);
        foreach ((string tag, string name) in ((string, string)[])[("90D", "TtlDbtNtries"), ("90C", "TtlCdtNtries")])
        {
            MxElement? total = report.Find("TxsSummry/" + name);
            if (source.At(total, "NbOfNtries") is not { Value.Length: <= 5 } count
                || source.At(total, "Sum") is not { } sum || currency is null || !decimal.TryParse(sum.Value,
                    NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount))
            {
                continue;
            }

            target.Add(tag, $"{count.Value}{currency}{MtTarget.Number(amount)}");
            MxToMt.Take(count, "4/" + tag);
            MxToMt.Take(sum, "4/" + tag);
        }

        Text(target, source.At(report, "AddtlRptInf"));
        return target;
    }

    private static void Begin(MxSource source, MtTarget target, MxElement root, MxElement item, string pagination)
    {
        MxElement? group = root.Find("GrpHdr");
        Address(source, target, group, item);
        MxToMt.Reference(source, target, "20", source.At(item, "Id"), source.At(group, "MsgId"));
        Account(source, target, item);
        SourceLeaf? sequence = source.At(item, "LglSeqNb") ?? source.At(item, "ElctrncSeqNb");
        SourceLeaf? page = source.At(item, pagination + "/PgNb");
        if (sequence is not { Value.Length: > 0 and <= 5 } || !Ascii.IsDigits(sequence.Value))
        {
            target.Default("28C", "0", "the source numbers its statements in no form FIN has, or not at all");
            return;
        }

        bool hasPage = page is { Value.Length: > 0 and <= 5 } && Ascii.IsDigits(page.Value);
        target.Add("28C", hasPage ? $"{sequence.Value}/{page!.Value}" : sequence.Value);
        MxToMt.Take(sequence, "4/28C");
        if (hasPage) MxToMt.Take(page, "4/28C");
        MxToMt.Take(source.At(item, pagination + "/LastPgInd"), "4/62", "the closing balance's option says it");
    }

    /// <summary>25, or 25P where the owner is named.</summary>
    internal static void Account(MxSource source, MtTarget target, MxElement item)
    {
        MxElement? account = item.Find("Acct");
        SourceLeaf? number = source.At(account, "Id/IBAN") ?? source.At(account, "Id/Othr/Id");
        SourceLeaf? owner = source.At(account, "Ownr/Id/OrgId/AnyBIC");
        (string text, string? loss) = MtTarget.Fit(number?.Value ?? MtToMx.NotProvided, 35);
        target.Add(owner is null ? "25" : "25P", owner is null ? text : $"{text}\n{owner.Value}");
        number?.Account(loss is null ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/25", loss);
        MxToMt.Take(owner, "4/25P");
    }

    internal static void Address(MxSource source, MtTarget target, MxElement? group, MxElement item)
    {
        (target.Sender, SourceLeaf? sender) = First(source.At(item, "Acct/Svcr/FinInstnId/BICFI"),
            source.At(source.Header, "Fr/FIId/FinInstnId/BICFI"));
        (target.Receiver, SourceLeaf? receiver) = First(source.At(group, "MsgRcpt/Id/OrgId/AnyBIC"),
            source.At(source.Header, "To/FIId/FinInstnId/BICFI"));
        foreach ((SourceLeaf? leaf, SourceLeaf? taken, string place) in ((SourceLeaf?, SourceLeaf?, string)[])[
            (source.At(source.Header, "Fr/FIId/FinInstnId/BICFI"), sender, "1/logicalTerminal"), (sender, sender,
                "1/logicalTerminal"),
            (source.At(source.Header, "To/FIId/FinInstnId/BICFI"), receiver, "2/address"), (receiver, receiver,
                "2/address")])
        {
            if (leaf is not null && taken is not null && MxToMt.Same(leaf.Value, taken.Value)) MxToMt.Take(leaf, place);
        }

        MxToMt.Take(source.At(source.Header, "MsgDefIdr"), "2/type");
        if (source.At(source.Header, "Prty") is { } priority)
        {
            target.Priority = priority.Value == "HIGH" ? 'U' : 'N';
            MxToMt.Take(priority, "2/priority");
        }

        static (Bic?, SourceLeaf?) First(params SourceLeaf?[] leaves)
        {
            foreach (SourceLeaf? leaf in leaves)
                if (leaf is not null && Bic.TryParse(leaf.Value, out Bic bic)) return (bic, leaf);
            return (null, null);
        }
    }

    // 13D: when the report was made, with its offset.
    private static void Made(MxSource source, MtTarget target, MxElement root, MxElement report)
    {
        SourceLeaf? leaf = source.At(report, "CreDtTm") ?? source.At(root.Find("GrpHdr"), "CreDtTm");
        string value = leaf?.Value ?? "";
        bool hasOffset = value.EndsWith('Z') || (value.Length > 19 && value[^6] is '+' or '-');
        string offset = !hasOffset || value.EndsWith('Z') ? "+0000" : value[^6..].Replace(":", "",
            StringComparison.Ordinal);
        if (leaf is null || value.Length < 19) return;
        target.Add("13D", $"{value[2..4]}{value[5..7]}{value[8..10]}{value[11..13]}{value[14..16]}{offset}");
        bool isWhole = value[17..19] == "00" && hasOffset;
        leaf.Account(isWhole ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/13D", isWhole ? null
            : hasOffset ? "FIN's times have no seconds" : "the source has no offset: FIN's stands at +0000");
    }

    private static void Balance(MxSource source, MtTarget target, MxElement[] balances, string code, string tag,
        int most = 1)
    {
        foreach (MxElement balance in balances.Where(each => each.ValueAt("Tp/CdOrPrtry/Cd") == code).Take(most))
        {
            SourceLeaf? day = source.At(balance, "Dt/Dt") ?? source.At(balance, "Dt/DtTm");
            if (MxSource.Amount(balance.Find("Amt")) is not { } money
                || MxToMt.Day(day?.Value) is not { } known)
            {
                continue;
            }

            char mark = balance.ValueAt("CdtDbtInd") == "DBIT" ? 'D' : 'C';
            string written = Swift.Fields.SwiftValue.WriteDate(known);
            target.Add(tag, $"{mark}{written}{money.Currency}{MtTarget.Number(money.Amount)}");
            foreach (string path in (string[])["Tp/CdOrPrtry/Cd", "Tp/SubTp/Cd", "Amt", "CdtDbtInd"])
                MxToMt.Take(source.At(balance, path), "4/" + tag);
            day!.Account(day.Value.Length <= 10 ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/" + tag,
                day.Value.Length <= 10 ? null : "FIN's balances have no time");
        }
    }

    private static void Entries(MxSource source, MtTarget target, MxElement item)
    {
        foreach (MxElement entry in item.Children.Where(child => child.Name == "Ntry"))
        {
            MxElement[] details = [.. entry.Children.Where(child => child.Name == "NtryDtls")
                .SelectMany(each => each.Children.Where(child => child.Name == "TxDtls"))];
            SourceLeaf? value = source.At(entry, "ValDt/Dt") ?? source.At(entry, "ValDt/DtTm")
                ?? source.At(entry, "BookgDt/Dt") ?? source.At(entry, "BookgDt/DtTm");
            if (MxSource.Amount(entry.Find("Amt")) is not { } money
                || MxToMt.Day(value?.Value) is not { } day)
            {
                continue;
            }

            SourceLeaf? booked = source.At(entry, "BookgDt/Dt") ?? source.At(entry, "BookgDt/DtTm");
            bool isReversal = entry.ValueAt("RvslInd") is "true" or "1",
                isCredit = entry.ValueAt("CdtDbtInd") == "CRDT";
            // A reversal of a credit takes money away: RC is a debit.
            string mark = isReversal ? isCredit ? "RD" : "RC" : isCredit ? "C" : "D";
            SourceLeaf? code = source.At(entry, "BkTxCd/Prtry/Cd");
            bool isCode = code is { Value.Length: 4 } && code.Value[0] is 'N' or 'S' or 'F'
                && code!.Value.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
            SourceLeaf? reference = details.Select(each => source.At(each, "Refs/EndToEndId"))
                .FirstOrDefault(leaf => leaf is not null && leaf.Value != MtToMx.NotProvided);
            SourceLeaf? bank = source.At(entry, "AcctSvcrRef");
            string own = Fit(reference, 16, "NONREF"), theirs = bank is null ? "" : "//" + Fit(bank, 16, "");
            string entryDay = MxToMt.Day(booked?.Value) is { } known
                ? known.ToString("MMdd", CultureInfo.InvariantCulture) : "";
            string text = $"{Swift.Fields.SwiftValue.WriteDate(day)}{entryDay}{mark}{MtTarget.Number(money.Amount)}"
                + (isCode ? code!.Value : "NMSC") + own + theirs;
            SourceLeaf? supplementary = details.Select(each => source.At(each, "AddtlTxInf")).FirstOrDefault(leaf =>
                leaf is not null);
            if (supplementary is not null)
            {
                (string written, string? loss) = MtTarget.Fit(supplementary.Value.Replace('\n', ' '), 34);
                text += "\n" + written;
                supplementary.Account(loss is null ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/61", loss);
            }

            target.Add("61", text);
            foreach (string path in (string[])["Amt", "CdtDbtInd", "RvslInd"])
            {
                MxToMt.Take(source.At(entry, path),
                    "4/61");
            }

            foreach (SourceLeaf? date in (SourceLeaf?[])[value, booked])
            {
                date?.Account(date.Value.Length <= 10 ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/61",
                    date.Value.Length <= 10 ? null : "FIN's entries have no time");
            }

            if (isCode) MxToMt.Take(code, "4/61");
            if (source.At(entry, "Sts/Cd") is { } status)
            {
                MxToMt.Take(status, "4/61", status.Value == "BOOK" ? "a statement's entries are booked"
                    : "FIN does not tell");
            }

            Text(target, source.At(entry, "AddtlNtryInf"));
        }

        static string Fit(SourceLeaf? leaf, int most, string otherwise)
        {
            if (leaf is null) return otherwise;
            (string written, string? loss) = MtTarget.Fit(leaf.Value.Replace("//", "/", StringComparison.Ordinal),
                most);
            bool isChanged = loss is not null || leaf.Value.Contains("//", StringComparison.Ordinal);
            leaf.Account(isChanged ? FieldOutcome.Truncated : FieldOutcome.Mapped, "4/61",
                loss ?? (isChanged ? "FIN parts references by '//'" : null));
            return written;
        }
    }

    private static void Text(MtTarget target, SourceLeaf? leaf)
    {
        if (leaf is null || leaf.Value.Length == 0) return;
        TextFold lines = new(65, 6);
        lines.Add(leaf.Value, [leaf], "4/86");
        target.Add("86", string.Join('\n', lines.Lines));
    }
}
