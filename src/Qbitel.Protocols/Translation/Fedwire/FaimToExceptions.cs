using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation.Fedwire;

/// <summary>Reversals, requests for them, drawdown requests and their refusals.</summary>
internal static class FaimToExceptions
{
    // What the original was called in ISO 20022 nobody wrote down: it was a message of this format.
    private const string OriginalName = "FAIM";

    /// <summary>Subtypes 02 and 08: pacs.004.001.10.</summary>
    public static MxOutput Return(FaimSource source, DateTimeOffset? createdAt)
    {
        const string Header = "PmtRtr/GrpHdr/", Return = "PmtRtr/TxInf/";
        MxTarget target = new("pacs.004.001.10", source.Ledger);
        FaimToMx.Group(source, target, Header + "MsgId", Header + "CreDtTm", createdAt);
        target.Derive(Header + "NbOfTxs", "1");
        FaimToMx.Settlement(target, Header + "SttlmInf/");
        target.Put(Return + "RtrId", source.At("3320", "Reference"));
        Original(source, target, Return + "OrgnlGrpInf/");
        FaimToMx.Amount(source, target, Return + "RtrdIntrBkSttlmAmt");
        target.Put(Return + "IntrBkSttlmDt", source.At("1520", "CycleDate"),
            MtToMx.Text(source.Message.Imad!.CycleDate));
        FaimParty.Participant(source, target, "3100", Return + "InstgAgt");
        FaimParty.Participant(source, target, "3400", Return + "InstdAgt");
        if (source.Has("5000") && source.Has("4200"))
        {
            FaimParty.Customer(source, target, "5000", Return + "RtrChain/Dbtr/Pty", Return + "RtrChain/DbtrAcct");
            FaimParty.Agent(source, target, "5100", Return + "RtrChain/DbtrAgt", Return + "RtrChain/DbtrAgtAcct");
            FaimParty.Agent(source, target, "4100", Return + "RtrChain/CdtrAgt", Return + "RtrChain/CdtrAgtAcct");
            FaimParty.Customer(source, target, "4200", Return + "RtrChain/Cdtr/Pty", Return + "RtrChain/CdtrAcct");
        }

        Reason(source, target, Return + "RtrRsnInf/AddtlInf");
        return FaimToMx.Whole(source, target, createdAt);
    }

    /// <summary>Subtypes 01 and 07: camt.056.001.08.</summary>
    public static MxOutput Cancellation(FaimSource source, DateTimeOffset? createdAt)
    {
        const string Assignment = "FIToFIPmtCxlReq/Assgnmt/", Request = "FIToFIPmtCxlReq/Undrlyg/TxInf/";
        MxTarget target = new("camt.056.001.08", source.Ledger);
        FaimToMx.Group(source, target, Assignment + "Id", Assignment + "CreDtTm", createdAt);
        FaimParty.Participant(source, target, "3100", Assignment + "Assgnr/Agt");
        FaimParty.Participant(source, target, "3400", Assignment + "Assgne/Agt");
        target.Put(Request + "CxlId", source.At("3320", "Reference"));
        Original(source, target, Request + "OrgnlGrpInf/");
        FaimToMx.Amount(source, target, Request + "OrgnlIntrBkSttlmAmt");
        Reason(source, target, Request + "CxlRsnInf/AddtlInf");
        return FaimToMx.Whole(source, target, createdAt);
    }

