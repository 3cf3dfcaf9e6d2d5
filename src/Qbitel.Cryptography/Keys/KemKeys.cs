using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Hybrid;

namespace Qbitel.Cryptography.Keys;

/// <summary>Makes a key of any <see cref="KemAlgorithm"/>.</summary>
public static class KemKeys
{
    /// <exception cref="PlatformNotSupportedException">
    /// The algorithm has an X25519 or X448 half and OpenSSL 3 is not installed.
    /// </exception>
    public static KemKey Generate(KemAlgorithm algorithm) =>
        IsPlain(algorithm) ? LatticeKeys.Generate(algorithm) : HybridKemKey.Generate(HybridKemScheme.Of(algorithm));

    /// <summary>The inverse of <see cref="KemKey.ExportPrivateKey"/>.</summary>
    /// <exception cref="CryptographicException">The private key is malformed.</exception>
    public static KemKey ImportPrivate(KemAlgorithm algorithm, ReadOnlySpan<byte> privateKey)
    {
        bool plain = IsPlain(algorithm);
        KeySize.RequirePrivate(algorithm, privateKey);
        return plain
            ? LatticeKeys.ImportPrivate(algorithm, privateKey)
            : HybridKemKey.ImportPrivate(HybridKemScheme.Of(algorithm), privateKey);
    }

    /// <summary>
    /// The inverse of <see cref="KemKey.ExportEncapsulationKey"/>; for DER see <see cref="SubjectPublicKey"/>.
    /// </summary>
    /// <exception cref="CryptographicException">
    /// Wrong length, a coefficient not below q, a point not on the curve, or an RSA key of another size or exponent.
    /// </exception>
    public static KemKey ImportPublic(KemAlgorithm algorithm, ReadOnlySpan<byte> encapsulationKey)
    {
        bool plain = IsPlain(algorithm);
        KeySize.Require(algorithm, "encapsulation", algorithm.EncapsulationKeySize, encapsulationKey);
        return plain
            ? LatticeKeys.ImportPublic(algorithm, encapsulationKey)
            : HybridKemKey.ImportPublic(HybridKemScheme.Of(algorithm), encapsulationKey);
    }

    /// <summary>
    /// As <see cref="ImportPublic(KemAlgorithm, ReadOnlySpan{byte})"/>, for a sender who encapsulates often: ephemeral
    /// keys come from a reserve, which the caller owns.
    /// </summary>
    /// <exception cref="ArgumentException">The algorithm has no X25519 half.</exception>
    /// <exception cref="CryptographicException">Wrong length, or a coefficient not below q.</exception>
    public static KemKey ImportPublic(
        KemAlgorithm algorithm, ReadOnlySpan<byte> encapsulationKey, X25519Reserve reserve)
    {
        ArgumentNullException.ThrowIfNull(reserve);
        if (IsPlain(algorithm) || HybridKemScheme.Of(algorithm) is not { HasX25519: true } scheme)
            throw new ArgumentException($"{algorithm} has no X25519 half to take keys for.", nameof(algorithm));

        KeySize.Require(algorithm, "encapsulation", algorithm.EncapsulationKeySize, encapsulationKey);
        return HybridKemKey.ImportPublic(scheme, encapsulationKey, reserve);
    }

    private static bool IsPlain(KemAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return algorithm == KemAlgorithm.MLKem512
            || algorithm == KemAlgorithm.MLKem768
            || algorithm == KemAlgorithm.MLKem1024;
    }
}
