using System.Security.Cryptography;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 203, Table 2: one parameter set of ML-KEM, and the sizes that follow from it.</summary>
internal sealed class MLKemParameters
{
    public const int MaxK = 4;
    public const int Eta2 = 2;

    /// <summary>Size of a seed d or z, a message, a hash and a shared secret.</summary>
    public const int SeedSize = 32;

    public static readonly MLKemParameters MLKem512 =
        new(MLKemAlgorithm.MLKem512, "2.16.840.1.101.3.4.4.1", k: 2, eta1: 3, du: 10, dv: 4);

    public static readonly MLKemParameters MLKem768 =
        new(MLKemAlgorithm.MLKem768, "2.16.840.1.101.3.4.4.2", k: 3, eta1: 2, du: 10, dv: 4);

    public static readonly MLKemParameters MLKem1024 =
        new(MLKemAlgorithm.MLKem1024, "2.16.840.1.101.3.4.4.3", k: 4, eta1: 2, du: 11, dv: 5);

    public static readonly IReadOnlyList<MLKemParameters> All = [MLKem512, MLKem768, MLKem1024];

    private MLKemParameters(MLKemAlgorithm algorithm, string oid, int k, int eta1, int du, int dv)
    {
        Algorithm = algorithm;
        Oid = oid;
        K = k;
        Eta1 = eta1;
        Du = du;
        Dv = dv;
    }

    public MLKemAlgorithm Algorithm { get; }

    public string Oid { get; }

    public int K { get; }

    public int Eta1 { get; }

    public int Du { get; }

    public int Dv { get; }

    /// <summary>Size of a vector of k polynomials in 12 bits a coefficient: of t and of s.</summary>
    public int VectorSize => 384 * K;

    public int EncapsulationKeySize => VectorSize + SeedSize;

    public int DecapsulationKeySize => VectorSize + EncapsulationKeySize + (2 * SeedSize);

    public int CiphertextSize => 32 * ((Du * K) + Dv);

    public static MLKemParameters Of(MLKemAlgorithm algorithm) =>
        algorithm == MLKemAlgorithm.MLKem512 ? MLKem512
        : algorithm == MLKemAlgorithm.MLKem768 ? MLKem768
        : algorithm == MLKemAlgorithm.MLKem1024 ? MLKem1024
        : throw new ArgumentException($"Unknown ML-KEM parameter set '{algorithm.Name}'.", nameof(algorithm));

    /// <summary>
    /// The parameter set an AlgorithmIdentifier names (RFC 9935, section 3); null for any other algorithm.
    /// </summary>
    public static MLKemParameters? Of(string oid) => All.FirstOrDefault(set => set.Oid == oid);
}
