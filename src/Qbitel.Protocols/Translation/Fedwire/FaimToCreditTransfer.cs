using System.Globalization;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Fedwire;

/// <summary>
/// CTR, CTP and customers' drawdown payments to pacs.008.001.08; BTR, cover payments and banks' drawdown payments to
/// pacs.009.001.08.
/// </summary>
internal static class FaimToCreditTransfer
{
    public static MxOutput Customer(FaimSource source, DateTimeOffset? createdAt)
    {
        const string Header = "FIToFICstmrCdtTrf/GrpHdr/", Transfer = "FIToFICstmrCdtTrf/CdtTrfTxInf/";
        MxTarget target = new("pacs.008.001.08", source.Ledger);
        Begin(source, target, Header, Transfer, createdAt, source.Message.BusinessFunction == "DRW" ? "CTRD" : "CTRC");
        Charges(source, target, Transfer);
        Chain(source, target, Transfer);
        if (source.Has("5010")) FaimParty.OptionF(source, target, Transfer + "Dbtr");
        FaimParty.Customer(source, target, "5000", Transfer + "Dbtr");
        if (!FaimParty.Agent(source, target, "5100", Transfer + "DbtrAgt", Transfer + "DbtrAgtAcct"))
        {
            FaimParty.Otherwise(source, target, "3100", Transfer + "DbtrAgt",
                "without {5100} the sender holds the originator's account");
        }

        if (!FaimParty.Agent(source, target, "4100", Transfer + "CdtrAgt", Transfer + "CdtrAgtAcct"))
        {
            FaimParty.Otherwise(source, target, "3400", Transfer + "CdtrAgt",
                "without {4100} the receiver holds the beneficiary's account");
        }

        FaimParty.Customer(source, target, "4200", Transfer + "Cdtr");
        FaimToMx.Instructions(source, target, Transfer);
        FaimRemittance.Write(source, target, Transfer);
        if (source.Has("5010")) source.Drop("5000", "the originator stands in {5010} already");
        source.Drop("5010", "its number has no place, or does not have its form");
        return FaimToMx.Whole(source, target, createdAt);
    }

    public static MxOutput Bank(FaimSource source, DateTimeOffset? createdAt)
    {
        const string Header = "FICdtTrf/GrpHdr/", Transfer = "FICdtTrf/CdtTrfTxInf/";
        MxTarget target = new("pacs.009.001.08", source.Ledger);
        bool isCover = source.Message.Find("3610")?[1] == "COVS";
        Begin(source, target, Header, Transfer, createdAt,
            source.Message.BusinessFunction == "DRW" ? "BTRD" : isCover ? "COVS" : "BTRC");
        if (isCover)
        {
            source.At("3610", "Code")!.Account(FieldOutcome.Mapped, target.PathOf(Transfer
                + "PmtTpInf/LclInstrm/Prtry"));
        }

        Chain(source, target, Transfer);
        if (!FaimParty.Agent(source, target, "5000", Transfer + "Dbtr", Transfer + "DbtrAcct"))
            FaimParty.Otherwise(source, target, "3100", Transfer + "Dbtr", "without {5000} the sender is the debtor");
        FaimParty.Agent(source, target, "5100", Transfer + "DbtrAgt", Transfer + "DbtrAgtAcct");
        FaimParty.Agent(source, target, "4100", Transfer + "CdtrAgt", Transfer + "CdtrAgtAcct");
        if (!FaimParty.Agent(source, target, "4200", Transfer + "Cdtr", Transfer + "CdtrAcct"))
        {
            FaimParty.Otherwise(source, target, "3400", Transfer + "Cdtr",
                "without {4200} the receiver is the creditor");
        }

        FaimToMx.Instructions(source, target, Transfer);
        FaimToMx.Text(target, source.Lines("6000"), Transfer + "RmtInf/Ustrd", "", 140);
        if (isCover) Cover(source, target, Transfer + "UndrlygCstmrCdtTrf/");
        return FaimToMx.Whole(source, target, createdAt);
    }

    private static void Begin(FaimSource source, MxTarget target, string header, string transfer,
        DateTimeOffset? createdAt, string instrument)
    {
        FaimToMx.Group(source, target, header + "MsgId", header + "CreDtTm", createdAt);
        target.Derive(header + "NbOfTxs", "1");
        FaimToMx.Settlement(target, header + "SttlmInf/");
        target.Put(transfer + "PmtId/InstrId", source.At("3320", "Reference"));
        SourceLeaf? reference = source.At("4320", "Reference"), endToEnd = source.At("3620", "EndToEnd") ?? reference;
        if (endToEnd is not null)
        {
            target.Put(transfer + "PmtId/EndToEndId", endToEnd);
        }
        else
        {
            target.Default(transfer + "PmtId/EndToEndId", MtToMx.NotProvided,
                "neither {3620} nor {4320} has one: this is how ISO 20022 says so");
        }

        if (reference is not null && reference != endToEnd) target.Put(transfer + "PmtId/TxId", reference);
        target.Put(transfer + "PmtTpInf/LclInstrm/Prtry", source.At("3600", "Function"), instrument);
        FaimToMx.Amount(source, target, transfer + "IntrBkSttlmAmt");
        target.Put(transfer + "IntrBkSttlmDt", source.At("1520", "CycleDate"),
            MtToMx.Text(source.Message.Imad!.CycleDate));
        FaimParty.Participant(source, target, "3100", transfer + "InstgAgt");
        FaimParty.Participant(source, target, "3400", transfer + "InstdAgt");
        source.Drop("3500", "a transfer that reverses nothing has no place for it");
        source.Drop("3620", "whom to tell of the payment has no place in it");
        source.Ledger.Remark(FaimToMx.NoUetr);
    }

