using Qbitel.Cryptography;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>One of our algorithms as Cloud KMS names it, and the form its public key is asked for in.</summary>
internal sealed record GcpAlgorithm(
    KeyAlgorithm Algorithm, string Name, string Purpose, string? PublicKeyFormat, bool MayBeInHardware)
{
    // Cloud KMS REST API v1: CryptoKeyVersionAlgorithm, CryptoKeyPurpose, PublicKeyFormat. ML-DSA keys are those for
    // an external mu, because the others sign without a context. SLH-DSA exists there without a context only.
    public static IReadOnlyList<GcpAlgorithm> All { get; } =
    [
        new(SignatureAlgorithm.EcdsaP256, "EC_SIGN_P256_SHA256", "ASYMMETRIC_SIGN", null, true),
        new(SignatureAlgorithm.EcdsaP384, "EC_SIGN_P384_SHA384", "ASYMMETRIC_SIGN", null, true),
        new(SignatureAlgorithm.Ed25519, "EC_SIGN_ED25519", "ASYMMETRIC_SIGN", null, false),
        new(SignatureAlgorithm.MLDsa44, "PQ_SIGN_ML_DSA_44_EXTERNAL_MU", "ASYMMETRIC_SIGN", "NIST_PQC", false),
        new(SignatureAlgorithm.MLDsa65, "PQ_SIGN_ML_DSA_65_EXTERNAL_MU", "ASYMMETRIC_SIGN", "NIST_PQC", false),
        new(SignatureAlgorithm.MLDsa87, "PQ_SIGN_ML_DSA_87_EXTERNAL_MU", "ASYMMETRIC_SIGN", "NIST_PQC", false),
        new(KemAlgorithm.MLKem768, "ML_KEM_768", "KEY_ENCAPSULATION", "NIST_PQC", false),
        new(KemAlgorithm.MLKem1024, "ML_KEM_1024", "KEY_ENCAPSULATION", "NIST_PQC", false),
        new(KemAlgorithm.XWing, "KEM_XWING", "KEY_ENCAPSULATION", "XWING_RAW_BYTES", false),
        new(CipherAlgorithm.Aes256Gcm, "AES_256_GCM", "RAW_ENCRYPT_DECRYPT", null, true),
    ];

    public static GcpAlgorithm? Of(KeyAlgorithm algorithm) => All.FirstOrDefault(a => a.Algorithm == algorithm);

    public static GcpAlgorithm? OfName(string? name) => All.FirstOrDefault(a => a.Name == name);

    // Google documents the import of EC keys in PKCS#8 and of the bytes of AES keys; of the others it says nothing.
    public static string? WhyNoImport(KeyAlgorithm algorithm, bool inHardware) => WhyNot(algorithm, inHardware)
        ?? (algorithm == SignatureAlgorithm.EcdsaP256 || algorithm == SignatureAlgorithm.EcdsaP384
            || algorithm is CipherAlgorithm ? null : $"Cloud KMS documents no import of {algorithm} keys");

    public static string? WhyNot(KeyAlgorithm algorithm, bool inHardware) => Of(algorithm) switch
    {
        { MayBeInHardware: false } when inHardware =>
            $"that Cloud KMS keeps {algorithm} keys in HSMs is not documented; a provider with InHardware false makes "
            + "them",
        not null => null,
        null when algorithm.Name == "SLH-DSA-SHA2-128s" =>
            "Cloud KMS signs SLH-DSA without a context, which is part of ours",
        null => $"Cloud KMS has no {algorithm} keys",
    };
}
