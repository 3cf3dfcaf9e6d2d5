using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Translation.Ends;

namespace Qbitel.Protocols.Translation.Payments;

/// <summary>pacs.009 with one transaction to MT202, or with a customer's transfer beneath it to MT202 COV.</summary>
internal static class Pacs009ToMt202
{
    public static MtTarget Run(MxSource source)
    {
        MxElement message = source.Root.Find("FICdtTrf")!, group = message.Find("GrpHdr")!;
        MxElement transfer = MxToMt.Single(message, "CdtTrfTxInf");
        MxElement? covered = transfer.Find("UndrlygCstmrCdtTrf");
        MtTarget target = new("202", source.Ledger);
        MxToMt.Envelope(source, target, group, transfer);
        if (covered is not null) target.Flag("119", "COV");
        if (source.At(transfer, "PmtId/UETR") is { } uetr) target.User("121", uetr, uetr.Value);
        if (source.At(transfer.Find("PmtTpInf/SvcLvl"), "Cd") is { Value: ['G', '0', _, _] } service)
            target.User("111", service, service.Value[1..]);

        MxToMt.Reference(source, target, "20", source.At(transfer, "PmtId/InstrId"), source.At(group, "MsgId"));
        if (source.At(transfer, "PmtId/EndToEndId") is { } related) MxToMt.PutReference(target, "21", related);
        MxToMt.Times(source, target, transfer);
        MxToMt.Settlement(source, target, group, transfer);
        MxToMt.AgentUnless(source, target, "52", "AD", transfer.Find("Dbtr"), transfer.Find("DbtrAcct"), target.Sender,
            "1/logicalTerminal");
        MxToMt.Reimbursement(source, target, group);
        MxToMtParty.Agent(source, target, "56", "AD", transfer.Find("IntrmyAgt1"), transfer.Find("IntrmyAgt1Acct"));
        MxToMtParty.Agent(source, target, "57", "ABD", transfer.Find("CdtrAgt"), transfer.Find("CdtrAgtAcct"));
        if (!MxToMtParty.Agent(source, target, "58", "AD", transfer.Find("Cdtr"), transfer.Find("CdtrAcct")))
            target.Default("58D", MtToMx.NotProvided, "the creditor has neither BIC nor name");
        MxToMt.Instructions(source, target, transfer);
        if (covered is not null) Cover(source, target, covered);
        return target;
    }

    private static void Cover(MxSource source, MtTarget target, MxElement covered)
    {
        MxToMtParty.Customer(source, target, "50", covered.Find("Dbtr"), covered.Find("DbtrAcct"));
        MxToMtParty.Agent(source, target, "52", "AD", covered.Find("DbtrAgt"), covered.Find("DbtrAgtAcct"));
        MxToMtParty.Agent(source, target, "56", "ACD", covered.Find("IntrmyAgt1"), covered.Find("IntrmyAgt1Acct"));
        MxToMtParty.Agent(source, target, "57", "ABCD", covered.Find("CdtrAgt"), covered.Find("CdtrAgtAcct"));
        MxToMtParty.Customer(source, target, "59", covered.Find("Cdtr"), covered.Find("CdtrAcct"));
        MxToMt.Remittance(source, target, null, covered.Find("RmtInf"));
        MxToMt.Instructions(source, target, covered);
        MxElement? amount = covered.Find("InstdAmt");
        if (MxSource.Amount(amount) is { } money)
            target.Put("33B", source.Of(amount), money.Currency + MtTarget.Number(money.Amount));
    }
}
