using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>
/// How ML-KEM and a group become one KEM: how the private key yields both, and how both secrets become one.
/// </summary>
internal sealed class HybridKemScheme
{
    private readonly byte[]? _label;

    private HybridKemScheme(KemAlgorithm algorithm, MLKemAlgorithm lattice, NominalGroup group, byte[]? label)
    {
        Algorithm = algorithm;
        Lattice = lattice;
        Group = group;
        _label = label;
    }

    public static IReadOnlyList<HybridKemScheme> All { get; } =
    [
        // draft-connolly-cfrg-xwing-kem, section 5.3: the label is a picture of the name, \./ over /^\
        new(KemAlgorithm.XWing, MLKemAlgorithm.MLKem768, NominalGroup.X25519, [0x5C, 0x2E, 0x2F, 0x2F, 0x5E, 0x5C]),

        // draft-irtf-cfrg-concrete-hybrid-kems
        new(KemAlgorithm.MLKem768P256, MLKemAlgorithm.MLKem768, NominalGroup.P256, [.. "MLKEM768-P256"u8]),
        new(KemAlgorithm.MLKem1024P384, MLKemAlgorithm.MLKem1024, NominalGroup.P384, [.. "MLKEM1024-P384"u8]),

        // draft-ietf-tls-ecdhe-mlkem: no label; TLS binds the shares by its transcript.
        new(KemAlgorithm.X25519MLKem768, MLKemAlgorithm.MLKem768, NominalGroup.X25519, label: null),
    ];

    public KemAlgorithm Algorithm { get; }

    public MLKemAlgorithm Lattice { get; }

    public NominalGroup Group { get; }

    public static HybridKemScheme Of(KemAlgorithm algorithm) =>
        All.FirstOrDefault(scheme => scheme.Algorithm == algorithm)
        ?? throw new ArgumentException($"{algorithm} is not a hybrid KEM.", nameof(algorithm));

    /// <summary>
    /// Size of what a private key stands for: the ML-KEM seed (64 bytes), then the seed of the group key.
    /// </summary>
    public int SeedsSize => Lattice.PrivateSeedSizeInBytes + Group.SeedSize;

    public void Expand(ReadOnlySpan<byte> privateKey, Span<byte> seeds)
    {
        if (_label is null) privateKey.CopyTo(seeds);
        else Fips202.Shake256(seeds, privateKey);
    }

    /// <summary>
    /// SHA3-256(latticeSecret || groupSecret || groupCiphertext || groupKey || label), which binds every input:
    /// ML-KEM's own ciphertext and key are bound by its re-encryption check and its hash of the key. In TLS the two
    /// secrets side by side.
    /// </summary>
    public void Combine(
        ReadOnlySpan<byte> latticeSecret, ReadOnlySpan<byte> groupSecret,
        ReadOnlySpan<byte> groupCiphertext, ReadOnlySpan<byte> groupKey, Span<byte> sharedSecret)
    {
        if (_label is null)
        {
            latticeSecret.CopyTo(sharedSecret);
            groupSecret.CopyTo(sharedSecret[latticeSecret.Length..]);
            return;
        }

        Sponge sponge = Sponge.Sha3(digestSize: 32);
        sponge.Absorb(latticeSecret);
        sponge.Absorb(groupSecret);
        sponge.Absorb(groupCiphertext);
        sponge.Absorb(groupKey);
        sponge.Absorb(_label);
        sponge.Squeeze(sharedSecret);
        sponge.Clear();
    }
}
