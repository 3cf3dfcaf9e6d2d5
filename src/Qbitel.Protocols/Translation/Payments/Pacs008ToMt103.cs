using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>pacs.008 with one transaction to MT103.</summary>
internal static class Pacs008ToMt103
{
    private static readonly string[] Operations = ["CRTS", "SPAY", "SPRI", "SSTD"];
    private static readonly string[] Instructions =
        ["PHON", "PHOI", "TELE", "TELI", "REPA", "CHQB", "HOLD", "PHOB", "TELB", "SDVA", "INTC", "CORT"];
    private static readonly string[] WithText = ["PHON", "PHOB", "PHOI", "TELE", "TELB", "TELI", "HOLD", "REPA"];

    public static MtTarget Run(MxSource source)
    {
        MxElement message = source.Root.Find("FIToFICstmrCdtTrf")!, group = message.Find("GrpHdr")!;
        MxElement transfer = MxToMt.Single(message, "CdtTrfTxInf");
        MtTarget target = new("103", source.Ledger);
        MxToMt.Envelope(source, target, group, transfer);
        if (source.At(transfer, "PmtId/UETR") is { } uetr) target.User("121", uetr, uetr.Value);

        MxToMt.Reference(source, target, "20", source.At(transfer, "PmtId/InstrId"), source.At(group, "MsgId"));
        MxToMt.Times(source, target, transfer);
        MxElement? type = transfer.Find("PmtTpInf") ?? group.Find("PmtTpInf");
        Operation(source, target, type);
        InstructionCodes(source, target, transfer, type);
        if (source.At(transfer, "Purp/Prtry") is { Value.Length: 3 } purpose
            && purpose.Value.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
        {
            target.Put("26T", purpose);
        }

        MxToMt.Settlement(source, target, group, transfer);

        bool isInstructed = Instructed(source, target, transfer);
        MxToMtParty.Customer(source, target, "50", transfer.Find("Dbtr"), transfer.Find("DbtrAcct"));
        MxToMt.AgentUnless(source, target, "52", "AD", transfer.Find("DbtrAgt"), transfer.Find("DbtrAgtAcct"),
            target.Sender, "1/logicalTerminal");
        MxToMt.Reimbursement(source, target, group);
        MxToMtParty.Agent(source, target, "56", "ACD", transfer.Find("IntrmyAgt1"), transfer.Find("IntrmyAgt1Acct"));
        bool hasIntermediary = target.Has("56A") || target.Has("56C") || target.Has("56D");
        MxToMt.AgentUnless(source, target, "57", "ABCD", transfer.Find("CdtrAgt"), transfer.Find("CdtrAgtAcct"),
            hasIntermediary ? null : target.Receiver, "2/address");
        MxToMtParty.Customer(source, target, "59", transfer.Find("Cdtr"), transfer.Find("CdtrAcct"));
        MxToMt.Remittance(source, target, source.At(transfer, "PmtId/EndToEndId"), transfer.Find("RmtInf"));
        Charges(source, target, transfer, isInstructed);
        MxToMt.Instructions(source, target, transfer, leaf => leaf.IsAccounted);
        Reporting(source, target, transfer);
        return target;
    }

    private static void Operation(MxSource source, MtTarget target, MxElement? type)
    {
        if (source.At(type, "LclInstrm/Prtry") is { } operation
            && Operations.Contains(operation.Value, StringComparer.Ordinal))
        {
            target.Put("23B", operation);
        }
        else
        {
            target.Add("23B", "CRED"); // what the message says by its type
        }

        foreach (MxElement level in type?.Children.Where(child => child.Name == "SvcLvl") ?? [])
        {
            if (source.At(level, "Cd") is { Value: ['G', '0', _, _] } service && char.IsAsciiDigit(service.Value[2])
                && char.IsAsciiDigit(service.Value[3]) && !service.IsAccounted)
            {
                target.User("111", service, service.Value[1..]);
                break;
            }
        }
    }

    private static void InstructionCodes(MxSource source, MtTarget target, MxElement transfer, MxElement? type)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        IEnumerable<SourceLeaf?> codes = (type?.Children.Where(child => child.Name == "SvcLvl") ?? [])
            .Select(level => source.At(level, "Cd")).Where(leaf => leaf?.Value == "SDVA")
            .Append(source.At(type, "CtgyPurp/Cd"));
        foreach (SourceLeaf? leaf in codes)
        {
            if (leaf is { Value: "SDVA" or "INTC" or "CORT" } && seen.Add(leaf.Value)) target.Put("23E", leaf);
        }

        foreach (MxElement instruction in transfer.Children.Where(child => child.Name == "InstrForCdtrAgt"))
        {
            if (source.At(instruction, "Cd") is not { } code || !Instructions.Contains(code.Value,
                StringComparer.Ordinal)
                || !seen.Add(code.Value))
            {
                continue;
            }

            SourceLeaf? text = source.At(instruction, "InstrInf");
            if (text is null || !WithText.Contains(code.Value, StringComparer.Ordinal))
            {
                target.Put("23E", code);
                continue;
            }

            (string written, string? loss) = MtTarget.Fit(text.Value.Replace('\n', ' '), 30);
            target.Add("23E", $"{code.Value}/{written}");
            MxToMt.Take(code, "4/23E");
            text.Account(loss is null ? FieldOutcome.Mapped : FieldOutcome.Truncated, "4/23E", loss);
        }

        foreach (MxElement instruction in transfer.Children.Where(child => child.Name == "InstrForNxtAgt"))
        {
            // /CODE/text, as this translation writes a code that ISO 20022 does not have.
            if (source.At(instruction, "InstrInf") is not { } text || text.Value.Length < 6 || text.Value[0] != '/'
                || text.Value[5] != '/' || text.Value.Length > 36 || MtTarget.Clean(text.Value) != text.Value)
            {
                continue;
            }

            string code = text.Value[1..5], rest = text.Value[6..];
            bool isCode = Instructions.Contains(code, StringComparer.Ordinal)
                && (rest.Length == 0 || WithText.Contains(code, StringComparer.Ordinal));
            if (isCode && seen.Add(code)) target.Put("23E", text, rest.Length == 0 ? code : $"{code}/{rest}");
        }
    }

