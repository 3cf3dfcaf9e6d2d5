using Qbitel.Cryptography;
using Qbitel.Governance;

namespace Qbitel.Store;

/// <summary>A key as policy sees it. Its material lives in a token, one object for each version.</summary>
public sealed record KeyRecord
{
    public required KeyId Id { get; init; }

    /// <summary>Unique among all keys, e.g. <c>wire-transfer-api/signing</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Fixed when the key is made, as <see cref="Algorithm"/> is: another type or algorithm is another
    /// key.</summary>
    public required KeyType Type { get; init; }

    public required KeyAlgorithm Algorithm { get; init; }

    /// <summary>The name of the service that uses the key, or null for a key of the platform itself.</summary>
    public string? Service { get; init; }

    /// <summary>The policy the key was made under, e.g. <c>WIRE-001</c>.</summary>
    public required string PolicyId { get; init; }

    /// <summary>How long a version protects before the next one is due; null where rotation is by hand.</summary>
    public TimeSpan? RotationPeriod { get; init; }

    public required bool RequiresHsm { get; init; }

    public required bool DualControl { get; init; }

    /// <summary>The version that protects now; null before the first and after the last one.</summary>
    public int? CurrentVersion { get; init; }

    public required DateTimeOffset MadeAt { get; init; }
}

/// <summary>One version of a key. Versions are never deleted; a destroyed one keeps its row.</summary>
public sealed record KeyVersionRecord
{
    public required KeyId KeyId { get; init; }

    /// <summary>From 1 upwards, without gaps.</summary>
    public required int Version { get; init; }

    /// <summary>At most one version of a key is <see cref="KeyState.Active"/>; the store refuses a second.</summary>
    public required KeyState State { get; init; }

    /// <summary>The token that holds the material, e.g. <c>software</c>.</summary>
    public required string Token { get; init; }

    /// <summary>The name of the object in that token, derived from key and version, so that a repeated creation finds
    /// it.</summary>
    public required string TokenKeyId { get; init; }

    /// <summary>The encoded public key; empty for a symmetric key.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public DateTimeOffset? ActivatedAt { get; init; }

    public DateTimeOffset? RotateDueAt { get; init; }

    public DateTimeOffset? DeactivatedAt { get; init; }

    public DateTimeOffset? CompromisedAt { get; init; }

    public DateTimeOffset? DestroyedAt { get; init; }
}
