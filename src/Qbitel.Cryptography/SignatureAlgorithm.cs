using System.Diagnostics.CodeAnalysis;

namespace Qbitel.Cryptography;

/// <summary>One parameter set of a signature scheme.</summary>
public sealed class SignatureAlgorithm : KeyAlgorithm
{
    // RFC 8032 and SEC 1: classical, broken by a quantum computer. ECDSA signatures are DER, so their size is an upper
    // bound; ECDSA private keys are the ECPrivateKey of RFC 5915 with the curve and without the public key.
    public static readonly SignatureAlgorithm Ed25519 = new("Ed25519", "1.3.101.112", 0, 32, 64, 32);
    public static readonly SignatureAlgorithm EcdsaP256 =
        new("ECDSA-P256-SHA256", "1.2.840.10045.4.3.2", 0, 65, 72, 51, "ECDSA-P256");
    public static readonly SignatureAlgorithm EcdsaP384 =
        new("ECDSA-P384-SHA384", "1.2.840.10045.4.3.3", 0, 97, 104, 64, "ECDSA-P384");

    // FIPS 204, Table 2; private keys are the 32-byte seed.
    public static readonly SignatureAlgorithm MLDsa44 = new("ML-DSA-44", "2.16.840.1.101.3.4.3.17", 2, 1312, 2420, 32);
    public static readonly SignatureAlgorithm MLDsa65 = new("ML-DSA-65", "2.16.840.1.101.3.4.3.18", 3, 1952, 3309, 32);
    public static readonly SignatureAlgorithm MLDsa87 = new("ML-DSA-87", "2.16.840.1.101.3.4.3.19", 5, 2592, 4627, 32);

    // FIPS 205, Table 2; private keys are the two secret seeds and the public key.
    public static readonly SignatureAlgorithm SlhDsaSha2_128s =
        new("SLH-DSA-SHA2-128s", "2.16.840.1.101.3.4.3.20", 1, 32, 7856, 64);
    public static readonly SignatureAlgorithm SlhDsaSha2_128f =
        new("SLH-DSA-SHA2-128f", "2.16.840.1.101.3.4.3.21", 1, 32, 17088, 64);
    public static readonly SignatureAlgorithm SlhDsaSha2_192s =
        new("SLH-DSA-SHA2-192s", "2.16.840.1.101.3.4.3.22", 3, 48, 16224, 96);
    public static readonly SignatureAlgorithm SlhDsaSha2_192f =
        new("SLH-DSA-SHA2-192f", "2.16.840.1.101.3.4.3.23", 3, 48, 35664, 96);
    public static readonly SignatureAlgorithm SlhDsaSha2_256s =
        new("SLH-DSA-SHA2-256s", "2.16.840.1.101.3.4.3.24", 5, 64, 29792, 128);
    public static readonly SignatureAlgorithm SlhDsaSha2_256f =
        new("SLH-DSA-SHA2-256f", "2.16.840.1.101.3.4.3.25", 5, 64, 49856, 128);
    public static readonly SignatureAlgorithm SlhDsaShake128s =
        new("SLH-DSA-SHAKE-128s", "2.16.840.1.101.3.4.3.26", 1, 32, 7856, 64);
    public static readonly SignatureAlgorithm SlhDsaShake128f =
        new("SLH-DSA-SHAKE-128f", "2.16.840.1.101.3.4.3.27", 1, 32, 17088, 64);
    public static readonly SignatureAlgorithm SlhDsaShake192s =
        new("SLH-DSA-SHAKE-192s", "2.16.840.1.101.3.4.3.28", 3, 48, 16224, 96);
    public static readonly SignatureAlgorithm SlhDsaShake192f =
        new("SLH-DSA-SHAKE-192f", "2.16.840.1.101.3.4.3.29", 3, 48, 35664, 96);
    public static readonly SignatureAlgorithm SlhDsaShake256s =
        new("SLH-DSA-SHAKE-256s", "2.16.840.1.101.3.4.3.30", 5, 64, 29792, 128);
    public static readonly SignatureAlgorithm SlhDsaShake256f =
        new("SLH-DSA-SHAKE-256f", "2.16.840.1.101.3.4.3.31", 5, 64, 49856, 128);