    private static bool Instructed(MxSource source, MtTarget target, MxElement transfer)
    {
        MxElement? amount = transfer.Find("InstdAmt");
        (string Currency, decimal Amount)? settled = MxSource.Amount(transfer.Find("IntrBkSttlmAmt"));
        if (MxSource.Amount(amount) is { } money)
            target.Put("33B", source.Of(amount), money.Currency + MtTarget.Number(money.Amount));
        SourceLeaf? rate = source.At(transfer, "XchgRate");
        bool isConverted = MxSource.Amount(amount) is { } instructed && settled is { } known
            && instructed.Currency != known.Currency;
        if (rate is not null && isConverted && decimal.TryParse(rate.Value,
            System.Globalization.NumberStyles.AllowDecimalPoint,
            System.Globalization.CultureInfo.InvariantCulture, out decimal value))
        {
            string text = MtTarget.Number(value);
            target.Put("36", rate, text, 12);
        }
        else
        {
            rate?.Account(FieldOutcome.Dropped, null, "field 36 stands only where 33B is in another currency");
        }

        return amount is not null;
    }

    private static void Charges(MxSource source, MtTarget target, MxElement transfer, bool isInstructed)
    {
        SourceLeaf? bearer = source.At(transfer, "ChrgBr");
        string details = bearer?.Value switch { "DEBT" => "OUR", "CRED" => "BEN", _ => "SHA" };
        if (bearer is not null)
        {
            target.Put("71A", bearer, details, note: bearer.Value == "SLEV" ? "FIN has no charges by service level"
                : null);
        }

        string tag = details == "OUR" ? "71G" : "71F";
        MxElement[] charges = [.. transfer.Children.Where(child => child.Name == "ChrgsInf")];
        if (details == "BEN" && charges.Length == 0)
        {
            (string currency, decimal amount) = MxSource.Amount(transfer.Find("IntrBkSttlmAmt"))!.Value;
            if (!isInstructed)
            {
                target.Default("33B", currency + MtTarget.Number(amount),
                    "with BEN the instructed amount must stand: the settled one stands here");
            }

            target.Default("71F", currency + "0,", "with BEN what was taken must stand: nothing was said to be");
            return;
        }

        for (int i = 0; i < charges.Length; i++)
        {
            MxElement? amount = charges[i].Find("Amt");
            bool isPlaced = isInstructed && (tag == "71F" || i == 0) && MxSource.Amount(amount) is not null;
            if (!isPlaced)
            {
                foreach (SourceLeaf leaf in source.Below(charges[i]))
                {
                    leaf.Account(FieldOutcome.Dropped, null, isInstructed ? "71G stands once"
                        : "charges stand beside an instructed amount only");
                }

                continue;
            }

            (string currency, decimal money) = MxSource.Amount(amount)!.Value;
            target.Put(tag, source.Of(amount), currency + MtTarget.Number(money));
            string? end = tag == "71G" ? target.Receiver?.Code : target.Sender?.Code;
            if (source.At(charges[i], "Agt/FinInstnId/BICFI") is { } agent)
            {
                bool isEnd = end is not null && MxToMt.Same(agent.Value, end);
                agent.Account(isEnd ? FieldOutcome.Mapped : FieldOutcome.Dropped,
                    isEnd ? tag == "71G" ? "2/address" : "1/logicalTerminal" : null,
                    isEnd ? null : $"field {tag} does not say which bank took it");
            }
        }
    }

    private static void Reporting(MxSource source, MtTarget target, MxElement transfer)
    {
        TextFold lines = new(35, 3);
        foreach (MxElement report in transfer.Children.Where(child => child.Name == "RgltryRptg"))
        {
            foreach (MxElement details in report.Children.Where(child => child.Name == "Dtls"))
            {
                foreach (MxElement text in details.Children.Where(child => child.Name == "Inf"))
                    if (source.Of(text) is { Value.Length: > 0 } leaf) lines.Add(leaf.Value, [leaf], "4/77B");
            }
        }

        if (lines.Lines.Count > 0) target.Add("77B", string.Join('\n', lines.Lines));
    }
}
