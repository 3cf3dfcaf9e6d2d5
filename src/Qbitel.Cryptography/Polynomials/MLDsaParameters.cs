using System.Security.Cryptography;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 204, Tables 1 and 2: one parameter set of ML-DSA, and the sizes that follow from it.</summary>
internal sealed class MLDsaParameters
{
    public const int MaxK = 8;
    public const int MaxL = 7;

    /// <summary>Size of a seed, of rho, of K and of rnd.</summary>
    public const int SeedSize = 32;

    /// <summary>Size of tr and of mu.</summary>
    public const int HashSize = 64;

    /// <summary>Bits dropped from t.</summary>
    public const int D = 13;

    /// <summary>Bits of a coefficient of t1: bitlen(q - 1) - d.</summary>
    public const int T1Bits = 10;

    public const int T0Size = 32 * D;
    public const int T1Size = 32 * T1Bits;

    public static readonly MLDsaParameters MLDsa44 =
        new(MLDsaAlgorithm.MLDsa44, "2.16.840.1.101.3.4.3.17", k: 4, l: 4, eta: 2, tau: 39,
            gamma1Bits: 17, gamma2: (MLDsaRing.Q - 1) / 88, omega: 80, lambda: 128);

    public static readonly MLDsaParameters MLDsa65 =
        new(MLDsaAlgorithm.MLDsa65, "2.16.840.1.101.3.4.3.18", k: 6, l: 5, eta: 4, tau: 49,
            gamma1Bits: 19, gamma2: (MLDsaRing.Q - 1) / 32, omega: 55, lambda: 192);

    public static readonly MLDsaParameters MLDsa87 =
        new(MLDsaAlgorithm.MLDsa87, "2.16.840.1.101.3.4.3.19", k: 8, l: 7, eta: 2, tau: 60,
            gamma1Bits: 19, gamma2: (MLDsaRing.Q - 1) / 32, omega: 75, lambda: 256);

    public static readonly IReadOnlyList<MLDsaParameters> All = [MLDsa44, MLDsa65, MLDsa87];

    private MLDsaParameters(
        MLDsaAlgorithm algorithm, string oid, int k, int l, int eta, int tau,
        int gamma1Bits, int gamma2, int omega, int lambda)
    {
        Algorithm = algorithm;
        Oid = oid;
        K = k;
        L = l;
        Eta = eta;
        Tau = tau;
        Gamma1Bits = gamma1Bits;
        Gamma2 = gamma2;
        Omega = omega;
        ChallengeSize = lambda / 4;
    }

    public MLDsaAlgorithm Algorithm { get; }

    public string Oid { get; }

    public int K { get; }

    public int L { get; }

    public int Eta { get; }

    public int Tau { get; }

    public int Beta => Tau * Eta;

    public int Gamma1 => 1 << Gamma1Bits;

    public int Gamma2 { get; }

    public int Omega { get; }

    /// <summary>Size of c tilde.</summary>
    public int ChallengeSize { get; }

    /// <summary>Bits of a coefficient of s1 and s2.</summary>
    public int EtaBits => Eta == 2 ? 3 : 4;

    /// <summary>Bits of a coefficient of w1.</summary>
    public int W1Bits => Gamma2 == (MLDsaRing.Q - 1) / 88 ? 6 : 4;

    /// <summary>Bits of a coefficient of y and z.</summary>
    public int ZBits => Gamma1Bits + 1;

    public int ZSize => 32 * ZBits;

    public int W1Size => 32 * W1Bits;

    public int EtaSize => 32 * EtaBits;

    public int PublicKeySize => SeedSize + (K * T1Size);

    public int PrivateKeySize => (2 * SeedSize) + HashSize + ((K + L) * EtaSize) + (K * T0Size);

    public int SignatureSize => ChallengeSize + (L * ZSize) + Omega + K;

    private int Gamma1Bits { get; }

    public static MLDsaParameters Of(MLDsaAlgorithm algorithm) =>
        algorithm == MLDsaAlgorithm.MLDsa44 ? MLDsa44
        : algorithm == MLDsaAlgorithm.MLDsa65 ? MLDsa65
        : algorithm == MLDsaAlgorithm.MLDsa87 ? MLDsa87
        : throw new ArgumentException($"Unknown ML-DSA parameter set '{algorithm.Name}'.", nameof(algorithm));

    /// <summary>
    /// The parameter set an AlgorithmIdentifier names (RFC 9881, section 2); null for any other algorithm.
    /// </summary>
    public static MLDsaParameters? Of(string oid) => All.FirstOrDefault(set => set.Oid == oid);
}
