namespace Qbitel.Cryptography;

/// <summary>One parameter set of a key encapsulation mechanism.</summary>
public sealed class KemAlgorithm : KeyAlgorithm
{
    // FIPS 203, Table 3; private keys are the 64-byte seed d || z.
    public static readonly KemAlgorithm MLKem512 = new("ML-KEM-512", "2.16.840.1.101.3.4.4.1", 1, 800, 768, 32, 64);
    public static readonly KemAlgorithm MLKem768 = new("ML-KEM-768", "2.16.840.1.101.3.4.4.2", 3, 1184, 1088, 32, 64);
    public static readonly KemAlgorithm MLKem1024 = new("ML-KEM-1024", "2.16.840.1.101.3.4.4.3", 5, 1568, 1568, 32, 64);

    // draft-connolly-cfrg-xwing-kem: the hybrid for keys at rest; HPKE KEM 0x647a.
    public static readonly KemAlgorithm XWing =
        new("X-Wing", "1.3.6.1.4.1.62253.25722", 3, 1216, 1120, 32, 32, "X25519-ML-KEM-768", "MLKEM768-X25519")
        {
            Draft = "draft-connolly-cfrg-xwing-kem-10",
        };

    // draft-ietf-hpke-pq, KEM 0x0050 and 0x0051: the same combiner over the curves of FIPS 186.
    public static readonly KemAlgorithm MLKem768P256 =
        new("MLKEM768-P256", null, 3, 1249, 1153, 32, 32, "P-256-ML-KEM-768")
        {
            Draft = "draft-irtf-cfrg-concrete-hybrid-kems-04",
        };
    public static readonly KemAlgorithm MLKem1024P384 =
        new("MLKEM1024-P384", null, 5, 1665, 1665, 32, 32, "P-384-ML-KEM-1024")
        {
            Draft = "draft-irtf-cfrg-concrete-hybrid-kems-04",
        };

    // draft-ietf-tls-ecdhe-mlkem: TLS groups 0x11EC, 0x11EB and 0x11ED; the secret is the plain concatenation that TLS
    // hashes itself. With the NIST curves the curve comes first. TLS keys live for one handshake and have no stored
    // form: the private key is ours, the ML-KEM seed (64) and the scalar in the order of the shares.
    public static readonly KemAlgorithm X25519MLKem768 = Tls("X25519MLKEM768", 3, 1216, 1120, 64, 96);
    public static readonly KemAlgorithm SecP256r1MLKem768 = Tls("SecP256r1MLKEM768", 3, 1249, 1153, 64, 96);
    public static readonly KemAlgorithm SecP384r1MLKem1024 = Tls("SecP384r1MLKEM1024", 5, 1665, 1665, 80, 112);

