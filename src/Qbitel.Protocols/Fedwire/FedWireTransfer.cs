using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022.Parties;

namespace Qbitel.Protocols.Fedwire;

/// <summary>What a funds transfer says beside its banks, its amount and its business function.</summary>
public sealed record FedWireTransfer
{
    public required string EndToEndId { get; init; }

    /// <summary>The funds-transfer business day on which it settles.</summary>
    public required DateOnly SettlementDate { get; init; }

    /// <summary>Who pays; a transfer between banks may leave it to the sender.</summary>
    public MxParty? Debtor { get; init; }

    /// <summary>Who is paid; a transfer between banks may leave it to the receiver.</summary>
    public MxParty? Creditor { get; init; }

    public string? InstructionId { get; init; }

    public Uetr Uetr { get; init; } = Uetr.Create();

    /// <summary>DEBT, CRED, SHAR or SLEV; of a customer's transfer.</summary>
    public string ChargeBearer { get; init; } = "SLEV";

    /// <summary>Unstructured remittance information, at most 140 characters.</summary>
    public string? Remittance { get; init; }

    /// <summary>The references only: the rest is personal.</summary>
    public override string ToString() => $"transfer {EndToEndId} {Uetr}";
}
