using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>RSA of one modulus size and public exponent 65537, in the encodings of RFC 8017, appendix A.1.</summary>
/// <remarks>
/// One exponent means one length of a public key. A private key has no fixed length: each of its numbers is written as
/// short as it is.
/// </remarks>
internal sealed class RsaSize
{
    // The hash is that of the composite signatures (draft-ietf-lamps-pq-composite-sigs-19, section 6).
    public static readonly RsaSize Bits2048 = new(2048, publicKeySize: 270, HashAlgorithmName.SHA256);
    public static readonly RsaSize Bits3072 = new(3072, publicKeySize: 398, HashAlgorithmName.SHA256);
    public static readonly RsaSize Bits4096 = new(4096, publicKeySize: 526, HashAlgorithmName.SHA384);

    private static readonly byte[] Exponent = [0x01, 0x00, 0x01];

    private RsaSize(int bits, int publicKeySize, HashAlgorithmName hash)
    {
        Bits = bits;
        PublicKeySize = publicKeySize;
        Hash = hash;
    }

    public int Bits { get; }

    public int ModulusSize => Bits / 8;

    public int PublicKeySize { get; }

    public HashAlgorithmName Hash { get; }

    /// <summary>A fresh key; the platform makes it at once, not at its first use.</summary>
    public RSA Generate()
    {
        var key = RSA.Create(Bits);
        _ = key.ExportParameters(includePrivateParameters: false);
        return key;
    }

    /// <exception cref="CryptographicException">Not one RSAPrivateKey in DER, of this size and exponent.</exception>
    public RSA ImportPrivate(ReadOnlySpan<byte> encoded) =>
        Import(encoded, (key, bytes) => key.ImportRSAPrivateKey(bytes, out _), key => key.ExportRSAPrivateKey());

    /// <exception cref="CryptographicException">Not one RSAPublicKey in DER, of this size and exponent.</exception>
    public RSA ImportPublic(ReadOnlySpan<byte> encoded) =>
        Import(encoded, (key, bytes) => key.ImportRSAPublicKey(bytes, out _), key => key.ExportRSAPublicKey());

    // The platform reads BER, ignores what follows and takes any size: a key has one encoding, the one we would write.
    private RSA Import(ReadOnlySpan<byte> encoded, Action<RSA, ReadOnlySpan<byte>> import, Func<RSA, byte[]> export)
    {
        var key = RSA.Create();
        byte[] again = [];
        try
        {
            import(key, encoded);
            again = export(key);
            if (key.KeySize == Bits && CryptographicOperations.FixedTimeEquals(again, encoded)
                && key.ExportParameters(includePrivateParameters: false).Exponent.AsSpan().SequenceEqual(Exponent))
            {
                return key;
            }
        }
        catch (CryptographicException e)
        {
            key.Dispose();
            throw Malformed(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(again);
        }

        key.Dispose();
        throw Malformed(inner: null);
    }

    private CryptographicException Malformed(Exception? inner) =>
        new($"RSA key: expected the DER of one key of {Bits} bits with exponent 65537, as RFC 8017 encodes it.", inner);
}
