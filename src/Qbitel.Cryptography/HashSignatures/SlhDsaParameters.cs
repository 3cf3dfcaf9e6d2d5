using System.Security.Cryptography;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>One parameter set of SLH-DSA, in the letters of FIPS 205, section 11, Table 2. Sizes are in
/// bytes.</summary>
internal sealed class SlhDsaParameters
{
    /// <summary>w: the values of a digit, and the links of a chain with its start.</summary>
    public const int W = 16;

    /// <summary>len2: the digits of a checksum, the same for every set.</summary>
    public const int ChecksumDigits = 3;

    public const int MaxN = 32;

    /// <summary>The largest len.</summary>
    public const int MaxChains = (2 * MaxN) + ChecksumDigits;

    // n, h, d, h', a, k and m of Table 2; SHA2 before SHAKE, as their identifiers (NIST CSOR) count.
    private static readonly (int N, int H, int D, int A, int K, int M)[] Table =
    [
        (16, 63, 7, 12, 14, 30), (16, 66, 22, 6, 33, 34),
        (24, 63, 7, 14, 17, 39), (24, 66, 22, 8, 33, 42),
        (32, 64, 8, 14, 22, 47), (32, 68, 17, 9, 35, 49),
    ];

    private SlhDsaParameters(int number, SlhDsaAlgorithm algorithm)
    {
        (N, Height, Layers, A, K, DigestSize) = Table[number % Table.Length];
        Algorithm = algorithm;
        Oid = $"2.16.840.1.101.3.4.3.{20 + number}";
        IsShake = number >= Table.Length;
    }

    public static IReadOnlyList<SlhDsaParameters> All { get; } =
    [
        new(0, SlhDsaAlgorithm.SlhDsaSha2_128s), new(1, SlhDsaAlgorithm.SlhDsaSha2_128f),
        new(2, SlhDsaAlgorithm.SlhDsaSha2_192s), new(3, SlhDsaAlgorithm.SlhDsaSha2_192f),
        new(4, SlhDsaAlgorithm.SlhDsaSha2_256s), new(5, SlhDsaAlgorithm.SlhDsaSha2_256f),
        new(6, SlhDsaAlgorithm.SlhDsaShake128s), new(7, SlhDsaAlgorithm.SlhDsaShake128f),
        new(8, SlhDsaAlgorithm.SlhDsaShake192s), new(9, SlhDsaAlgorithm.SlhDsaShake192f),
        new(10, SlhDsaAlgorithm.SlhDsaShake256s), new(11, SlhDsaAlgorithm.SlhDsaShake256f),
    ];

    public SlhDsaAlgorithm Algorithm { get; }

    public string Oid { get; }

    public bool IsShake { get; }

    /// <summary>n: the size of a hash, a seed and a node.</summary>
    public int N { get; }

    /// <summary>h: of the hypertree.</summary>
    public int Height { get; }

    /// <summary>d: of the hypertree.</summary>
    public int Layers { get; }

    /// <summary>h': of one tree of the hypertree.</summary>
    public int TreeHeight => Height / Layers;

    /// <summary>a: the height of a FORS tree.</summary>
    public int A { get; }

    /// <summary>k: the FORS trees.</summary>
    public int K { get; }

    /// <summary>m: the size of a message's digest.</summary>
    public int DigestSize { get; }

    /// <summary>len: the chains of a WOTS+ key.</summary>
    public int Chains => (2 * N) + ChecksumDigits;

    public int WotsSize => Chains * N;

    /// <summary>A signature of one layer: of WOTS+, and the path to the root.</summary>
    public int LayerSize => WotsSize + (TreeHeight * N);

    public int ForsSize => K * (A + 1) * N;

    public int PublicKeySize => 2 * N;

    public int PrivateKeySize => 4 * N;

    /// <summary>Randomizer, FORS signature, hypertree signature.</summary>
    public int SignatureSize => N + ForsSize + (Layers * LayerSize);

    public static SlhDsaParameters Of(SlhDsaAlgorithm algorithm) => All.First(set => set.Algorithm == algorithm);

    /// <summary>The set with this identifier, or null.</summary>
    public static SlhDsaParameters? Of(string oid) => All.FirstOrDefault(set => set.Oid == oid);
}
