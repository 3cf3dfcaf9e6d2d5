namespace Qbitel.Governance.Profiles;

/// <summary>Where the private keys of a subdomain may live.</summary>
public enum KeyCustody
{
    /// <summary>In a token or hardware module, nowhere else.</summary>
    Hsm,

    /// <summary>In a module, or in software where there is none.</summary>
    SoftwareAllowed,

    /// <summary>In software: the latency budget is smaller than a round trip to a module.</summary>
    Software,
}

/// <summary>The classical half of a hybrid. Each is part of standard combinations only.</summary>
public enum ClassicalPartner
{
    /// <summary>Post-quantum alone.</summary>
    None,

    /// <summary>X25519 with ML-KEM-768, Ed25519 with ML-DSA-44 and 65.</summary>
    X25519AndEd25519,

    /// <summary>ECDH P-384 with ML-KEM-1024, ECDSA P-384 with ML-DSA-87.</summary>
    P384,
}

/// <summary>What a caller demands of a profile beyond its subdomain.</summary>
/// <param name="MaxLatency">The most that cryptography may add.</param>
/// <param name="MinThroughput">Transactions per second.</param>
/// <param name="PqcMandatory">Stays true in every profile; false is accepted and changes nothing, since no profile is
/// classical.</param>
/// <param name="MinimumSecurityCategory">NIST category 1 to 5; raises the profile where it is below.</param>
public sealed record BankingSecurityConstraints(
    TimeSpan? MaxLatency = null, int? MinThroughput = null, bool PqcMandatory = true, int MinimumSecurityCategory = 1);

/// <summary>A change of what was asked for, kept so that the reader sees it.</summary>
public enum AdjustmentKind
{
    /// <summary>Stronger than one of its sources asked.</summary>
    Raised,

    /// <summary>Another algorithm, since the one asked for is not offered.</summary>
    Substituted,
}

/// <summary>What was asked, what holds instead, and why.</summary>
public sealed record Adjustment(AdjustmentKind Kind, string What, string From, string To, string Reason)
{
    public override string ToString() => $"{What}: {From} → {To}, {Kind.ToString().ToLowerInvariant()}: {Reason}";
}
