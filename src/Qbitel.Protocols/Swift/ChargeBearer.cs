namespace Qbitel.Protocols.Swift;

/// <summary>Field 71A: who pays what the banks charge.</summary>
public enum ChargeBearer
{
    /// <summary>SHA: each side its own.</summary>
    Shared,

    /// <summary>OUR: the ordering customer.</summary>
    OrderingCustomer,

    /// <summary>BEN: the beneficiary.</summary>
    Beneficiary,
}
