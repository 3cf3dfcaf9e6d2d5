namespace Qbitel.Governance.Inventory;

public enum AssetKind
{
    TlsEndpoint,
    Certificate,
    Key,

    /// <summary>Traffic of one protocol between two places, as a capture showed it.</summary>
    ProtocolFlow,
}

/// <summary>Whether the business stops without it. Unknown is treated as critical where a deadline is earlier for
/// critical systems.</summary>
public enum Criticality
{
    Unknown,
    Standard,
    Critical,
}

/// <summary>Where a fact about an asset comes from.</summary>
/// <param name="Id">Such as a scan id or an audit entry: what an auditor looks up.</param>
/// <param name="Kind">One of the kinds of evidence, such as <c>tls_endpoint_scan</c> or <c>key_inventory</c>.</param>
/// <param name="CollectedAt">Evidence ages.</param>
public sealed record Evidence(string Id, string Kind, DateTimeOffset CollectedAt);

/// <summary>One use of an algorithm by an asset.</summary>
/// <param name="Use">For what.</param>
/// <param name="Algorithm">Which, possibly unknown.</param>
/// <param name="Role">Where: <c>negotiated group</c>, <c>certificate key</c>, <c>issuer signature</c> …</param>
/// <param name="IsProved">Seen in use, not only configured.</param>
public sealed record AlgorithmUse(CryptoUse Use, CryptoAlgorithm Algorithm, string Role, bool IsProved = true);

/// <summary>Something that uses cryptography, with what is known about it and from where.</summary>
public sealed record CryptoAsset
{
    /// <summary>Stable over scans, such as <c>tls:pay.bank.example:443</c>.</summary>
    public required string Id { get; init; }

    public required AssetKind Kind { get; init; }

    public required string Name { get; init; }

    public IReadOnlyList<AlgorithmUse> Uses { get; init; } = [];

    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    public string? Service { get; init; }

    public string? Owner { get; init; }

    public string? Zone { get; init; }

    public DataClass? DataClass { get; init; }

    public Criticality Criticality { get; init; }

    /// <summary>How long what it protects must stay secret; null where nobody said.</summary>
    public TimeSpan? ShelfLife { get; init; }

    /// <summary>A dated plan to replace what is classical.</summary>
    public DateOnly? MigrationPlanned { get; init; }

    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The traffic can be read where it was captured.</summary>
    public bool IsCleartext { get; init; }

    /// <summary>Why nothing could be learned, such as the failure of a scan.</summary>
    public string? Unobserved { get; init; }

    /// <summary>Why the asset is not to be assessed; null where it is.</summary>
    public string? OutOfScope { get; init; }
}
