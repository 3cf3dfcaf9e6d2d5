using System.Globalization;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022.Parties;

namespace Qbitel.Protocols.Iso20022.Rails;

/// <summary>What a later message says of the payment it is about: statuses, returns, requests.</summary>
public sealed record OriginalPayment
{
    public required string MessageId { get; init; }

    /// <summary>Such as <c>pacs.008.001.08</c>.</summary>
    public required string MessageType { get; init; }

    /// <summary>CreDtTm as it was written.</summary>
    public string? CreatedAt { get; init; }

    public string? InstructionId { get; init; }

    public required string EndToEndId { get; init; }

    public required Uetr Uetr { get; init; }

    public Money? Amount { get; init; }

    /// <summary>Where the amount settles.</summary>
    public DateOnly? SettlementDate { get; init; }

    /// <summary>PmtTpInf/LclInstrm/Prtry.</summary>
    public string? LocalInstrument { get; init; }

    /// <summary>Routing number of the bank that sent it.</summary>
    public string? InstructingAgent { get; init; }

    /// <summary>Routing number of the bank that received it.</summary>
    public string? InstructedAgent { get; init; }

    public MxParty? Debtor { get; init; }

    public MxParty? Creditor { get; init; }

    /// <summary>Reads it from a pacs.008, pacs.009 or pain.013 with one transaction.</summary>
    /// <param name="messageType">Such as <c>pacs.008.001.08</c>.</param>
    /// <param name="root">Its Document.</param>
    /// <exception cref="ArgumentException">The message says too little of a payment.</exception>
    public static OriginalPayment Of(string messageType, MxElement root)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        ArgumentNullException.ThrowIfNull(root);
        MxElement? body = root.Children.Count > 0 ? root.Children[0] : null;
        MxElement? group = body?.Find("PmtInf"), transfer = body?.Find("CdtTrfTxInf") ?? group?.Find("CdtTrfTx");
        MxElement? amount = transfer?.Find("IntrBkSttlmAmt") ?? transfer?.Find("Amt/InstdAmt");
        if (body?.ValueAt("GrpHdr/MsgId") is not { } messageId || transfer?.ValueAt("PmtId/EndToEndId") is not { } id
            || !Uetr.TryParse(transfer.ValueAt("PmtId/UETR"), out Uetr uetr))
        {
            throw new ArgumentException($"{messageType} names no payment by message, end-to-end identifier and UETR",
                nameof(root));
        }

        bool isBanks = messageType.StartsWith("pacs.009", StringComparison.Ordinal);
        MxElement? debtor = (group ?? transfer).Find("Dbtr"), creditor = transfer.Find("Cdtr");
        return new OriginalPayment
        {
            MessageId = messageId,
            MessageType = messageType,
            CreatedAt = body.ValueAt("GrpHdr/CreDtTm"),
            InstructionId = transfer.ValueAt("PmtId/InstrId"),
            EndToEndId = id,
            Uetr = uetr,
            Amount = amount is { Value: { } value, Currency: { } currency }
                && Money.TryParse(value.Trim(), currency, out Money money) ? money : null,
            SettlementDate = DateOnly.TryParseExact(transfer.ValueAt("IntrBkSttlmDt"), RailDraft.DateForm,
                CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null,
            LocalInstrument = transfer.ValueAt("PmtTpInf/LclInstrm/Prtry"),
            InstructingAgent = transfer.ValueAt("InstgAgt/FinInstnId/ClrSysMmbId/MmbId")
                ?? transfer.ValueAt("CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
            InstructedAgent = transfer.ValueAt("InstdAgt/FinInstnId/ClrSysMmbId/MmbId")
                ?? group?.ValueAt("DbtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
            Debtor = MxParty.Of(isBanks ? debtor?.Find("FinInstnId") : debtor, (group ?? transfer).Find("DbtrAcct")),
            Creditor = MxParty.Of(isBanks ? creditor?.Find("FinInstnId") : creditor, transfer.Find("CdtrAcct")),
        };
    }

    /// <summary>The identifiers only: the rest is personal.</summary>
    public override string ToString() => $"{MessageType} {Uetr}";
}
