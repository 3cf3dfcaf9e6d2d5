using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Keys;

/// <summary>
/// ML-KEM-768 (FIPS 203, category 3) as .NET's own <see cref="MLKem"/>, on every machine .NET runs on.
/// </summary>
/// <remarks>Whose implementation it is says <see cref="LatticeImplementation.Current"/>.</remarks>
public static class MLKem768
{
    public static MLKemAlgorithm Algorithm => MLKemAlgorithm.MLKem768;

    public static MLKem GenerateKey() => LatticeImplementation.Current.GenerateKey(Algorithm);

    /// <param name="seed">The 64 bytes d || z.</param>
    public static MLKem ImportPrivateSeed(ReadOnlySpan<byte> seed) =>
        LatticeImplementation.Current.ImportPrivateSeed(Algorithm, seed);

    /// <exception cref="CryptographicException">A coefficient is not below q.</exception>
    public static MLKem ImportEncapsulationKey(ReadOnlySpan<byte> encapsulationKey) =>
        LatticeImplementation.Current.ImportEncapsulationKey(Algorithm, encapsulationKey);
}
