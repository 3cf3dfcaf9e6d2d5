using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;

namespace Qbitel.Hsm;

/// <summary>
/// What is known of a key object without its secret: name, algorithm, public half. It is no handle and never goes
/// stale.
/// </summary>
/// <remarks>
/// Every use of a key carries this description, and the provider refuses when the object of that name is another key.
/// </remarks>
public sealed class HsmKey
{
    private HsmKey(
        TokenKeyId id, KeyAlgorithm algorithm, ReadOnlyMemory<byte> publicKey, ReadOnlyMemory<byte> checkValue,
        DateTimeOffset madeAt)
    {
        Id = id;
        Algorithm = algorithm;
        PublicKey = publicKey;
        CheckValue = checkValue;
        MadeAt = madeAt;
    }

    public TokenKeyId Id { get; }

    public KeyAlgorithm Algorithm { get; }

    /// <summary>The encoded public or encapsulation key; empty for a cipher key.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>
    /// Tells two keys apart: SHA-256 of the public key, or the CMAC check value of a cipher key (ANSI X9.24-1, annex A;
    /// 5 bytes).
    /// </summary>
    public ReadOnlyMemory<byte> CheckValue { get; }

    public DateTimeOffset MadeAt { get; }

    /// <summary>What a card key is for; null for other keys.</summary>
    public CardKeyUse? CardUse { get; private init; }

    /// <summary>A card key that may leave the box in a key block.</summary>
    public bool IsExportable { get; private init; }

    /// <summary>Describes a signature or KEM key.</summary>
    public static HsmKey OfPair(
        TokenKeyId id, KeyAlgorithm algorithm, ReadOnlyMemory<byte> publicKey, DateTimeOffset madeAt)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        int? size = algorithm switch
        {
            SignatureAlgorithm signature => signature.PublicKeySize,
            KemAlgorithm kem => kem.EncapsulationKeySize,
            _ => null,
        };
        if (size is null) throw new ArgumentException($"{algorithm} keys have no public half.", nameof(algorithm));
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, size.Value, nameof(publicKey));

        return new HsmKey(id, algorithm, publicKey, SHA256.HashData(publicKey.Span), madeAt);
    }

    /// <summary>Describes a cipher key.</summary>
    public static HsmKey OfCipher(
        TokenKeyId id, CipherAlgorithm algorithm, ReadOnlyMemory<byte> checkValue, DateTimeOffset madeAt)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentOutOfRangeException.ThrowIfZero(checkValue.Length, nameof(checkValue));

        return new HsmKey(id, algorithm, ReadOnlyMemory<byte>.Empty, checkValue, madeAt);
    }

    /// <summary>Describes a card key.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="algorithm">Its cipher and size.</param>
    /// <param name="use">The one thing it is for.</param>
    /// <param name="isExportable">It may leave the box in a key block.</param>
    /// <param name="checkValue">3 bytes of TDEA, 5 of AES.</param>
    /// <param name="madeAt">When it came to be here.</param>
    public static HsmKey OfCard(
        TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, bool isExportable, ReadOnlyMemory<byte> checkValue,
        DateTimeOffset madeAt)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (!Enum.IsDefined(use)) throw new ArgumentOutOfRangeException(nameof(use));
        ArgumentOutOfRangeException.ThrowIfNotEqual(checkValue.Length, algorithm.IsAes ? 5 : 3, nameof(checkValue));

        return new HsmKey(id, algorithm, ReadOnlyMemory<byte>.Empty, checkValue, madeAt)
        {
            CardUse = use,
            IsExportable = isExportable,
        };
    }

    /// <summary>Both descriptions are of the same key, not only of the same name.</summary>
    public bool IsSameKeyAs(HsmKey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Id == other.Id && Algorithm == other.Algorithm
            && CardUse == other.CardUse && IsExportable == other.IsExportable
            && PublicKey.Span.SequenceEqual(other.PublicKey.Span)
                && CheckValue.Span.SequenceEqual(other.CheckValue.Span);
    }

    public override string ToString() => CardUse is { } use ? $"{Algorithm} {use} {Id}" : $"{Algorithm} {Id}";
}
