using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022.Parties;

namespace Qbitel.Protocols.Iso20022.Rails;

/// <summary>Money that is asked for: a Fedwire drawdown or a FedNow request for payment.</summary>
public sealed record PaymentRequest
{
    /// <summary>Who is to pay.</summary>
    public required MxParty Debtor { get; init; }

    /// <summary>Routing number of the debtor's bank.</summary>
    public required string DebtorRouting { get; init; }

    /// <summary>Who asks.</summary>
    public required MxParty Creditor { get; init; }

    /// <summary>Routing number of the creditor's bank, which sends the request.</summary>
    public required string CreditorRouting { get; init; }

    public required Money Amount { get; init; }

    public required DateOnly ExecutionDate { get; init; }

    public DateOnly? ExpiryDate { get; init; }

    public required string EndToEndId { get; init; }

    public string? InstructionId { get; init; }

    public Uetr Uetr { get; init; } = Uetr.Create();

    /// <summary>A code of the service, such as CONS or BIZZ on FedNow.</summary>
    public string? CategoryPurpose { get; init; }

    public string? Remittance { get; init; }

    /// <summary>The reference only: the rest is personal.</summary>
    public override string ToString() => $"request {EndToEndId}";
}