    // draft-ietf-lamps-pq-composite-sigs-19: ML-DSA part, then the classical part, without lengths; both must verify.
    // Private keys are the 32-byte ML-DSA seed, then the classical private key as above.
    public static readonly SignatureAlgorithm MLDsa44Ed25519 =
        Composite("MLDSA44-Ed25519-SHA512", 39, 2, 1344, 2484, 64, "Ed25519-ML-DSA-44");
    public static readonly SignatureAlgorithm MLDsa65EcdsaP256 =
        Composite("MLDSA65-ECDSA-P256-SHA512", 45, 3, 2017, 3381, 83, "ECDSA-P256-ML-DSA-65");
    public static readonly SignatureAlgorithm MLDsa65Ed25519 =
        Composite("MLDSA65-Ed25519-SHA512", 48, 3, 1984, 3373, 64, "Ed25519-ML-DSA-65");
    public static readonly SignatureAlgorithm MLDsa87EcdsaP384 =
        Composite("MLDSA87-ECDSA-P384-SHA512", 49, 5, 2689, 4731, 96, "ECDSA-P384-ML-DSA-87");

    // The rest of the draft's table. RSA private keys are the RSAPrivateKey of RFC 8017, whose length varies: the size
    // is an upper bound, and the public exponent is 65537.
    public static readonly SignatureAlgorithm MLDsa44Rsa2048Pss =
        Rsa("MLDSA44-RSA2048-PSS-SHA256", 37, 2, 1582, 2676, 2048, "RSA2048-PSS-ML-DSA-44");
    public static readonly SignatureAlgorithm MLDsa44Rsa2048Pkcs15 =
        Rsa("MLDSA44-RSA2048-PKCS15-SHA256", 38, 2, 1582, 2676, 2048, "RSA2048-PKCS15-ML-DSA-44");
    public static readonly SignatureAlgorithm MLDsa44EcdsaP256 =
        Composite("MLDSA44-ECDSA-P256-SHA256", 40, 2, 1377, 2492, 83, "ECDSA-P256-ML-DSA-44");
    public static readonly SignatureAlgorithm MLDsa65Rsa3072Pss =
        Rsa("MLDSA65-RSA3072-PSS-SHA512", 41, 3, 2350, 3693, 3072, "RSA3072-PSS-ML-DSA-65");
    public static readonly SignatureAlgorithm MLDsa65Rsa3072Pkcs15 =
        Rsa("MLDSA65-RSA3072-PKCS15-SHA512", 42, 3, 2350, 3693, 3072, "RSA3072-PKCS15-ML-DSA-65");
    public static readonly SignatureAlgorithm MLDsa65Rsa4096Pss =
        Rsa("MLDSA65-RSA4096-PSS-SHA512", 43, 3, 2478, 3821, 4096, "RSA4096-PSS-ML-DSA-65");
    public static readonly SignatureAlgorithm MLDsa65Rsa4096Pkcs15 =
        Rsa("MLDSA65-RSA4096-PKCS15-SHA512", 44, 3, 2478, 3821, 4096, "RSA4096-PKCS15-ML-DSA-65");
    public static readonly SignatureAlgorithm MLDsa65EcdsaP384 =
        Composite("MLDSA65-ECDSA-P384-SHA512", 46, 3, 2049, 3413, 96, "ECDSA-P384-ML-DSA-65");
    public static readonly SignatureAlgorithm MLDsa65EcdsaBrainpoolP256r1 =
        Composite("MLDSA65-ECDSA-brainpoolP256r1-SHA512", 47, 3, 2017, 3381, 84, "ECDSA-brainpoolP256r1-ML-DSA-65");
    public static readonly SignatureAlgorithm MLDsa87EcdsaBrainpoolP384r1 =
        Composite("MLDSA87-ECDSA-brainpoolP384r1-SHA512", 50, 5, 2689, 4731, 100, "ECDSA-brainpoolP384r1-ML-DSA-87");
    public static readonly SignatureAlgorithm MLDsa87Ed448 =
        Composite("MLDSA87-Ed448-SHAKE256", 51, 5, 2649, 4741, 89, "Ed448-ML-DSA-87");
    public static readonly SignatureAlgorithm MLDsa87Rsa3072Pss =
        Rsa("MLDSA87-RSA3072-PSS-SHA512", 52, 5, 2990, 5011, 3072, "RSA3072-PSS-ML-DSA-87");
    public static readonly SignatureAlgorithm MLDsa87Rsa4096Pss =
        Rsa("MLDSA87-RSA4096-PSS-SHA512", 53, 5, 3118, 5139, 4096, "RSA4096-PSS-ML-DSA-87");
    public static readonly SignatureAlgorithm MLDsa87EcdsaP521 =
        Composite("MLDSA87-ECDSA-P521-SHA512", 54, 5, 2725, 4766, 114, "ECDSA-P521-ML-DSA-87");

