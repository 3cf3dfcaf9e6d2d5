using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Profiles;
using Qbitel.Protocols.Iso20022.Rails;

namespace Qbitel.Protocols.Fedwire;

/// <summary>
/// Makes messages for the Fedwire Funds Service, Release 2025; what it returns is valid, or it throws.
/// </summary>
/// <remarks>It numbers the messages of its endpoint. Not thread-safe.</remarks>
public sealed class FedWireBuilder
{
    // The service itself, as its published messages name it.
    internal const string Service = "021151080";
    internal const string HeaderVersion = "head.001.001.03", MarketPractice = "frb.fedwire.01";

    internal const string Registry =
        "www2.swift.com/mystandards/#/group/Federal_Reserve_Financial_Services/Fedwire_Funds_Service";

    private static readonly ParseOptions Strict = new() { Mode = ParseMode.Strict };

    private readonly RailDraft _drafts;
    private readonly string _endpoint;

    /// <param name="endpoint">The eight characters of the endpoint the messages enter by.</param>
    /// <param name="time">When messages are made.</param>
    public FedWireBuilder(string endpoint, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (!Imad.TryCreate(DateOnly.MinValue, endpoint, 0, out _))
        {
            throw new ArgumentException("an endpoint is eight capital letters and digits", nameof(endpoint));
        }

        _endpoint = endpoint;
        _drafts = new RailDraft("FDW", time);
    }

    /// <summary>The number of the next message; set it when the cycle date changes or work resumes.</summary>
    public int NextSequenceNumber { get; set; } = 1;

    /// <summary>BizSvc of the header, where the service asks for one, such as TEST.</summary>
    public string? BusinessService { get; init; }

    /// <summary>
    /// A credit transfer: pacs.008 for customers (CTR, CTP, DRW with parties), pacs.009 between banks (BTR, CKS, DEP,
    /// FFS, FFR, DRW without).
    /// </summary>
    /// <param name="senderRouting">Routing number of the bank that sends it.</param>
    /// <param name="receiverRouting">Routing number of the bank that receives it.</param>
    /// <param name="amount">In United States dollars, no smaller than cents.</param>
    /// <param name="businessFunction">The code of FAIM's {3600}.</param>
    /// <param name="transfer">The rest.</param>
    /// <exception cref="ArgumentException">A routing number, the amount or the function is none, or a party is
    /// missing.</exception>
    /// <exception cref="MessageFormatException">A value is not allowed where it stands.</exception>
    public FedWireMessage CreateFundsTransfer(string senderRouting, string receiverRouting, decimal amount,
        string businessFunction, FedWireTransfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        Money money = RailDraft.Dollars(amount);
        bool hasParties = transfer is { Debtor: not null, Creditor: not null };
        (bool isCustomers, string instrument) = businessFunction switch
        {
            "CTR" or "CTP" => (true, "CTRC"),
            "BTR" or "CKS" or "DEP" or "FFS" or "FFR" => (false, "BTRC"),
            "DRW" => hasParties ? (true, "CTRD") : (false, "BTRD"),
            "DRB" or "DRC" => throw new ArgumentException(
                $"{businessFunction} asks for money: use {nameof(CreateDrawdownRequest)}", nameof(businessFunction)),
            _ => throw new ArgumentException($"{businessFunction} is none of BTR, CKS, CTP, CTR, DEP, DRW, FFR, FFS",
                nameof(businessFunction)),
        };
        if (isCustomers && !hasParties)
        {
            throw new ArgumentException($"{businessFunction} is a customer's transfer: it needs a debtor and a "
                + "creditor", nameof(transfer));
        }

        Imad imad = Next(transfer.SettlementDate);
        MxDraft draft = isCustomers ? CustomerTransfer(imad, transfer) : BankTransfer(imad, transfer);
        string to = (isCustomers ? "FIToFICstmrCdtTrf" : "FICdtTrf") + "/CdtTrfTxInf/";
        draft.Set(to + "PmtId/InstrId", transfer.InstructionId)
            .Set(to + "PmtId/EndToEndId", transfer.EndToEndId)
            .Set(to + "PmtId/UETR", transfer.Uetr.Value)
            .Set(to + "PmtTpInf/LclInstrm/Prtry", instrument)
            .Set(to + "IntrBkSttlmAmt", money)
            .Set(to + "IntrBkSttlmDt", RailDraft.Text(transfer.SettlementDate))
            .Set(to + "RmtInf/Ustrd", transfer.Remittance);
        if (isCustomers) draft.Set(to + "InstdAmt", money);
        foreach ((string agent, string routing) in ((string, string)[])[("InstgAgt", senderRouting),
            ("InstdAgt", receiverRouting), ("DbtrAgt", senderRouting), ("CdtrAgt", receiverRouting)])
        {
            RailDraft.Agent(draft, to + agent, RailDraft.Routing(routing));
        }

        if (!isCustomers)
        {
            RailDraft.Agent(draft, to + "Dbtr", senderRouting);
            RailDraft.Agent(draft, to + "Cdtr", receiverRouting);
        }

        return Finish(draft, isCustomers ? "pacs.008.001.08" : "pacs.009.001.08", imad.Value, senderRouting);
    }

