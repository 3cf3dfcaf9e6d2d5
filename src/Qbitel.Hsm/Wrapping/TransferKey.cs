using System.Text.Json.Serialization;

namespace Qbitel.Hsm.Wrapping;

/// <summary>
/// A key object of a token as far as moving it goes: name, kind, uses, and what proves that a copy is it.
/// </summary>
/// <remarks>It holds no secret. Keys of other programs are described too.</remarks>
public sealed record TransferKey
{
    /// <summary>
    /// The identifier of the object (CKA_ID), in hexadecimal; may be empty for keys of other programs.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The label of the object (CKA_LABEL).</summary>
    public required string Label { get; init; }

    /// <summary>The name of a <see cref="TransferKind"/>, or what the token says where there is none.</summary>
    public required string Kind { get; init; }

    public required KeyUses Uses { get; init; }

    public required bool IsExtractable { get; init; }

    /// <summary>
    /// Tells two keys apart: <c>public:</c> and SHA-256 of the public key, or a method and its value, e.g. <c>cmac:</c>
    /// (ANSI X9.24-1), <c>des:</c>, <c>hmac-sha256:</c>; empty where nothing can be compared.
    /// </summary>
    public required string CheckValue { get; init; }

    /// <summary>RSAPublicKey, uncompressed point, or the raw key; empty for a secret key.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>Why the object cannot be moved or proved at all; null where nothing stands against it.</summary>
    public string? Obstacle { get; init; }

    /// <summary>The name of the object within its token.</summary>
    [JsonIgnore]
    public string Name => Label.Length == 0 ? Id : Id.Length == 0 ? Label : $"{Label} ({Id})";

    /// <summary>Both are the same key: what proves it is there and equal.</summary>
    public bool IsSameKeyAs(TransferKey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CheckValue.Length > 0 && CheckValue == other.CheckValue && Kind == other.Kind;
    }

    public bool Equals(TransferKey? other) => other is not null && Id == other.Id && Label == other.Label
        && Kind == other.Kind && Uses == other.Uses && IsExtractable == other.IsExtractable
        && CheckValue == other.CheckValue && Obstacle == other.Obstacle
        && PublicKey.Span.SequenceEqual(other.PublicKey.Span);

    public override int GetHashCode() => HashCode.Combine(Id, Label, Kind, CheckValue);

    public override string ToString() => $"{Kind} {Name}";
}
