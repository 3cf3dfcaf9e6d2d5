using Qbitel.Cryptography;

namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>One of our algorithms as AWS KMS names it.</summary>
internal sealed record AwsAlgorithm(KeyAlgorithm Algorithm, string KeySpec, string KeyUsage, string Use)
{
    private const string SignVerify = "SIGN_VERIFY";
    private const string Encapsulate = "ENCAPSULATE_DECAPSULATE";

    // AWS KMS API Reference, CreateKey (KeySpec, KeyUsage), Sign (SigningAlgorithm), Decapsulate
    // (EncapsulationAlgorithm).
    public static IReadOnlyList<AwsAlgorithm> All { get; } =
    [
        new(SignatureAlgorithm.EcdsaP256, "ECC_NIST_P256", SignVerify, "ECDSA_SHA_256"),
        new(SignatureAlgorithm.EcdsaP384, "ECC_NIST_P384", SignVerify, "ECDSA_SHA_384"),
        new(SignatureAlgorithm.Ed25519, "ECC_NIST_EDWARDS25519", SignVerify, "ED25519_SHA_512"),
        new(SignatureAlgorithm.MLDsa44, "ML_DSA_44", SignVerify, "ML_DSA_SHAKE_256"),
        new(SignatureAlgorithm.MLDsa65, "ML_DSA_65", SignVerify, "ML_DSA_SHAKE_256"),
        new(SignatureAlgorithm.MLDsa87, "ML_DSA_87", SignVerify, "ML_DSA_SHAKE_256"),
        new(KemAlgorithm.MLKem512, "ML_KEM_512", Encapsulate, "ML_KEM"),
        new(KemAlgorithm.MLKem768, "ML_KEM_768", Encapsulate, "ML_KEM"),
        new(KemAlgorithm.MLKem1024, "ML_KEM_1024", Encapsulate, "ML_KEM"),
    ];

    public static AwsAlgorithm? Of(KeyAlgorithm algorithm) => All.FirstOrDefault(a => a.Algorithm == algorithm);

    public static AwsAlgorithm? OfSpec(string? keySpec) => All.FirstOrDefault(a => a.KeySpec == keySpec);

    /// <summary>Why AWS KMS has no such keys, or none that keep the contract of every provider.</summary>
    public static string? WhyNot(KeyAlgorithm algorithm) =>
        Of(algorithm) is not null ? null
        : algorithm == CipherAlgorithm.Aes256Gcm
            ? "AWS KMS encrypts into a format of its own and shows neither nonce nor tag; WrapAsync takes it as it is"
        : algorithm.Name.StartsWith("SLH-DSA", StringComparison.Ordinal) ? "AWS KMS has no SLH-DSA"
        : algorithm.Draft is not null ? "AWS KMS has no hybrid keys"
        : "AWS KMS has no such keys";
}