    /// <summary>Subtype 31: pain.013.001.07.</summary>
    public static MxOutput DrawdownRequest(FaimSource source, DateTimeOffset? createdAt)
    {
        const string Header = "CdtrPmtActvtnReq/GrpHdr/", Payment = "CdtrPmtActvtnReq/PmtInf/";
        const string Transfer = Payment + "CdtTrfTx/";
        MxTarget target = new("pain.013.001.07", source.Ledger);
        FaimToMx.Group(source, target, Header + "MsgId", Header + "CreDtTm", createdAt);
        target.Derive(Header + "NbOfTxs", "1");
        // Who asks is the sender, a bank: the routing number of an organisation.
        SourceLeaf aba = source.At("3100", "Aba")!;
        if (source.At("3100", "ShortName") is { } name) target.Put(Header + "InitgPty/Nm", name);
        target.Put(Header + "InitgPty/Id/OrgId/Othr/Id", aba);
        target.Put(Header + "InitgPty/Id/OrgId/Othr/SchmeNm/Cd", aba, "BANK");
        if (source.At("3320", "Reference") is { } own) target.Put(Payment + "PmtInfId", own);
        else target.PutLines(Payment + "PmtInfId", source.All("1520"), source.Message.Imad!.Value);
        target.Derive(Payment + "PmtMtd", "TRF");
        target.Put(Payment + "ReqdExctnDt/Dt", source.At("1520", "CycleDate"),
            MtToMx.Text(source.Message.Imad!.CycleDate));
        target.Put(Payment + "PmtTpInf/LclInstrm/Prtry", source.At("3600", "Function"),
            source.Message.BusinessFunction == "DRB" ? "DRRB" : "DRRC");
        FaimParty.Customer(source, target, "4400", Payment + "Dbtr");
        FaimParty.Participant(source, target, "3400", Payment + "DbtrAgt");
        target.Put(Transfer + "PmtId/InstrId", source.At("3320", "Reference"));
        if (source.At("4320", "Reference") is { } reference)
        {
            target.Put(Transfer + "PmtId/EndToEndId", reference);
        }
        else
        {
            target.Default(Transfer + "PmtId/EndToEndId", MtToMx.NotProvided,
                "{4320} has none: this is how ISO 20022 says so");
        }

        FaimToMx.Amount(source, target, Transfer + "Amt/InstdAmt");
        target.Default(Transfer + "ChrgBr", "SLEV", "FAIM says nothing of charges here");
        if (source.At("5400", "Account") is { } credited)
        {
            target.Put(Transfer + "CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd", credited, "USABA");
            target.Put(Transfer + "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId", credited);
        }

        FaimParty.Customer(source, target, "4200", Transfer + "Cdtr");
        if (!target.HasBelow(Transfer + "Cdtr"))
            target.Default(Transfer + "Cdtr/Nm", MtToMx.NotProvided, "{4200} does not stand");
        FaimToMx.Text(target, source.Lines("6000"), Transfer + "RmtInf/Ustrd", "", 140);
        return FaimToMx.Whole(source, target, createdAt);
    }

    /// <summary>Subtype 33: pain.014.001.07.</summary>
    public static MxOutput DrawdownRefusal(FaimSource source, DateTimeOffset? createdAt)
    {
        const string Report = "CdtrPmtActvtnReqStsRpt/";
        MxTarget target = new("pain.014.001.07", source.Ledger);
        FaimToMx.Group(source, target, Report + "GrpHdr/MsgId", Report + "GrpHdr/CreDtTm", createdAt);
        SourceLeaf aba = source.At("3100", "Aba")!;
        if (source.At("3100", "ShortName") is { } name) target.Put(Report + "GrpHdr/InitgPty/Nm", name);
        target.Put(Report + "GrpHdr/InitgPty/Id/OrgId/Othr/Id", aba);
        target.Put(Report + "GrpHdr/InitgPty/Id/OrgId/Othr/SchmeNm/Cd", aba, "BANK");
        Original(source, target, Report + "OrgnlGrpInfAndSts/");
        target.Put(Report + "OrgnlGrpInfAndSts/GrpSts", source.At("1510", "Subtype"), "RJCT");
        Reason(source, target, Report + "OrgnlGrpInfAndSts/StsRsnInf/AddtlInf");
        return FaimToMx.Whole(source, target, createdAt);
    }

    private static void Original(FaimSource source, MxTarget target, string at)
    {
        if (source.At("3500", "Identifier") is not { } previous) return;
        target.Put(at + "OrgnlMsgId", previous);
        target.Default(at + "OrgnlMsgNmId", OriginalName, "the original was a message of the archive format");
    }

    private static void Reason(FaimSource source, MxTarget target, string path)
    {
        SourceLeaf[] lines = [.. source.Lines("6000"), .. source.Lines("6500"), .. source.Lines("9000")];
        FaimToMx.Text(target, lines, path, "", 105);
    }
}
