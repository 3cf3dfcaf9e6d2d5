using Qbitel.Governance;

namespace Qbitel.Store;

/// <summary>Where a certificate stands in its life.</summary>
public enum CertificateState
{
    /// <summary>Asked for, not yet issued.</summary>
    Pending,

    Active,

    /// <summary>Inside its renewal window.</summary>
    Expiring,

    /// <summary>A successor has taken its place.</summary>
    Renewed,

    Revoked,

    Expired,
}

/// <summary>A certificate Qbitel issued or watches.</summary>
public sealed record CertificateRecord
{
    public required Guid Id { get; init; }

    public required CertificateState State { get; init; }

    public required string Subject { get; init; }

    public required string Issuer { get; init; }

    /// <summary>Upper-case hexadecimal; unique for its issuer.</summary>
    public required string SerialNumber { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The certificate itself. The store keeps no private key.</summary>
    public required ReadOnlyMemory<byte> Der { get; init; }

    public string? Service { get; init; }

    /// <summary>The key it certifies, where that key is ours, and which version of it.</summary>
    public KeyId? KeyId { get; init; }

    public int? KeyVersion { get; init; }

    /// <summary>The certificate that took its place.</summary>
    public Guid? SuccessorId { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Why it was revoked, by its name in RFC 5280, section 5.3.1, e.g. <c>keyCompromise</c>.</summary>
    public string? RevocationReason { get; init; }
}
