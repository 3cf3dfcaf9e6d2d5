using Qbitel.Governance;

namespace Qbitel.Store;

/// <summary>A message kept for its retention time, sealed and signed. The store never sees its text.</summary>
public sealed record ArchivedMessage
{
    public required Guid Id { get; init; }

    /// <summary>The transaction reference, which the seal is bound to.</summary>
    public required string Reference { get; init; }

    /// <summary>The format of the message, e.g. <c>mt103</c>.</summary>
    public required string Protocol { get; init; }

    public required DateTimeOffset ArchivedAt { get; init; }

    public required DateTimeOffset RetainUntil { get; init; }

    /// <summary>How the message is sealed, e.g. <c>X-Wing</c> and <c>AES-256-GCM</c>.</summary>
    public required string KemAlgorithm { get; init; }

    public required string CipherAlgorithm { get; init; }

    /// <summary>The key that opens the seal, and its version; null where a recipient outside holds it.</summary>
    public KeyId? SealingKeyId { get; init; }

    public int? SealingKeyVersion { get; init; }

    public required ReadOnlyMemory<byte> Sealed { get; init; }

    public required string SignatureAlgorithm { get; init; }

    /// <summary>The key that signed, and its version; null where a sender outside did.</summary>
    public KeyId? SigningKeyId { get; init; }

    public int? SigningKeyVersion { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }
}
