using System.Globalization;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>MT103 and its STP and REMIT variants to pacs.008.001.08.</summary>
internal static class Mt103ToPacs008
{
    private const string Header = "FIToFICstmrCdtTrf/GrpHdr/", Transfer = "FIToFICstmrCdtTrf/CdtTrfTxInf/";

    // 23E with a code of its own in the target; the others become text for the next agent.
    private static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        ["CHQB"] = "InstrForCdtrAgt",
        ["HOLD"] = "InstrForCdtrAgt",
        ["PHOB"] = "InstrForCdtrAgt",
        ["TELB"] = "InstrForCdtrAgt",
        ["SDVA"] = "PmtTpInf/SvcLvl/Cd",
        ["INTC"] = "PmtTpInf/CtgyPurp/Cd",
        ["CORT"] = "PmtTpInf/CtgyPurp/Cd",
    };

    public static MxOutput Run(MtSource source, DateTimeOffset? createdAt)
    {
        MxTarget target = new("pacs.008.001.08", source.Ledger);
        SourceLeaf reference = source.First("20")!.Lines[0];
        target.Put(Header + "MsgId", reference);
        target.Derive(Header + "NbOfTxs", "1");
        target.Put(Transfer + "PmtId/InstrId", reference);
        if (source.User("121") is { } uetr) target.Put(Transfer + "PmtId/UETR", uetr.Lines[0]);

        MtField? remittance = source.First("70");
        MtToMx.Remittance(remittance, target, Transfer + "PmtId/EndToEndId", Transfer + "RmtInf/Ustrd");
        if (!target.Has(Transfer + "PmtId/EndToEndId"))
        {
            target.Default(Transfer + "PmtId/EndToEndId", MtToMx.NotProvided,
                "field 70 begins with no /ROC/: this is how ISO 20022 says so");
        }

        PaymentType(source, target);
        DateOnly? day = MtToMx.Settlement(source.First("32A")!, target, Transfer);
        MtToMx.Times(source, target, Transfer, day);
        if (source.First("33B") is { } instructed) MtToMx.Amount(target, Transfer + "InstdAmt", instructed.Lines[0], 0);
        if (source.First("36") is { } rate)
        {
            target.Put(Transfer + "XchgRate", rate.Lines[0],
                MtToMx.Number(rate.Text).ToString(CultureInfo.InvariantCulture));
        }

        MtToMx.Reimbursement(source.FirstOf("53"), source.FirstOf("54"), source.FirstOf("55"), target,
            Header + "SttlmInf/");
        Charges(source, target);
        MtToMx.Agents(source, target, Transfer);

        if (source.FirstOf("56") is { } intermediary)
            MtToMxParty.Agent(target, intermediary, Transfer + "IntrmyAgt1", Transfer + "IntrmyAgt1Acct");
        MtToMxParty.Customer(target, source.FirstOf("50")!, Transfer + "Dbtr");
        MtToMx.Agent(target, source.FirstOf("52"), Transfer + "DbtrAgt", Transfer + "DbtrAgtAcct",
            source.Sender, "without field 52 the sender holds the debtor's account");
        MtToMx.Agent(target, source.FirstOf("57"), Transfer + "CdtrAgt", Transfer + "CdtrAgtAcct",
            source.Receiver, "without field 57 the receiver holds the creditor's account");
        MtToMxParty.Customer(target, source.FirstOf("59")!, Transfer + "Cdtr");

        Instructions(source, target);
        if (source.First("26T") is { } purpose) target.Put(Transfer + "Purp/Prtry", purpose.Lines[0]);
        if (source.First("77B") is { } reporting)
        {
            for (int i = 0; i < reporting.Lines.Count; i++)
                target.Put($"{Transfer}RgltryRptg/Dtls/Inf[{i + 1}]", reporting.Lines[i]);
        }

        source.First("77T")?.Drop("an envelope of another format");
        source.FirstOf("51")?.Drop("the target has no sending institution besides the sender");
        MxTarget header = MtToMx.Header(source, target, reference.Value, reference, Header + "CreDtTm", day, createdAt);
        return new MxOutput(target, header);
    }

    private static void PaymentType(MtSource source, MxTarget target)
    {
        MtField operation = source.First("23B")!;
        if (operation.Text == "CRED")
        {
            operation.Map(target.PathOf("FIToFICstmrCdtTrf"), "what the message says by its type");
        }
        else
        {
            target.Put(Transfer + "PmtTpInf/LclInstrm/Prtry", operation.Lines[0]);
        }

        if (source.User("111") is { } service)
            target.Put(Transfer + "PmtTpInf/SvcLvl[1]/Cd", service.Lines[0], "G" + service.Text);
        if (source.User("113") is { } priority) priority.Drop("a bilateral priority");
    }

    private static void Charges(MtSource source, MxTarget target)
    {
        MtField details = source.First("71A")!;
        target.Put(Transfer + "ChrgBr", details.Lines[0], MtToMx.ChargeBearer(details.Text));

        int number = 0;
        foreach (MtField charge in source.Text.Where(field => field.Tag is "71F" or "71G"))
        {
            string path = $"{Transfer}ChrgsInf[{++number}]/";
            MtToMx.Amount(target, path + "Amt", charge.Lines[0], 0);
            bool isSenders = charge.Tag == "71F";
            SourceLeaf? agent = isSenders ? source.Sender : source.Receiver;
            if (agent is not null)
            {
                target.Default(path + "Agt/FinInstnId/BICFI", MtSource.BicOf(agent.Value), isSenders
                    ? "field 71F does not say which bank took it: the sender stands here"
                    : "field 71G is the receiver's");
            }
            else
            {
                target.Default(path + "Agt/FinInstnId/Nm", MtToMx.NotProvided, "the message names no bank");
            }
        }
    }

    private static void Instructions(MtSource source, MxTarget target)
    {
        MtToMx.Instructions(source.First("72"), target, Transfer);
        int creditor = Count(target, "InstrForCdtrAgt"), next = Count(target, "InstrForNxtAgt");
        foreach (MtField field in source.Text.Where(field => field.Tag == "23E"))
        {
            string code = field.Text[..4], text = field.Text.Length > 5 ? field.Text[5..] : "";
            string? place = Codes.GetValueOrDefault(code);
            SourceLeaf leaf = field.Lines[0];
            if (place == "InstrForCdtrAgt")
            {
                string path = $"{Transfer}InstrForCdtrAgt[{++creditor}]/";
                target.Put(path + "Cd", leaf, code);
                if (text.Length > 0) target.Put(path + "InstrInf", leaf, text);
            }
            else if (place == "PmtTpInf/CtgyPurp/Cd" && !target.Has(Transfer + place))
            {
                target.Put(Transfer + place, leaf);
            }
            else if (place == "PmtTpInf/SvcLvl/Cd")
            {
                int number = target.Has(Transfer + "PmtTpInf/SvcLvl[1]/Cd") ? 2 : 1;
                target.Put($"{Transfer}PmtTpInf/SvcLvl[{number}]/Cd", leaf);
            }
            else
            {
                target.Put($"{Transfer}InstrForNxtAgt[{++next}]/InstrInf", leaf, $"/{code}/{text}");
            }
        }
    }

    private static int Count(MxTarget target, string name)
    {
        int count = 0;
        while (target.HasBelow($"{Transfer}{name}[{count + 1}]")) count++;
        return count;
    }
}
