using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>The keys of plain ML-DSA and ML-KEM, of the implementation in force.</summary>
internal static class LatticeKeys
{
    private static LatticeImplementation InForce => LatticeImplementation.Current;

    public static SignatureKey Generate(SignatureAlgorithm algorithm) =>
        new MLDsaKey(algorithm, InForce.GenerateKey(ParametersOf(algorithm)), hasPrivateKey: true);

    public static SignatureKey ImportPrivate(SignatureAlgorithm algorithm, ReadOnlySpan<byte> seed) =>
        new MLDsaKey(
            algorithm, InForce.ImportPrivateSeed(ParametersOf(algorithm), seed), hasPrivateKey: true);

    public static SignatureKey ImportPublic(SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey) =>
        new MLDsaKey(
            algorithm, InForce.ImportPublicKey(ParametersOf(algorithm), publicKey), hasPrivateKey: false);

    public static KemKey Generate(KemAlgorithm algorithm) =>
        new MLKemKey(algorithm, InForce.GenerateKey(ParametersOf(algorithm)), hasPrivateKey: true);

    public static KemKey ImportPrivate(KemAlgorithm algorithm, ReadOnlySpan<byte> seed) =>
        new MLKemKey(algorithm, InForce.ImportPrivateSeed(ParametersOf(algorithm), seed), hasPrivateKey: true);

    public static KemKey ImportPublic(KemAlgorithm algorithm, ReadOnlySpan<byte> encapsulationKey) =>
        new MLKemKey(
            algorithm, InForce.ImportEncapsulationKey(ParametersOf(algorithm), encapsulationKey),
            hasPrivateKey: false);

    /// <summary>A private key of RFC 9881 in any of its forms; one that came expanded has no seed to export.</summary>
    public static SignatureKey ImportPkcs8(SignatureAlgorithm algorithm, ReadOnlySpan<byte> pkcs8) =>
        new MLDsaKey(algorithm, ManagedMLDsa.ImportPkcs8PrivateKey(pkcs8), hasPrivateKey: true);

    /// <summary>A private key of RFC 9935 in any of its forms; one that came expanded has no seed to export.</summary>
    public static KemKey ImportPkcs8(KemAlgorithm algorithm, ReadOnlySpan<byte> pkcs8) =>
        new MLKemKey(algorithm, ManagedMLKem.ImportPkcs8PrivateKey(pkcs8), hasPrivateKey: true);

    private static MLDsaAlgorithm ParametersOf(SignatureAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.MLDsa44 ? MLDsaAlgorithm.MLDsa44
        : algorithm == SignatureAlgorithm.MLDsa65 ? MLDsaAlgorithm.MLDsa65
        : algorithm == SignatureAlgorithm.MLDsa87 ? MLDsaAlgorithm.MLDsa87
        : throw new ArgumentException($"{algorithm} is not plain ML-DSA.", nameof(algorithm));

    private static MLKemAlgorithm ParametersOf(KemAlgorithm algorithm) =>
        algorithm == KemAlgorithm.MLKem512 ? MLKemAlgorithm.MLKem512
        : algorithm == KemAlgorithm.MLKem768 ? MLKemAlgorithm.MLKem768
        : algorithm == KemAlgorithm.MLKem1024 ? MLKemAlgorithm.MLKem1024
        : throw new ArgumentException($"{algorithm} is not plain ML-KEM.", nameof(algorithm));
}
