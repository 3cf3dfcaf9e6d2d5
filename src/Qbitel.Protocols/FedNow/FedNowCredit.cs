using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022.Parties;

namespace Qbitel.Protocols.FedNow;

/// <summary>What an instant credit says beside its accounts and its amount.</summary>
public sealed record FedNowCredit
{
    /// <summary>Routing number of the creditor's bank.</summary>
    public required string ReceiverRouting { get; init; }

    public required string DebtorName { get; init; }

    public required string CreditorName { get; init; }

    public PostalAddress? DebtorAddress { get; init; }

    public PostalAddress? CreditorAddress { get; init; }

    public required string EndToEndId { get; init; }

    /// <summary>The service's business day.</summary>
    public required DateOnly SettlementDate { get; init; }

    /// <summary>Whose payment it is: CONS for a consumer's, BIZZ for a business's.</summary>
    public required string CategoryPurpose { get; init; }

    public string? InstructionId { get; init; }

    public Uetr Uetr { get; init; } = Uetr.Create();

    /// <summary>Unstructured remittance information, at most 140 characters.</summary>
    public string? Remittance { get; init; }

    /// <summary>The references only: the rest is personal.</summary>
    public override string ToString() => $"credit {EndToEndId} {Uetr}";
}
