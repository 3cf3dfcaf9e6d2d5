using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>Encrypts one message to the holder of a KEM key: HPKE (RFC 9180, base mode) with AES-256-GCM.</summary>
/// <remarks>
/// <para>The envelope names its suite: <c>"HPKE"</c> and three numbers (10 bytes), encapsulated key, ciphertext, tag
/// (16 bytes); see docs/formats/hybrid-envelope.md. Every byte of it, the associated data and the info are
/// authenticated. The sender is not: sign the message where that matters.</para>
/// <para>Each message has a key of its own, so there is no nonce to keep track of.</para>
/// </remarks>
public sealed class HybridEncryption
{
    private readonly KemAlgorithm _kem;

    /// <param name="classical">The cipher for the message: <c>AES-256-GCM</c>.</param>
    /// <param name="pqc">
    /// The recipient's KEM by any of its names: <c>ML-KEM-768</c> is plain, <c>X25519-ML-KEM-768</c> is X-Wing.
    /// </param>
    /// <exception cref="ArgumentException">HPKE does not know the pair; the message lists what exists.</exception>
    public HybridEncryption(string classical = "AES-256-GCM", string pqc = "X25519-ML-KEM-768")
    {
        if (!KeyAlgorithm.TryParse(classical, out KeyAlgorithm? cipher) || cipher != CipherAlgorithm.Aes256Gcm)
        {
            throw new ArgumentException(
                $"Unknown cipher '{classical}'. Known: {CipherAlgorithm.Aes256Gcm}.", nameof(classical));
        }

        _kem = KeyAlgorithm.Parse(pqc) as KemAlgorithm
            ?? throw new ArgumentException($"'{pqc}' is not a KEM.", nameof(pqc));
        _ = HpkeSuite.Of(_kem);
    }

    /// <summary>Seals with this instance's algorithms.</summary>
    public byte[] Encrypt(
        ReadOnlySpan<byte> recipientPublicKey, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> aad = default) =>
        Seal(_kem, recipientPublicKey, plaintext, aad);

    /// <summary>Opens an envelope with a key of this instance's algorithm.</summary>
    public byte[] Decrypt(KemKey recipientKey, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> aad = default)
    {
        ArgumentNullException.ThrowIfNull(recipientKey);
        if (recipientKey.Algorithm != _kem)
        {
            throw new ArgumentException(
                $"The key is of {recipientKey.Algorithm}; expected {_kem}.", nameof(recipientKey));
        }

        return Open(recipientKey, envelope, aad);
    }

    /// <summary>How much longer an envelope is than its message.</summary>
    public static int Overhead(KemAlgorithm algorithm) => EnvelopeLayout.Overhead(HpkeSuite.Of(algorithm));

    /// <summary>Encrypts <paramref name="plaintext"/> so that only the holder of the private key can read it.</summary>
    /// <remarks>
    /// The associated data is authenticated and not stored: whoever opens the envelope must know it, for example a
    /// payment's reference. The info separates applications: an envelope for one purpose does not open for another.
    /// </remarks>
    /// <exception cref="ArgumentException">HPKE does not know the KEM.</exception>
    /// <exception cref="CryptographicException">The public key is malformed.</exception>
    public static byte[] Seal(
        KemAlgorithm algorithm, ReadOnlySpan<byte> recipientPublicKey, ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> associatedData = default, ReadOnlySpan<byte> info = default)
    {
        HpkeSuite suite = HpkeSuite.Of(algorithm);
        using KemKey recipient = KemKeys.ImportPublic(algorithm, recipientPublicKey);

        byte[] envelope = new byte[Overhead(algorithm) + plaintext.Length];
        suite.Id.CopyTo(envelope);
        EnvelopeLayout parts = new(suite, envelope.Length);

        Span<byte> sharedSecret = stackalloc byte[algorithm.SharedSecretSize];
        byte[] key = [];
        try
        {
            recipient.Encapsulate(envelope.AsSpan(parts.Encapsulated), sharedSecret);
            (key, byte[] nonce, byte[] exporter) = HpkeKeySchedule.Of(suite).Derive(sharedSecret, info, psk: null);
            CryptographicOperations.ZeroMemory(exporter);
            using AesGcm cipher = new(key, EnvelopeLayout.TagSize);
            cipher.Encrypt(
                nonce, plaintext, envelope.AsSpan(parts.Ciphertext), envelope.AsSpan(parts.Tag), associatedData);
            return envelope;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>
    /// Decrypts an envelope with a key in this process. The caller zeroes the message where it is secret.
    /// </summary>
    /// <exception cref="CryptographicException">
    /// The envelope was changed or cut, was sealed for another key, or with another associated data or info.
    /// </exception>
    public static byte[] Open(
        KemKey recipientKey, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> associatedData = default,
        ReadOnlySpan<byte> info = default)
    {
        ArgumentNullException.ThrowIfNull(recipientKey);
        HpkeSuite suite = HpkeSuite.Of(recipientKey.Algorithm);
        EnvelopeLayout parts = EnvelopeLayout.Read(suite, envelope);

        byte[] sharedSecret = new byte[suite.Kem.SharedSecretSize];
        try
        {
            recipientKey.Decapsulate(envelope[parts.Encapsulated], sharedSecret);
            return Decrypt(suite, sharedSecret, envelope, parts, associatedData, info);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
        }
    }

    /// <summary>
    /// Decrypts an envelope with a key only <paramref name="decapsulate"/> can reach: in a token, a device, a cloud.
    /// </summary>
    /// <remarks>It gets the encapsulated key and returns the shared secret, which is zeroed here.</remarks>
    /// <exception cref="CryptographicException">
    /// As opening with a key does, or the secret has the wrong length.
    /// </exception>
    public static async ValueTask<byte[]> OpenAsync(
        KemAlgorithm algorithm, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<byte[]>> decapsulate,
        ReadOnlyMemory<byte> envelope, ReadOnlyMemory<byte> associatedData = default,
        ReadOnlyMemory<byte> info = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decapsulate);
        HpkeSuite suite = HpkeSuite.Of(algorithm);
        EnvelopeLayout parts = EnvelopeLayout.Read(suite, envelope.Span);

        byte[] sharedSecret = await decapsulate(envelope[parts.Encapsulated], cancellationToken).ConfigureAwait(false);
        try
        {
            int size = algorithm.SharedSecretSize;
            if (sharedSecret.Length != size)
            {
                throw new CryptographicException(
                    $"Secret from the token: expected {size} bytes, found {sharedSecret.Length}.");
            }

            return Decrypt(suite, sharedSecret, envelope.Span, parts, associatedData.Span, info.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
        }
    }

    private static byte[] Decrypt(
        HpkeSuite suite, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> envelope, EnvelopeLayout parts,
        ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> info)
    {
        byte[] key = [];
        ReadOnlySpan<byte> ciphertext = envelope[parts.Ciphertext];
        byte[] plaintext = new byte[ciphertext.Length];
        try
        {
            (key, byte[] nonce, byte[] exporter) = HpkeKeySchedule.Of(suite).Derive(sharedSecret, info, psk: null);
            CryptographicOperations.ZeroMemory(exporter);
            using AesGcm cipher = new(key, EnvelopeLayout.TagSize);

            // Zeroes the plaintext when the tag is wrong.
            cipher.Decrypt(nonce, ciphertext, envelope[parts.Tag], plaintext, associatedData);
            return plaintext;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