    // draft-ietf-lamps-pq-composite-kem-18: for certificates and CMS. Private keys are the ML-KEM seed (64), then the
    // classical private key: RSAPrivateKey (the size is an upper bound, the exponent 65537), raw, or ECPrivateKey.
    public static readonly KemAlgorithm CompositeMLKem768Rsa2048 =
        Rsa("MLKEM768-RSA2048-SHA3-256", 55, 3, 1454, 1344, 2048);
    public static readonly KemAlgorithm CompositeMLKem768Rsa3072 =
        Rsa("MLKEM768-RSA3072-SHA3-256", 56, 3, 1582, 1472, 3072);
    public static readonly KemAlgorithm CompositeMLKem768Rsa4096 =
        Rsa("MLKEM768-RSA4096-SHA3-256", 57, 3, 1710, 1600, 4096);
    public static readonly KemAlgorithm CompositeMLKem768X25519 =
        Composite("MLKEM768-X25519-SHA3-256", 58, 3, 1216, 1120, 96);
    public static readonly KemAlgorithm CompositeMLKem768P256 =
        Composite("MLKEM768-ECDH-P256-SHA3-256", 59, 3, 1249, 1153, 115);
    public static readonly KemAlgorithm CompositeMLKem768P384 =
        Composite("MLKEM768-ECDH-P384-SHA3-256", 60, 3, 1281, 1185, 128);
    public static readonly KemAlgorithm CompositeMLKem768BrainpoolP256r1 =
        Composite("MLKEM768-ECDH-brainpoolP256r1-SHA3-256", 61, 3, 1249, 1153, 116);
    public static readonly KemAlgorithm CompositeMLKem1024Rsa3072 =
        Rsa("MLKEM1024-RSA3072-SHA3-256", 62, 5, 1966, 1952, 3072);
    public static readonly KemAlgorithm CompositeMLKem1024P384 =
        Composite("MLKEM1024-ECDH-P384-SHA3-256", 63, 5, 1665, 1665, 128);
    public static readonly KemAlgorithm CompositeMLKem1024BrainpoolP384r1 =
        Composite("MLKEM1024-ECDH-brainpoolP384r1-SHA3-256", 64, 5, 1665, 1665, 132);
    public static readonly KemAlgorithm CompositeMLKem1024X448 =
        Composite("MLKEM1024-X448-SHA3-256", 65, 5, 1624, 1624, 120);
    public static readonly KemAlgorithm CompositeMLKem1024P521 =
        Composite("MLKEM1024-ECDH-P521-SHA3-256", 66, 5, 1701, 1701, 146);

    private KemAlgorithm(
        string name, string? oid, int category, int encapsulationKeySize, int ciphertextSize, int sharedSecretSize,
            int privateKeySize,
        params string[] aliases)
        : base(name, oid, category, privateKeySize, aliases)
    {
        EncapsulationKeySize = encapsulationKeySize;
        CiphertextSize = ciphertextSize;
        SharedSecretSize = sharedSecretSize;
    }

    public int EncapsulationKeySize { get; }

    public int CiphertextSize { get; }

    public int SharedSecretSize { get; }

    public static new IReadOnlyList<KemAlgorithm> All { get; } =
    [
        MLKem512, MLKem768, MLKem1024, XWing, MLKem768P256, MLKem1024P384,
        X25519MLKem768, SecP256r1MLKem768, SecP384r1MLKem1024,
        CompositeMLKem768Rsa2048, CompositeMLKem768Rsa3072, CompositeMLKem768Rsa4096, CompositeMLKem768X25519,
        CompositeMLKem768P256, CompositeMLKem768P384, CompositeMLKem768BrainpoolP256r1, CompositeMLKem1024Rsa3072,
        CompositeMLKem1024P384, CompositeMLKem1024BrainpoolP384r1, CompositeMLKem1024X448, CompositeMLKem1024P521,
    ];

    private static KemAlgorithm Tls(
        string name, int category, int encapsulationKeySize, int ciphertextSize, int sharedSecretSize,
        int privateKeySize) =>
        new(name, null, category, encapsulationKeySize, ciphertextSize, sharedSecretSize, privateKeySize)
        {
            Draft = "draft-ietf-tls-ecdhe-mlkem-05",
        };

    private static KemAlgorithm Composite(
        string name, int arc, int category, int encapsulationKeySize, int ciphertextSize, int privateKeySize) =>
        new(name, $"1.3.6.1.5.5.7.6.{arc}", category, encapsulationKeySize, ciphertextSize, 32, privateKeySize)
        {
            Draft = "draft-ietf-lamps-pq-composite-kem-18",
        };

    private static KemAlgorithm Rsa(
        string name, int arc, int category, int encapsulationKeySize, int ciphertextSize, int modulusBits) =>
        new(name, $"1.3.6.1.5.5.7.6.{arc}", category, encapsulationKeySize, ciphertextSize, 32,
            MLKem768.PrivateKeySize + MaxRsaPrivateKeySize(modulusBits))
        {
            Draft = "draft-ietf-lamps-pq-composite-kem-18",
            IsPrivateKeySizeFixed = false,
        };
}
