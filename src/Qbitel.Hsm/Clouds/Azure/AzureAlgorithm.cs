using Qbitel.Cryptography;

namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>One of our algorithms as Managed HSM names it.</summary>
internal sealed record AzureAlgorithm(
    KeyAlgorithm Algorithm, string KeyType, string? Curve, string Use, string[] Operations)
{
    // Key Vault REST API 7.6: JsonWebKeyType, JsonWebKeyCurveName, signature and encryption algorithms.
    public static IReadOnlyList<AzureAlgorithm> All { get; } =
    [
        new(SignatureAlgorithm.EcdsaP256, "EC-HSM", "P-256", "ES256", ["sign", "verify"]),
        new(SignatureAlgorithm.EcdsaP384, "EC-HSM", "P-384", "ES384", ["sign", "verify"]),
        new(CipherAlgorithm.Aes256Gcm, "oct-HSM", null, "A256GCM", ["encrypt", "decrypt"]),
    ];

    public static AzureAlgorithm? Of(KeyAlgorithm algorithm) => All.FirstOrDefault(a => a.Algorithm == algorithm);

    public static AzureAlgorithm? Of(string? keyType, string? curve) =>
        All.FirstOrDefault(a => a.KeyType == keyType && a.Curve == curve);

    public static string? WhyNot(KeyAlgorithm algorithm) => Of(algorithm) is not null ? null
        : algorithm.IsQuantumSafe
        ? "Azure Managed HSM has RSA, EC and AES keys only, and none against quantum computers"
        : $"Azure Managed HSM has no {algorithm} keys";
}
