using Qbitel.Cryptography;

namespace Qbitel.Governance;

/// <summary>Which of two algorithms of one purpose is the stronger: the higher security category, then the hybrid over
/// the pure one.</summary>
public static class AlgorithmStrength
{
    private static readonly KeyAlgorithm[] Pure =
    [
        KemAlgorithm.MLKem512, KemAlgorithm.MLKem768, KemAlgorithm.MLKem1024,
        SignatureAlgorithm.MLDsa44, SignatureAlgorithm.MLDsa65, SignatureAlgorithm.MLDsa87,
        .. SignatureAlgorithm.All.Where(a => a.Name.StartsWith("SLH-DSA-", StringComparison.Ordinal)), // FIPS 205
    ];

    /// <summary>Whether a classical half must also be broken: a combined KEM or a composite signature.</summary>
    public static bool IsHybrid(KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return algorithm is KemAlgorithm or SignatureAlgorithm && algorithm.IsQuantumSafe && !Pure.Contains(algorithm);
    }

    /// <summary>The same purpose: both KEMs, both signatures or both ciphers. Others cannot be compared.</summary>
    public static bool AreComparable(KeyAlgorithm one, KeyAlgorithm other) =>
        (one, other) is (KemAlgorithm, KemAlgorithm) or (SignatureAlgorithm, SignatureAlgorithm)
            or (CipherAlgorithm, CipherAlgorithm);

    /// <summary>True where <paramref name="algorithm"/> lacks nothing that <paramref name="floor"/> has: neither
    /// category nor hybrid.</summary>
    public static bool Meets(KeyAlgorithm algorithm, KeyAlgorithm floor) =>
        AreComparable(algorithm, floor) && algorithm.SecurityCategory >= floor.SecurityCategory
            && (IsHybrid(algorithm) || !IsHybrid(floor));

    /// <summary>The weakest known algorithm that meets both; each where it already meets the other.</summary>
    /// <exception cref="ArgumentException">The two serve different purposes.</exception>
    public static T Stronger<T>(T one, T other)
        where T : KeyAlgorithm
    {
        if (!AreComparable(one, other))
            throw new ArgumentException($"{one} and {other} serve different purposes.", nameof(other));
        if (Meets(one, other)) return one;
        if (Meets(other, one)) return other;

        // One has the category, the other the hybrid.
        return KeyAlgorithm.All.OfType<T>().Where(a => Meets(a, one) && Meets(a, other)).MinBy(a => a.SecurityCategory)
            ?? throw new ArgumentException($"No algorithm is as strong as both {one} and {other}.", nameof(other));
    }
}