    private static void Chain(FaimSource source, MxTarget target, string transfer)
    {
        FaimParty.Agent(source, target, "5200", transfer + "PrvsInstgAgt1", transfer + "PrvsInstgAgt1Acct");
        FaimParty.Agent(source, target, "4000", transfer + "IntrmyAgt1", transfer + "IntrmyAgt1Acct");
    }

    private static void Charges(FaimSource source, MxTarget target, string transfer)
    {
        if (source.At("3700", "Details") is { } details)
        {
            target.Put(transfer + "ChrgBr", details, details.Value == "B" ? "CRED" : "SHAR");
        }
        else
        {
            target.Default(transfer + "ChrgBr", "SLEV", "{3700} does not stand: as the service level has it");
        }

        int number = 0;
        for (int i = 1; i <= 4; i++)
        {
            if (source.At("3700", $"Charge{i}") is not { } charge
                || Number(charge.Value[3..]) is not { } amount)
            {
                continue;
            }

            string path = $"{transfer}ChrgsInf[{++number}]/";
            target.PutAmount(path + "Amt", charge, charge.Value[..3], amount);
            FaimParty.Otherwise(source, target, "3100", path + "Agt",
                "{3700} does not say which bank took it: the sender stands here");
        }

        if (source.At("3710", "Amount") is { } instructed && Number(instructed.Value) is { } money)
        {
            SourceLeaf currency = source.At("3710", "Currency")!;
            target.PutAmount(transfer + "InstdAmt", instructed, currency.Value, money);
            currency.Account(FieldOutcome.Mapped, target.PathOf(transfer + "InstdAmt"));
        }

        if (source.At("3720", "Rate") is { } rate && Number(rate.Value) is { } value)
            target.Put(transfer + "XchgRate", rate, value.ToString(CultureInfo.InvariantCulture));
    }

    private static decimal? Number(string text) => decimal.TryParse(text.Replace(',', '.'),
        NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) ? value : null;

    // The fields of a FIN message stand in {70xx} under their own tags.
    private static void Cover(FaimSource source, MxTarget target, string at)
    {
        MtToMxParty.Customer(target, Field("7050", "50", "AFK", "K"), at + "Dbtr");
        Agent("7052", "52", at + "DbtrAgt");
        Agent("7056", "56", at + "IntrmyAgt1");
        Agent("7057", "57", at + "CdtrAgt");
        MtToMxParty.Customer(target, Field("7059", "59", "AF", ""), at + "Cdtr");
        foreach (string agent in (string[])["DbtrAgt", "CdtrAgt"])
        {
            if (!target.HasBelow(at + agent))
                target.Default(at + agent + "/FinInstnId/Nm", MtToMx.NotProvided, "the cover names none");
        }

        FaimToMx.Text(target, source.Lines("7070"), at + "RmtInf/Ustrd", "", 140);
        FaimToMx.Text(target, source.Lines("7072"), at + "InstrForNxtAgt", "/InstrInf", 140);
        if (source.At("7033", "Amount") is { Value.Length: > 3 } amount
            && Identifiers.Currency.TryParse(amount.Value.AsSpan(0, 3), out _)
                && Number(amount.Value[3..]) is { } money)
        {
            target.PutAmount(at + "InstdAmt", amount, amount.Value[..3], money);
        }

        foreach (string tag in (string[])["7033", "7050", "7052", "7056", "7057", "7059", "7070", "7072"])
        {
            source.At(tag, "FieldTag")?.Account(FieldOutcome.Mapped, target.PathOf(at.TrimEnd('/')),
                "which field it was, its place says");
        }

        MtField Field(string tag, string number, string options, string otherwise)
        {
            string name = source.At(tag, "FieldTag")?.Value ?? "";
            bool isKnown = name.Length == 3 && name.StartsWith(number, StringComparison.Ordinal)
                && options.Contains(name[2], StringComparison.Ordinal);
            return new MtField(number + (isKnown ? name[2..] : otherwise), source.Lines(tag));
        }

        void Agent(string tag, string number, string agent)
        {
            MtField field = Field(tag, number, "AD", "D");
            if (field.Lines.Count > 0) MtToMxParty.Agent(target, field, agent, agent + "Acct");
        }
    }
}
