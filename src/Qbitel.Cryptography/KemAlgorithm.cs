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
        new("X-Wing", "1.3.6.1.4.1.62253.25722", 3, 1216, 1120, 32, 32, "X25519-ML-KEM-768", "MLKEM768-X25519");

    // draft-ietf-hpke-pq, KEM 0x0050 and 0x0051: the same combiner over the curves of FIPS 186.
    public static readonly KemAlgorithm MLKem768P256 = new("MLKEM768-P256", null, 3, 1249, 1153, 32, 32, "P-256-ML-KEM-768");
    public static readonly KemAlgorithm MLKem1024P384 = new("MLKEM1024-P384", null, 5, 1665, 1665, 32, 32, "P-384-ML-KEM-1024");

    // draft-ietf-tls-ecdhe-mlkem: TLS group 0x11EC; the 64-byte secret is the plain concatenation that TLS hashes itself.
    // TLS keys live for one handshake and have no stored form: the private key is ours, ML-KEM seed (64) || X25519 scalar (32).
    public static readonly KemAlgorithm X25519MLKem768 = new("X25519MLKEM768", null, 3, 1216, 1120, 64, 96);

    private KemAlgorithm(
        string name, string? oid, int category, int encapsulationKeySize, int ciphertextSize, int sharedSecretSize, int privateKeySize,
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
        [MLKem512, MLKem768, MLKem1024, XWing, MLKem768P256, MLKem1024P384, X25519MLKem768];
}