    /// <summary>Money that goes back: pacs.004.</summary>
    /// <param name="original">The payment received.</param>
    /// <param name="amount">What is returned, in dollars.</param>
    /// <param name="settlementDate">The funds-transfer business day.</param>
    /// <param name="reason">A code of the external list, such as DUPL.</param>
    /// <param name="information">More about the reason, at most 105 characters.</param>
    public FedWireMessage CreatePaymentReturn(OriginalPayment original, decimal amount, DateOnly settlementDate,
        string reason, string? information = null)
    {
        (string sender, string receiver) = RailDraft.Answering(original);
        Imad imad = Next(settlementDate);
        return Finish(_drafts.Return(imad.Value, original, sender, receiver, RailDraft.Dollars(amount), settlementDate,
            reason, information), "pacs.004.001.10", imad.Value, sender);
    }

    /// <summary>What became of a payment sent: pacs.028.</summary>
    public FedWireMessage CreateStatusRequest(OriginalPayment original, DateOnly day)
    {
        (string receiver, string sender) = RailDraft.Answering(original);
        Imad imad = Next(day);
        return Finish(_drafts.StatusRequest(imad.Value, original, sender, receiver), "pacs.028.001.03", imad.Value,
            sender);
    }

    /// <summary>A payment sent is asked back: camt.056.</summary>
    public FedWireMessage CreateReturnRequest(OriginalPayment original, DateOnly day, string caseId, string reason,
        string? information = null)
    {
        (string receiver, string sender) = RailDraft.Answering(original);
        Imad imad = Next(day);
        return Finish(_drafts.ReturnRequest(imad.Value, original, sender, receiver, caseId, reason, information),
            "camt.056.001.08", imad.Value, sender);
    }

    /// <summary>The answer to a payment asked back: camt.029.</summary>
    /// <param name="original">The payment received.</param>
    /// <param name="day">The funds-transfer business day.</param>
    /// <param name="caseId">The case of the request.</param>
    /// <param name="confirmation">CNCL where the money goes back, RJCR where it does not, PDCR where it is not
    /// decided.</param>
    /// <param name="reason">Why not, as a code of the external list.</param>
    public FedWireMessage CreateReturnRequestResponse(OriginalPayment original, DateOnly day, string caseId,
        string confirmation, string? reason = null)
    {
        (string sender, string receiver) = RailDraft.Answering(original);
        Imad imad = Next(day);
        return Finish(_drafts.ReturnResponse(imad.Value, original, sender, receiver, caseId, confirmation, reason),
            "camt.029.001.09", imad.Value, sender);
    }

