using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Parties;
using Qbitel.Protocols.Iso20022.Profiles;
using Qbitel.Protocols.Iso20022.Rails;

namespace Qbitel.Protocols.FedNow;

/// <summary>Makes messages for the FedNow Service; what it returns is valid, or it throws.</summary>
/// <remarks>Thread-safe: it keeps nothing between messages.</remarks>
public sealed class FedNowBuilder
{
    // The service itself, as its published messages name it.
    private const string Service = "021150706";

    private const string Registry =
        "www2.swift.com/mystandards/#/group/Federal_Reserve_Financial_Services/FedNow_Service";

    private static readonly ParseOptions Strict = new() { Mode = ParseMode.Strict };

    private readonly RailDraft _drafts;
    private readonly TimeProvider _time;
    private readonly string _participant;

    /// <param name="participantRouting">Routing number of the participant that sends the messages.</param>
    /// <param name="time">When messages are made.</param>
    /// <param name="limit">The participant's own limit in dollars, below the service's; null for none.</param>
    public FedNowBuilder(string participantRouting, TimeProvider time, decimal? limit = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        _participant = RailDraft.Routing(participantRouting);
        _drafts = new RailDraft("FDN", time);
        _time = time;
        Limit = limit;
    }

    /// <summary>The participant's own limit in dollars; null for none but the service's.</summary>
    public decimal? Limit { get; }

    /// <summary>A customer's instant credit transfer: pacs.008.</summary>
    /// <param name="debtorAccount">The account that pays.</param>
    /// <param name="creditorAccount">The account that is paid.</param>
    /// <param name="amount">No smaller than cents.</param>
    /// <param name="currency">USD: the service has no other.</param>
    /// <param name="credit">The rest.</param>
    /// <exception cref="ArgumentException">A routing number or the amount is none, or above the limit.</exception>
    /// <exception cref="MessageFormatException">A value is not allowed where it stands.</exception>
    public FedNowMessage CreateInstantCredit(string debtorAccount, string creditorAccount, decimal amount,
        string currency, FedNowCredit credit)
    {
        ArgumentException.ThrowIfNullOrEmpty(debtorAccount);
        ArgumentException.ThrowIfNullOrEmpty(creditorAccount);
        ArgumentNullException.ThrowIfNull(credit);
        if (currency != "USD") throw new ArgumentException("the service settles in USD only", nameof(currency));

        const string To = "FIToFICstmrCdtTrf/CdtTrfTxInf/";
        Money money = Within(amount);
        string id = NextId(credit.SettlementDate), receiver = RailDraft.Routing(credit.ReceiverRouting);
        MxDraft draft = _drafts.Group(new MxDraft("pacs.008.001.08"), "FIToFICstmrCdtTrf", id);
        draft.Set(To + "PmtId/InstrId", credit.InstructionId)
            .Set(To + "PmtId/EndToEndId", credit.EndToEndId)
            .Set(To + "PmtId/UETR", credit.Uetr.Value)
            .Set(To + "PmtTpInf/LclInstrm/Prtry", "FDNA")
            .Set(To + "PmtTpInf/CtgyPurp/Prtry", credit.CategoryPurpose)
            .Set(To + "IntrBkSttlmAmt", money)
            .Set(To + "IntrBkSttlmDt", RailDraft.Text(credit.SettlementDate))
            .Set(To + "ChrgBr", "SLEV")
            .Set(To + "RmtInf/Ustrd", credit.Remittance);
        new MxParty { Name = credit.DebtorName, Address = credit.DebtorAddress, Account = debtorAccount }
            .WriteTo(draft, To + "Dbtr", To + "DbtrAcct");
        new MxParty { Name = credit.CreditorName, Address = credit.CreditorAddress, Account = creditorAccount }
            .WriteTo(draft, To + "Cdtr", To + "CdtrAcct");
        RailDraft.Agent(draft, To + "InstgAgt", _participant);
        RailDraft.Agent(draft, To + "DbtrAgt", _participant);
        RailDraft.Agent(draft, To + "InstdAgt", receiver);
        RailDraft.Agent(draft, To + "CdtrAgt", receiver);
        return Finish(draft, "FedNowCustomerCreditTransfer", "pacs.008.001.08", id);
    }

    /// <summary>The status of a payment received: pacs.002.</summary>
    /// <param name="original">The payment received.</param>
    /// <param name="day">The service's business day.</param>
    /// <param name="status">ACTC, ACWP, ACCC, PDNG or RJCT.</param>
    /// <param name="reason">Why it is refused or pending, as a code of the external list.</param>
    public FedNowMessage CreatePaymentStatus(OriginalPayment original, DateOnly day, string status,
        string? reason = null)
    {
        (string sender, string receiver) = Answering(original);
        string id = NextId(day);
        return Finish(_drafts.Status(id, original, sender, receiver, status, reason, acceptedAt: null),
            "FedNowPaymentStatus", "pacs.002.001.10", id);
    }

    /// <summary>Money that goes back: pacs.004.</summary>
    public FedNowMessage CreatePaymentReturn(OriginalPayment original, decimal amount, DateOnly settlementDate,
        string reason, string? information = null)
    {
        (string sender, string receiver) = Answering(original);
        string id = NextId(settlementDate);
        return Finish(_drafts.Return(id, original, sender, receiver, Within(amount), settlementDate, reason,
            information), "FedNowPaymentReturn", "pacs.004.001.10", id);
    }

