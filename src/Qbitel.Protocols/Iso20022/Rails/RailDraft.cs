using System.Diagnostics;
using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Iso20022.Rails;

/// <summary>
/// The messages that both services of the Reserve Banks take in one form, in the making: the same versions, agents by
/// routing number, one transaction.
/// </summary>
/// <param name="clearingSystem">FDW or FDN.</param>
/// <param name="time">When it is, for CreDtTm.</param>
internal sealed class RailDraft(string clearingSystem, TimeProvider time)
{
    public const string DateForm = "yyyy-MM-dd";

    public static string Text(DateOnly day) => day.ToString(DateForm, CultureInfo.InvariantCulture);

    public string Now() => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>Sets an agent by its routing number.</summary>
    public static void Agent(MxDraft draft, string path, string routingNumber)
    {
        draft.Set(path + "/FinInstnId/ClrSysMmbId/ClrSysId/Cd", "USABA");
        draft.Set(path + "/FinInstnId/ClrSysMmbId/MmbId", routingNumber);
    }

    /// <summary>The header of a message: head.001.001.02 or .03.</summary>
    public MxDraft Header(string version, string sender, string service, string messageId, string messageType,
        string marketPractice, string registry) => new MxDraft(version)
        .Set("Fr/FIId/FinInstnId/ClrSysMmbId/MmbId", sender)
        .Set("To/FIId/FinInstnId/ClrSysMmbId/MmbId", service)
        .Set("BizMsgIdr", messageId)
        .Set("MsgDefIdr", messageType)
        .Set("MktPrctc/Regy", registry)
        .Set("MktPrctc/Id", marketPractice)
        .Set("CreDt", Now());

    /// <summary>GrpHdr of a pacs.008, pacs.009 or pacs.004.</summary>
    public MxDraft Group(MxDraft draft, string message, string messageId)
    {
        string group = message + "/GrpHdr/";
        return draft.Set(group + "MsgId", messageId).Set(group + "CreDtTm", Now()).Set(group + "NbOfTxs", "1")
            .Set(group + "SttlmInf/SttlmMtd", "CLRG").Set(group + "SttlmInf/ClrSys/Cd", clearingSystem);
    }