    /// <summary>A drawdown request: pain.013.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="businessFunction">DRC for a customer's account, DRB for a bank's.</param>
    public FedWireMessage CreateDrawdownRequest(PaymentRequest request, string businessFunction)
    {
        ArgumentNullException.ThrowIfNull(request);
        string instrument = businessFunction switch
        {
            "DRC" => "DRRC",
            "DRB" => "DRRB",
            _ => throw new ArgumentException($"{businessFunction} is none of DRB, DRC", nameof(businessFunction)),
        };
        RailDraft.Routing(request.DebtorRouting);
        Imad imad = Next(request.ExecutionDate);
        return Finish(_drafts.PaymentRequest(imad.Value, request, instrument), "pain.013.001.07", imad.Value,
            RailDraft.Routing(request.CreditorRouting));
    }

    /// <summary>The answer to a drawdown request: pain.014.</summary>
    /// <param name="request">The request received.</param>
    /// <param name="day">The funds-transfer business day.</param>
    /// <param name="status">ACTC, PDNG or RJCT.</param>
    /// <param name="reason">Why it is refused, as a code of the external list.</param>
    public FedWireMessage CreateDrawdownResponse(OriginalPayment request, DateOnly day, string status,
        string? reason = null)
    {
        (string debtor, string creditor) = RailDraft.Answering(request);
        Imad imad = Next(day);
        return Finish(_drafts.PaymentRequestStatus(imad.Value, request, debtor, creditor, status, reason),
            "pain.014.001.07", imad.Value, debtor);
    }

    /// <summary>A check of the connection: admi.004.</summary>
    public FedWireMessage CreateConnectionCheck(string senderRouting, DateOnly day)
    {
        Imad imad = Next(day);
        return Finish(_drafts.Event("PING"), "admi.004.001.02", imad.Value, RailDraft.Routing(senderRouting));
    }

    private MxDraft CustomerTransfer(Imad imad, FedWireTransfer transfer)
    {
        const string To = "FIToFICstmrCdtTrf/CdtTrfTxInf/";
        MxDraft draft = _drafts.Group(new MxDraft("pacs.008.001.08"), "FIToFICstmrCdtTrf", imad.Value);
        transfer.Debtor!.WriteTo(draft, To + "Dbtr", To + "DbtrAcct");
        transfer.Creditor!.WriteTo(draft, To + "Cdtr", To + "CdtrAcct");
        return draft.Set(To + "ChrgBr", transfer.ChargeBearer);
    }

    private MxDraft BankTransfer(Imad imad, FedWireTransfer transfer)
    {
        const string To = "FICdtTrf/CdtTrfTxInf/";
        MxDraft draft = _drafts.Group(new MxDraft("pacs.009.001.08"), "FICdtTrf", imad.Value);
        transfer.Debtor?.WriteTo(draft, To + "Dbtr/FinInstnId", To + "DbtrAcct");
        transfer.Creditor?.WriteTo(draft, To + "Cdtr/FinInstnId", To + "CdtrAcct");
        return draft;
    }

    private Imad Next(DateOnly day)
    {
        if (!Imad.TryCreate(day, _endpoint, NextSequenceNumber, out Imad imad))
        {
            throw new InvalidOperationException($"the endpoint has no more than {Imad.MaximumSequence} messages a day: "
                + $"set {nameof(NextSequenceNumber)} for the next");
        }

        return imad;
    }

    private FedWireMessage Finish(MxDraft document, string messageType, string messageId, string sender)
    {
        MxDraft header = _drafts.Header(HeaderVersion, sender, Service, messageId, messageType, MarketPractice,
            Registry).Set("BizSvc", BusinessService);
        byte[] bytes = [.. header.ToBytes(), (byte)'\n', .. document.ToBytes(), (byte)'\n'];
        FedWireMessage made = ProfiledMessage.TryRead(bytes, MxProfile.Find("fedwire-2025"), Strict,
            out ProfiledMessage message, out ParseError error)
            ? new FedWireMessage(message.OrThrow()) : throw new MessageFormatException(error);
        NextSequenceNumber++; // a message that was not made leaves no gap
        return made;
    }
}
