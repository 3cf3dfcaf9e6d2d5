using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>The keys of plain ML-DSA and ML-KEM.</summary>
internal static class LatticeKeys
{
    public static SignatureKey Generate(SignatureAlgorithm algorithm) =>
        new MLDsaKey(algorithm, ManagedMLDsa.GenerateKey(ParametersOf(algorithm)), hasPrivateKey: true);

    public static SignatureKey ImportPrivate(SignatureAlgorithm algorithm, ReadOnlySpan<byte> seed) =>
        new MLDsaKey(
            algorithm, ManagedMLDsa.ImportMLDsaPrivateSeed(ParametersOf(algorithm), seed), hasPrivateKey: true);

    public static SignatureKey ImportPublic(SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey) =>
        new MLDsaKey(
            algorithm, ManagedMLDsa.ImportMLDsaPublicKey(ParametersOf(algorithm), publicKey), hasPrivateKey: false);

    public static KemKey Generate(KemAlgorithm algorithm) =>
        new MLKemKey(algorithm, ManagedMLKem.GenerateKey(ParametersOf(algorithm)), hasPrivateKey: true);

    public static KemKey ImportPrivate(KemAlgorithm algorithm, ReadOnlySpan<byte> seed) =>
        new MLKemKey(algorithm, ManagedMLKem.ImportPrivateSeed(ParametersOf(algorithm), seed), hasPrivateKey: true);

    public static KemKey ImportPublic(KemAlgorithm algorithm, ReadOnlySpan<byte> encapsulationKey) =>
        new MLKemKey(
            algorithm, ManagedMLKem.ImportEncapsulationKey(ParametersOf(algorithm), encapsulationKey),
            hasPrivateKey: false);

    public static MLKem ImportPrivateSeed(MLKemAlgorithm algorithm, ReadOnlySpan<byte> seed) =>
        ManagedMLKem.ImportPrivateSeed(algorithm, seed);

    public static MLKem ImportEncapsulationKey(MLKemAlgorithm algorithm, ReadOnlySpan<byte> encapsulationKey) =>
        ManagedMLKem.ImportEncapsulationKey(algorithm, encapsulationKey);

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