    /// <summary>pacs.002: the status of a payment received.</summary>
    public MxDraft Status(string messageId, OriginalPayment original, string sender, string receiver, string status,
        string? reason, DateTimeOffset? acceptedAt)
    {
        const string Message = "FIToFIPmtStsRpt/", Transaction = Message + "TxInfAndSts/";
        MxDraft draft = new("pacs.002.001.10");
        draft.Set(Message + "GrpHdr/MsgId", messageId).Set(Message + "GrpHdr/CreDtTm", Now());
        Original(draft, Transaction, original);
        draft.Set(Transaction + "TxSts", status).Set(Transaction + "StsRsnInf/Rsn/Cd", reason)
            .Set(Transaction + "AccptncDtTm",
                acceptedAt?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        Agent(draft, Transaction + "InstgAgt", sender);
        Agent(draft, Transaction + "InstdAgt", receiver);
        return draft;
    }

    /// <summary>pacs.004: money that goes back.</summary>
    public MxDraft Return(string messageId, OriginalPayment original, string sender, string receiver, Money amount,
        DateOnly settlementDate, string reason, string? information)
    {
        const string Transaction = "PmtRtr/TxInf/", Chain = Transaction + "RtrChain/";
        MxDraft draft = Group(new MxDraft("pacs.004.001.10"), "PmtRtr", messageId);
        Original(draft, Transaction, original);
        draft.Set(Transaction + "RtrdIntrBkSttlmAmt", amount)
            .Set(Transaction + "IntrBkSttlmDt", Text(settlementDate))
            .Set(Transaction + "ChrgBr", "SLEV")
            .Set(Transaction + "RtrRsnInf/Rsn/Cd", reason)
            .Set(Transaction + "RtrRsnInf/AddtlInf", information)
            .Set(Transaction + "OrgnlTxRef/PmtTpInf/LclInstrm/Prtry", original.LocalInstrument);
        Agent(draft, Transaction + "InstgAgt", sender);
        Agent(draft, Transaction + "InstdAgt", receiver);
        if (original is not { Debtor: { } debtor, Creditor: { } creditor }) return draft;

        // On the way back the creditor pays; banks are agents, customers parties.
        bool isBanks = original.MessageType.StartsWith("pacs.009", StringComparison.Ordinal);
        string kind = isBanks ? "/Agt/FinInstnId" : "/Pty";
        creditor.WriteTo(draft, Chain + "Dbtr" + kind, Chain + "DbtrAcct");
        debtor.WriteTo(draft, Chain + "Cdtr" + kind, Chain + "CdtrAcct");
        Agent(draft, Chain + "DbtrAgt", sender);
        Agent(draft, Chain + "CdtrAgt", receiver);
        return draft;
    }

    /// <summary>pacs.028: what became of a payment.</summary>
    public MxDraft StatusRequest(string messageId, OriginalPayment original, string sender, string receiver)
    {
        const string Message = "FIToFIPmtStsReq/", Transaction = Message + "TxInf/";
        MxDraft draft = new("pacs.028.001.03");
        draft.Set(Message + "GrpHdr/MsgId", messageId).Set(Message + "GrpHdr/CreDtTm", Now());
        Original(draft, Transaction, original);
        Agent(draft, Transaction + "InstgAgt", sender);
        Agent(draft, Transaction + "InstdAgt", receiver);
        return draft;
    }

    /// <summary>camt.056: a payment is asked back.</summary>
    public MxDraft ReturnRequest(string messageId, OriginalPayment original, string sender, string receiver,
        string caseId, string reason, string? information)
    {
        const string Message = "FIToFIPmtCxlReq/", Transaction = Message + "Undrlyg/TxInf/";
        MxDraft draft = new("camt.056.001.08");
        Assignment(draft, Message, messageId, sender, receiver);
        draft.Set(Message + "Case/Id", caseId);
        Agent(draft, Message + "Case/Cretr/Agt", sender);
        Original(draft, Transaction, original);
        return draft.Set(Transaction + "OrgnlIntrBkSttlmAmt", original.Amount)
            .Set(Transaction + "OrgnlIntrBkSttlmDt", original.SettlementDate is { } day ? Text(day) : null)
            .Set(Transaction + "CxlRsnInf/Rsn/Cd", reason)
            .Set(Transaction + "CxlRsnInf/AddtlInf", information);
    }

    /// <summary>camt.029: the answer to a payment asked back.</summary>
    public MxDraft ReturnResponse(string messageId, OriginalPayment original, string sender, string receiver,
        string caseId, string confirmation, string? reason)
    {
        const string Message = "RsltnOfInvstgtn/", Transaction = Message + "CxlDtls/TxInfAndSts/";
        MxDraft draft = new("camt.029.001.09");
        Assignment(draft, Message, messageId, sender, receiver);
        draft.Set(Message + "RslvdCase/Id", caseId).Set(Message + "Sts/Conf", confirmation);
        Agent(draft, Message + "RslvdCase/Cretr/Agt", receiver);
        Original(draft, Transaction, original);
        return draft.Set(Transaction + "CxlStsRsnInf/Rsn/Cd", reason);
    }

    /// <summary>pain.013: money asked for.</summary>
    public MxDraft PaymentRequest(string messageId, PaymentRequest request, string localInstrument)
    {
        const string Message = "CdtrPmtActvtnReq/", Group = Message + "PmtInf/", Transfer = Group + "CdtTrfTx/";
        MxDraft draft = new("pain.013.001.07");
        draft.Set(Message + "GrpHdr/MsgId", messageId).Set(Message + "GrpHdr/CreDtTm", Now())
            .Set(Message + "GrpHdr/NbOfTxs", "1");
        request.Creditor.WriteTo(draft, Message + "GrpHdr/InitgPty", null);
        draft.Set(Group + "PmtInfId", messageId).Set(Group + "PmtMtd", "TRF")
            .Set(Group + "ReqdExctnDt/Dt", Text(request.ExecutionDate))
            .Set(Group + "XpryDt/Dt", request.ExpiryDate is { } expiry ? Text(expiry) : null);
        request.Debtor.WriteTo(draft, Group + "Dbtr", Group + "DbtrAcct");
        Agent(draft, Group + "DbtrAgt", request.DebtorRouting);
        draft.Set(Transfer + "PmtId/InstrId", request.InstructionId)
            .Set(Transfer + "PmtId/EndToEndId", request.EndToEndId)
            .Set(Transfer + "PmtId/UETR", request.Uetr.Value)
            .Set(Transfer + "PmtTpInf/LclInstrm/Prtry", localInstrument)
            .Set(Transfer + "PmtTpInf/CtgyPurp/Prtry", request.CategoryPurpose)
            .Set(Transfer + "Amt/InstdAmt", request.Amount)
            .Set(Transfer + "ChrgBr", "SLEV");
        Agent(draft, Transfer + "CdtrAgt", request.CreditorRouting);
        request.Creditor.WriteTo(draft, Transfer + "Cdtr", Transfer + "CdtrAcct");
        return draft.Set(Transfer + "RmtInf/Ustrd", request.Remittance);
    }

    /// <summary>pain.014: the answer to money asked for.</summary>
    public MxDraft PaymentRequestStatus(string messageId, OriginalPayment original, string debtorRouting,
        string creditorRouting, string status, string? reason)
    {
        const string Message = "CdtrPmtActvtnReqStsRpt/", Group = Message + "OrgnlPmtInfAndSts/",
            Transaction = Group + "TxInfAndSts/";
        MxDraft draft = new("pain.014.001.07");
        draft.Set(Message + "GrpHdr/MsgId", messageId).Set(Message + "GrpHdr/CreDtTm", Now());
        (original.Debtor ?? throw new ArgumentException("the request names no debtor", nameof(original)))
            .WriteTo(draft, Message + "GrpHdr/InitgPty", null);
        Agent(draft, Message + "GrpHdr/DbtrAgt", debtorRouting);
        Agent(draft, Message + "GrpHdr/CdtrAgt", creditorRouting);
        return draft.Set(Message + "OrgnlGrpInfAndSts/OrgnlMsgId", original.MessageId)
            .Set(Message + "OrgnlGrpInfAndSts/OrgnlMsgNmId", original.MessageType)
            .Set(Message + "OrgnlGrpInfAndSts/OrgnlCreDtTm", original.CreatedAt)
            .Set(Group + "OrgnlPmtInfId", original.MessageId)
            .Set(Transaction + "OrgnlInstrId", original.InstructionId)
            .Set(Transaction + "OrgnlEndToEndId", original.EndToEndId)
            .Set(Transaction + "OrgnlUETR", original.Uetr.Value)
            .Set(Transaction + "TxSts", status)
            .Set(Transaction + "StsRsnInf/Rsn/Cd", reason);
    }

    /// <summary>admi.004: an event of the system, such as a check of the connection.</summary>
    public MxDraft Event(string code) => new MxDraft("admi.004.001.02")
        .Set("SysEvtNtfctn/EvtInf/EvtCd", code).Set("SysEvtNtfctn/EvtInf/EvtTm", Now());

    private void Assignment(MxDraft draft, string message, string messageId, string sender, string receiver)
    {
        draft.Set(message + "Assgnmt/Id", messageId).Set(message + "Assgnmt/CreDtTm", Now());
        Agent(draft, message + "Assgnmt/Assgnr/Agt", sender);
        Agent(draft, message + "Assgnmt/Assgne/Agt", receiver);
    }

    private static void Original(MxDraft draft, string transaction, OriginalPayment original) => draft
        .Set(transaction + "OrgnlGrpInf/OrgnlMsgId", original.MessageId)
        .Set(transaction + "OrgnlGrpInf/OrgnlMsgNmId", original.MessageType)
        .Set(transaction + "OrgnlGrpInf/OrgnlCreDtTm", original.CreatedAt)
        .Set(transaction + "OrgnlInstrId", original.InstructionId)
        .Set(transaction + "OrgnlEndToEndId", original.EndToEndId)
        .Set(transaction + "OrgnlUETR", original.Uetr.Value);

    /// <summary>Who received a payment answers, and who sent it is answered.</summary>
    public static (string Sender, string Receiver) Answering(OriginalPayment original)
    {
        ArgumentNullException.ThrowIfNull(original);
        return (Routing(original.InstructedAgent), Routing(original.InstructingAgent));
    }

    public static string Routing(string? number) => AbaRoutingNumber.TryParse(number, out AbaRoutingNumber routing)
        ? routing.Value : throw new ArgumentException("a bank is named by a routing number with its check digit",
            nameof(number));

    public static Money Dollars(decimal amount)
    {
        bool known = Currency.TryParse("USD", out Currency dollar);
        Debug.Assert(known, "the table of currencies has the dollar");
        return Money.TryCreate(amount, dollar, out Money money) ? money : throw new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"{amount} has parts of a cent"), nameof(amount));
    }
}
