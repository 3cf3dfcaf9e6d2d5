using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Keys;

/// <summary>
/// ML-DSA-65 (FIPS 204, category 3) as .NET's own <see cref="MLDsa"/>, on every machine .NET runs on.
/// </summary>
/// <remarks>Whose implementation it is says <see cref="LatticeImplementation.Current"/>.</remarks>
public static class MLDsa65
{
    public static MLDsaAlgorithm Algorithm => MLDsaAlgorithm.MLDsa65;

    public static MLDsa GenerateKey() => LatticeImplementation.Current.GenerateKey(Algorithm);

    /// <param name="seed">The 32 bytes xi.</param>
    public static MLDsa ImportPrivateSeed(ReadOnlySpan<byte> seed) =>
        LatticeImplementation.Current.ImportPrivateSeed(Algorithm, seed);

    public static MLDsa ImportPublicKey(ReadOnlySpan<byte> publicKey) =>
        LatticeImplementation.Current.ImportPublicKey(Algorithm, publicKey);
}