    /// <summary>What became of a payment sent: pacs.028.</summary>
    public FedNowMessage CreatePaymentStatusRequest(OriginalPayment original, DateOnly day)
    {
        string receiver = Asking(original), id = NextId(day);
        return Finish(_drafts.StatusRequest(id, original, _participant, receiver), "FedNowPaymentStatusRequest",
            "pacs.028.001.03", id);
    }

    /// <summary>A payment sent is asked back: camt.056.</summary>
    public FedNowMessage CreateReturnRequest(OriginalPayment original, DateOnly day, string caseId, string reason,
        string? information = null)
    {
        string receiver = Asking(original), id = NextId(day);
        return Finish(_drafts.ReturnRequest(id, original, _participant, receiver, caseId, reason, information),
            "FedNowReturnRequest", "camt.056.001.08", id);
    }

    /// <summary>The answer to a payment asked back: camt.029.</summary>
    /// <param name="original">The payment received.</param>
    /// <param name="day">The service's business day.</param>
    /// <param name="caseId">The case of the request.</param>
    /// <param name="confirmation">A code of the external list: the money goes back, does not, or it is not decided.
    /// </param>
    /// <param name="reason">Why not, as a code of the external list.</param>
    public FedNowMessage CreateReturnRequestResponse(OriginalPayment original, DateOnly day, string caseId,
        string confirmation, string? reason = null)
    {
        (string sender, string receiver) = Answering(original);
        string id = NextId(day);
        return Finish(_drafts.ReturnResponse(id, original, sender, receiver, caseId, confirmation, reason),
            "FedNowReturnRequestResponse", "camt.029.001.09", id);
    }

    /// <summary>A request for payment: pain.013.</summary>
    public FedNowMessage CreateRequestForPayment(PaymentRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        RailDraft.Routing(request.DebtorRouting);
        if (request.CreditorRouting != _participant)
            throw new ArgumentException("the creditor's bank sends the request", nameof(request));

        string id = NextId(request.ExecutionDate);
        return Finish(_drafts.PaymentRequest(id, request, "FDNA"), "FedNowRequestForPayment",
            "pain.013.001.07", id);
    }

    /// <summary>The answer to a request for payment: pain.014.</summary>
    /// <param name="request">The request received.</param>
    /// <param name="day">The service's business day.</param>
    /// <param name="status">ACTC, PDNG or RJCT.</param>
    /// <param name="reason">Why it is refused, as a code of the external list.</param>
    public FedNowMessage CreateRequestForPaymentResponse(OriginalPayment request, DateOnly day, string status,
        string? reason = null)
    {
        (string debtor, string creditor) = Answering(request);
        string id = NextId(day);
        return Finish(_drafts.PaymentRequestStatus(id, request, debtor, creditor, status, reason),
            "FedNowRequestForPaymentResponse", "pain.014.001.07", id);
    }

    /// <summary>A check of the connection: admi.004.</summary>
    public FedNowMessage CreateConnectionCheck(DateOnly day) => Finish(_drafts.Event("PING"),
        "FedNowParticipantBroadcast", "admi.004.001.02", NextId(day));

    private (string Sender, string Receiver) Answering(OriginalPayment original)
    {
        (string sender, string receiver) = RailDraft.Answering(original);
        return sender == _participant ? (sender, receiver)
            : throw new ArgumentException("another participant received the message", nameof(original));
    }

    private string Asking(OriginalPayment original)
    {
        (string receiver, string sender) = RailDraft.Answering(original);
        return sender == _participant ? receiver
            : throw new ArgumentException("another participant sent the message", nameof(original));
    }

    private Money Within(decimal amount) => Limit is { } limit && amount > limit
        ? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"the amount is above the participant's limit of {limit} dollars"), nameof(amount))
        : RailDraft.Dollars(amount);

    // Day, participant, and 18 characters of a version 7 UUID's end, which are random.
    private string NextId(DateOnly day) => string.Create(CultureInfo.InvariantCulture,
        $"{day:yyyyMMdd}{_participant}{Guid.CreateVersion7(_time.GetUtcNow()).ToString("N").AsSpan(14)}")
        .ToUpperInvariant();

    private FedNowMessage Finish(MxDraft document, string element, string messageType, string messageId)
    {
        MxDraft header = _drafts.Header("head.001.001.02", _participant, Service, messageId, messageType,
            "frb.fednow.01", Registry);
        byte[] bytes =
        [
            .. "<FedNowIncoming xmlns=\"urn:fednow:incoming:v001\">\n<FedNowIncomingMessage>\n<"u8,
            .. Encoding.ASCII.GetBytes(element), .. ">\n"u8, .. header.ToBytes(), (byte)'\n', .. document.ToBytes(),
            .. "\n</"u8, .. Encoding.ASCII.GetBytes(element),
            .. ">\n</FedNowIncomingMessage>\n</FedNowIncoming>\n"u8,
        ];
        return FedNowWrapper.TryRead(bytes, Strict, out ProfiledMessage message, out ParseError error)
            ? new FedNowMessage(message.OrThrow()) : throw new MessageFormatException(error);
    }
}