    /// <summary>Falcon-512 as submitted to the third round of NIST's competition: not FIPS 206, not FN-DSA.</summary>
    /// <remarks>
    /// Not in <see cref="All"/>, so no name in a configuration, a request or a store resolves to it. It has no object
    /// identifier and no context. Signatures are of the padded form.
    /// </remarks>
    [Experimental("QBITEL0001")]
    public static readonly SignatureAlgorithm Falcon512Round3 =
        new("Falcon-512-round3", null, 1, 897, 666, 1281) { MaxContextSize = 0 };

    private SignatureAlgorithm(
        string name, string? oid, int category, int publicKeySize, int signatureSize, int privateKeySize,
            params string[] aliases)
        : base(name, oid, category, privateKeySize, aliases)
    {
        PublicKeySize = publicKeySize;
        SignatureSize = signatureSize;
        MaxContextSize = category > 0 ? SignatureKey.MaxContextSize : 0;
    }

    public int PublicKeySize { get; }

    /// <summary>Size of a signature; an upper bound where a part of it is DER-encoded ECDSA.</summary>
    public int SignatureSize { get; }

    /// <summary>The longest context string a signature can be bound to, in bytes; classical schemes take
    /// none.</summary>
    public int MaxContextSize { get; private init; }

    /// <summary>Every scheme with a standard; <see cref="Falcon512Round3"/> has none.</summary>
    public static new IReadOnlyList<SignatureAlgorithm> All { get; } =
    [
        Ed25519, EcdsaP256, EcdsaP384, MLDsa44, MLDsa65, MLDsa87,
        MLDsa44Ed25519, MLDsa65EcdsaP256, MLDsa65Ed25519, MLDsa87EcdsaP384,
        SlhDsaSha2_128s, SlhDsaSha2_128f, SlhDsaSha2_192s, SlhDsaSha2_192f, SlhDsaSha2_256s, SlhDsaSha2_256f,
        SlhDsaShake128s, SlhDsaShake128f, SlhDsaShake192s, SlhDsaShake192f, SlhDsaShake256s, SlhDsaShake256f,
        MLDsa44Rsa2048Pss, MLDsa44Rsa2048Pkcs15, MLDsa44EcdsaP256,
        MLDsa65Rsa3072Pss, MLDsa65Rsa3072Pkcs15, MLDsa65Rsa4096Pss, MLDsa65Rsa4096Pkcs15, MLDsa65EcdsaP384,
        MLDsa65EcdsaBrainpoolP256r1, MLDsa87EcdsaBrainpoolP384r1, MLDsa87Ed448, MLDsa87Rsa3072Pss, MLDsa87Rsa4096Pss,
        MLDsa87EcdsaP521,
    ];

    private static SignatureAlgorithm Composite(
        string name, int arc, int category, int publicKeySize, int signatureSize, int privateKeySize, string alias) =>
        new(name, $"1.3.6.1.5.5.7.6.{arc}", category, publicKeySize, signatureSize, privateKeySize, alias)
        {
            Draft = "draft-ietf-lamps-pq-composite-sigs-19",
        };

    private static SignatureAlgorithm Rsa(
        string name, int arc, int category, int publicKeySize, int signatureSize, int modulusBits, string alias) =>
        new(name, $"1.3.6.1.5.5.7.6.{arc}", category, publicKeySize, signatureSize,
            MLDsa65.PrivateKeySize + MaxRsaPrivateKeySize(modulusBits), alias)
        {
            Draft = "draft-ietf-lamps-pq-composite-sigs-19",
            IsPrivateKeySizeFixed = false,
        };
}
