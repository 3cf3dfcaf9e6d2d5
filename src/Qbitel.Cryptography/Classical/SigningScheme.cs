using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>
/// One classical signature scheme with everything fixed: curve or modulus, hash, padding and encodings.
/// </summary>
internal sealed class SigningScheme
{
    // RFC 8032, pure and without context; keys and signatures raw.
    public static readonly SigningScheme Ed25519 = Edwards(EvpKeyType.Ed25519);
    public static readonly SigningScheme Ed448 = Edwards(EvpKeyType.Ed448);

    // FIPS 186-5, section 6: public keys are uncompressed points, private keys the ECPrivateKey of RFC 5915.
    public static readonly SigningScheme EcdsaP256 = Ecdsa(NamedCurve.P256);
    public static readonly SigningScheme EcdsaP384 = Ecdsa(NamedCurve.P384);
    public static readonly SigningScheme EcdsaP521 = Ecdsa(NamedCurve.P521);
    public static readonly SigningScheme EcdsaBrainpoolP256r1 = Ecdsa(NamedCurve.BrainpoolP256r1);
    public static readonly SigningScheme EcdsaBrainpoolP384r1 = Ecdsa(NamedCurve.BrainpoolP384r1);

    // RFC 8017: keys are RSAPublicKey and RSAPrivateKey; the hash is that of the composites, the salt of PSS as long.
    public static readonly SigningScheme Rsa2048Pss = Rsa(RsaSize.Bits2048, RSASignaturePadding.Pss);
    public static readonly SigningScheme Rsa2048Pkcs15 = Rsa(RsaSize.Bits2048, RSASignaturePadding.Pkcs1);
    public static readonly SigningScheme Rsa3072Pss = Rsa(RsaSize.Bits3072, RSASignaturePadding.Pss);
    public static readonly SigningScheme Rsa3072Pkcs15 = Rsa(RsaSize.Bits3072, RSASignaturePadding.Pkcs1);
    public static readonly SigningScheme Rsa4096Pss = Rsa(RsaSize.Bits4096, RSASignaturePadding.Pss);
    public static readonly SigningScheme Rsa4096Pkcs15 = Rsa(RsaSize.Bits4096, RSASignaturePadding.Pkcs1);

    private readonly Func<ISigningKey> _generate;
    private readonly Import _importPrivate;
    private readonly Import _importPublic;

    private SigningScheme(Func<ISigningKey> generate, Import importPrivate, Import importPublic)
    {
        _generate = generate;
        _importPrivate = importPrivate;
        _importPublic = importPublic;
    }

    private delegate ISigningKey Import(ReadOnlySpan<byte> encoded);

    public ISigningKey Generate() => _generate();

    /// <exception cref="CryptographicException">The private key is malformed.</exception>
    public ISigningKey ImportPrivate(ReadOnlySpan<byte> encoded) => _importPrivate(encoded);

    /// <exception cref="CryptographicException">The public key is malformed.</exception>
    public ISigningKey ImportPublic(ReadOnlySpan<byte> encoded) => _importPublic(encoded);

    private static SigningScheme Edwards(EvpKeyType type) => new(
        () =>
        {
            ClassicalSelfTest.Require();
            return EvpKey.Generate(type);
        },
        encoded =>
        {
            ClassicalSelfTest.Require();
            return EvpKey.ImportPrivate(type, encoded);
        },
        encoded =>
        {
            ClassicalSelfTest.Require();
            return EvpKey.ImportPublic(type, encoded);
        });

    private static SigningScheme Ecdsa(NamedCurve curve) => new(
        () => EcdsaKey.Generate(curve),
        encoded => EcdsaKey.ImportPrivate(curve, encoded),
        encoded => EcdsaKey.ImportPublic(curve, encoded));

    private static SigningScheme Rsa(RsaSize size, RSASignaturePadding padding) => new(
        () => RsaKey.Generate(size, padding),
        encoded => RsaKey.ImportPrivate(size, padding, encoded),
        encoded => RsaKey.ImportPublic(size, padding, encoded));
}
