using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>
/// Whether a classical signature over <paramref name="data"/> is by the holder of a key in its raw encoding.
/// </summary>
/// <exception cref="CryptographicException">The public key is malformed.</exception>
internal delegate bool ClassicalVerification(
    ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

/// <summary>Verification for schemes we meet in the signatures of others, also those we make no keys of.</summary>
internal static class ClassicalVerifications
{
    /// <summary>RFC 8032, pure, without context; keys and signatures raw.</summary>
    public static ClassicalVerification Edwards(EvpKeyType type) => (publicKey, data, signature) =>
    {
        using EvpKey key = EvpKey.ImportPublic(type, publicKey);
        return key.Verify(data, signature);
    };

    /// <summary>Keys are uncompressed points, signatures DER.</summary>
    public static ClassicalVerification Ecdsa(NamedCurve curve) => (publicKey, data, signature) =>
    {
        using ECDsa key = curve.ImportPublic(ECDsa.Create, publicKey);
        return key.VerifyData(data, signature, curve.Hash, DSASignatureFormat.Rfc3279DerSequence);
    };

    /// <summary>Keys are the RSAPublicKey of RFC 8017, A.1.1; the salt of PSS is as long as the hash.</summary>
    public static ClassicalVerification Rsa(int modulusBits, HashAlgorithmName hash, RSASignaturePadding padding) =>
        (publicKey, data, signature) =>
    {
        using var key = RSA.Create();
        key.ImportRSAPublicKey(publicKey, out int read);
        if (read != publicKey.Length || key.KeySize != modulusBits)
            throw new CryptographicException($"RSA public key: expected one RSAPublicKey of {modulusBits} bits.");

        return key.VerifyData(data, signature, hash, padding);
    };
}
