using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Envelopes;

namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>Card keys by the names people give them, and their way into a box under a quantum-safe envelope.</summary>
public static class CardKeys
{
    /// <summary>Of a name, in characters.</summary>
    public const int MaxNameLength = 64;

    private static readonly byte[] SealInfo = "qbitel card key 1"u8.ToArray();

    extension(TokenKeyId)
    {
        /// <summary>SHA-256 over the label <c>qbitel card key name 1</c> and the name in UTF-8, cut to 16
        /// bytes.</summary>
        public static TokenKeyId OfCardKey(string name)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, MaxNameLength, nameof(name));
            byte[] hash = SHA256.HashData([.. "qbitel card key name 1\0"u8, .. Encoding.UTF8.GetBytes(name)]);
            return new TokenKeyId(hash.AsSpan(0, TokenKeyId.Size));
        }
    }

    /// <summary>Seals a card key to a KEM key of the box that is to take it in; its use and cipher are bound to
    /// it.</summary>
    /// <param name="recipient">The box's KEM, e.g. X-Wing.</param>
    /// <param name="encapsulationKey">Its public half.</param>
    /// <param name="algorithm">The card key's cipher and size.</param>
    /// <param name="use">What it is for.</param>
    /// <param name="key">The clear key; the caller zeroes it.</param>
    public static byte[] Seal(
        KemAlgorithm recipient, ReadOnlySpan<byte> encapsulationKey, CardKeyAlgorithm algorithm, CardKeyUse use,
        ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, algorithm.PrivateKeySize, nameof(key));
        return HybridEncryption.Seal(recipient, encapsulationKey, key, Bound(algorithm, use), SealInfo);
    }

    /// <summary>Takes in a card key that was sealed to a KEM key of the box, which decapsulates inside.</summary>
    /// <exception cref="CryptographicException">Sealed to another key, altered, or for another use or
    /// cipher.</exception>
    public static async ValueTask<HsmKey> ImportSealedAsync(
        HsmProvider hsm, HsmKey recipient, TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use,
        ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hsm);
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentNullException.ThrowIfNull(algorithm);
        if (recipient.Algorithm is not KemAlgorithm kem)
            throw new ArgumentException($"{recipient.Algorithm} keys open no envelope.", nameof(recipient));

        byte[] key = await HybridEncryption.OpenAsync(
            kem, (encapsulated, cancel) => hsm.DecapsulateAsync(recipient, encapsulated, cancel), envelope,
            Bound(algorithm, use), SealInfo, cancellationToken);
        try
        {
            return key.Length == algorithm.PrivateKeySize
                ? await hsm.Cards.ImportAsync(id, algorithm, use, isExportable: false, key, cancellationToken)
                : throw new CryptographicException($"The envelope holds no {algorithm} key.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Bound(CardKeyAlgorithm algorithm, CardKeyUse use) =>
        Encoding.ASCII.GetBytes($"{use.Code} {algorithm.Name}");
}
