using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Envelopes;

namespace Qbitel.Hsm;

/// <summary>
/// How key material goes to a cloud: PKCS#11's CKM_RSA_AES_KEY_WRAP, which is a fresh AES-256 key under RSA-OAEP, then
/// the material under that key by RFC 5649.
/// </summary>
/// <remarks>The last hop is classical: whoever keeps it and breaks RSA later has the key.</remarks>
internal static class RsaAesKeyWrap
{
    /// <param name="wrappingKey">The service's.</param>
    /// <param name="material">PKCS#8, or the bytes of a secret key.</param>
    /// <param name="padding">OAEP with the hash the service documents; none of them needs it free of
    /// collisions.</param>
    public static byte[] Wrap(RSA wrappingKey, ReadOnlySpan<byte> material, RSAEncryptionPadding padding)
    {
        using SecretBuffer once = new(32);
        RandomNumberGenerator.Fill(once.Bytes);
        return [.. wrappingKey.Encrypt(once.Bytes, padding), .. AesKeyWrap.WrapPadded(once.Bytes, material)];
    }

    /// <summary>
    /// What is wrapped of a key as it travels: an EC key with its public key beside it, as most programs expect; the
    /// bytes of a cipher key as they are. The caller zeroes it.
    /// </summary>
    /// <exception cref="CryptographicException">It is no such key.</exception>
    public static byte[] Material(KeyAlgorithm algorithm, ReadOnlySpan<byte> encoded)
    {
        if (algorithm is CipherAlgorithm)
        {
            return encoded.Length == algorithm.PrivateKeySize ? encoded.ToArray()
                : throw new CryptographicException($"{encoded.Length} bytes are no {algorithm} key.");
        }

        using ECDsa whole = ECDsa.Create();
        whole.ImportPkcs8PrivateKey(encoded, out _);
        return whole.ExportPkcs8PrivateKey();
    }

    /// <summary>The public key of a pair as it travels; empty for a cipher key.</summary>
    /// <exception cref="CryptographicException">It is no key of that algorithm.</exception>
    public static byte[] PublicKey(KeyAlgorithm algorithm, ReadOnlySpan<byte> encoded)
    {
        if (algorithm is CipherAlgorithm) return [];
        using StoredKey stored = Pkcs8.Decode(encoded);
        return stored.Algorithm == algorithm ? stored.ExportPublicKey()
            : throw new CryptographicException($"it is a {stored.AlgorithmName} key, not {algorithm}.");
    }

    /// <summary>
    /// Whether what a service encrypted opens with a key here: a check value would need an encryption of zeros, which
    /// is the authentication key of GCM and which nobody outside should see.
    /// </summary>
    public static bool Opens(ReadOnlySpan<byte> key, ReadOnlySpan<byte> container, ReadOnlySpan<byte> plaintext)
    {
        if (container.Length != HsmProvider.NonceSize + plaintext.Length + HsmProvider.TagSize) return false;
        byte[] opened = new byte[plaintext.Length];
        try
        {
            using AesGcm aes = new(key, HsmProvider.TagSize);
            aes.Decrypt(container[..HsmProvider.NonceSize], container[HsmProvider.NonceSize..^HsmProvider.TagSize],
                container[^HsmProvider.TagSize..], opened);
            return plaintext.SequenceEqual(opened);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
