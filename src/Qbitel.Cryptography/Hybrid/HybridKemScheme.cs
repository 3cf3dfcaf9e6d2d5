using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>
/// How ML-KEM and a classical half become one KEM: how the private key yields both, how their parts are laid out, and
/// how both secrets become one.
/// </summary>
internal sealed class HybridKemScheme
{
    // draft-connolly-cfrg-xwing-kem, section 5.3: a picture of the name, \./ over /^\
    private static readonly byte[] XWingLabel = [0x5C, 0x2E, 0x2F, 0x2F, 0x5E, 0x5C];

    private static readonly AgreementKem X25519 = new(NominalGroup.X25519);
    private static readonly AgreementKem P256 = new(NominalGroup.P256);
    private static readonly AgreementKem P384 = new(NominalGroup.P384);

    private readonly byte[] _label;
    private readonly bool _isClassicalFirst;

    private HybridKemScheme(
        KemAlgorithm algorithm, MLKemAlgorithm lattice, ClassicalKem classical, NominalGroup? seeded,
        ReadOnlySpan<byte> label, bool isClassicalFirst = false)
    {
        Algorithm = algorithm;
        Lattice = lattice;
        Classical = classical;
        Seeded = seeded;
        _label = label.ToArray();
        _isClassicalFirst = isClassicalFirst;
    }

    public static IReadOnlyList<HybridKemScheme> All { get; } =
    [
        // draft-connolly-cfrg-xwing-kem; draft-irtf-cfrg-concrete-hybrid-kems
        FromSeed(KemAlgorithm.XWing, MLKemAlgorithm.MLKem768, X25519, XWingLabel),
        FromSeed(KemAlgorithm.MLKem768P256, MLKemAlgorithm.MLKem768, P256, "MLKEM768-P256"u8),
        FromSeed(KemAlgorithm.MLKem1024P384, MLKemAlgorithm.MLKem1024, P384, "MLKEM1024-P384"u8),

        // draft-ietf-tls-ecdhe-mlkem, section 3: with the NIST curves the curve comes first, in shares and secret.
        Tls(KemAlgorithm.X25519MLKem768, MLKemAlgorithm.MLKem768, X25519, isClassicalFirst: false),
        Tls(KemAlgorithm.SecP256r1MLKem768, MLKemAlgorithm.MLKem768, P256, isClassicalFirst: true),
        Tls(KemAlgorithm.SecP384r1MLKem1024, MLKemAlgorithm.MLKem1024, P384, isClassicalFirst: true),

        // draft-ietf-lamps-pq-composite-kem-18, section 6
        Composite(KemAlgorithm.CompositeMLKem768Rsa2048, Rsa(RsaSize.Bits2048), "MLKEM768-RSAOAEP2048"u8),
        Composite(KemAlgorithm.CompositeMLKem768Rsa3072, Rsa(RsaSize.Bits3072), "MLKEM768-RSAOAEP3072"u8),
        Composite(KemAlgorithm.CompositeMLKem768Rsa4096, Rsa(RsaSize.Bits4096), "MLKEM768-RSAOAEP4096"u8),
        Composite(KemAlgorithm.CompositeMLKem768X25519, X25519, XWingLabel),
        Composite(KemAlgorithm.CompositeMLKem768P256, Sec1(NominalGroup.P256), "MLKEM768-P256"u8),
        Composite(KemAlgorithm.CompositeMLKem768P384, Sec1(NominalGroup.P384), "MLKEM768-P384"u8),
        Composite(
            KemAlgorithm.CompositeMLKem768BrainpoolP256r1, Sec1(NominalGroup.BrainpoolP256r1), "MLKEM768-BP256"u8),
        Composite(KemAlgorithm.CompositeMLKem1024Rsa3072, Rsa(RsaSize.Bits3072), "MLKEM1024-RSAOAEP3072"u8),
        Composite(KemAlgorithm.CompositeMLKem1024P384, Sec1(NominalGroup.P384), "MLKEM1024-P384"u8),
        Composite(
            KemAlgorithm.CompositeMLKem1024BrainpoolP384r1, Sec1(NominalGroup.BrainpoolP384r1), "MLKEM1024-BP384"u8),
        Composite(KemAlgorithm.CompositeMLKem1024X448, new AgreementKem(NominalGroup.X448), "MLKEM1024-X448"u8),
        Composite(KemAlgorithm.CompositeMLKem1024P521, Sec1(NominalGroup.P521), "MLKEM1024-P521"u8),
    ];

    public KemAlgorithm Algorithm { get; }

    public MLKemAlgorithm Lattice { get; }

    public ClassicalKem Classical { get; }

    /// <summary>
    /// The group whose keys come from the one seed that is the private key; null where there are two keys.
    /// </summary>
    public NominalGroup? Seeded { get; }

    public bool HasX25519 => Classical is AgreementKem { Group: var group } && group == NominalGroup.X25519;

    /// <summary>
    /// Whether the secret is the two secrets side by side, as in TLS, whose transcript binds the rest.
    /// </summary>
    public bool IsConcatenation => _label.Length == 0;

    public static HybridKemScheme Of(KemAlgorithm algorithm) =>
        All.FirstOrDefault(scheme => scheme.Algorithm == algorithm)
        ?? throw new ArgumentException($"{algorithm} is not a hybrid KEM.", nameof(algorithm));

    // Whoever needs a validated module needs it for the hash that joins the secrets too.
    private static bool UsesPlatformHash =>
        LatticeImplementation.Current.KeyEncapsulation == ImplementationChoice.Platform;

    /// <summary>
    /// What the one seed of a private key stands for: the ML-KEM seed (64 bytes), then that of the group.
    /// </summary>
    public static void Expand(ReadOnlySpan<byte> privateKey, Span<byte> seeds)
    {
        if (UsesPlatformHash) Shake256.HashData(privateKey, seeds);
        else Fips202.Shake256(seeds, privateKey);
    }

    /// <summary>A public key or ciphertext of the whole KEM, cut into its halves.</summary>
    public void Split(
        ReadOnlySpan<byte> whole, int classicalSize, out ReadOnlySpan<byte> lattice, out ReadOnlySpan<byte> classical)
    {
        int first = _isClassicalFirst ? classicalSize : whole.Length - classicalSize;
        lattice = _isClassicalFirst ? whole[first..] : whole[..first];
        classical = _isClassicalFirst ? whole[..first] : whole[first..];
    }

    /// <inheritdoc cref="Split(ReadOnlySpan{byte}, int, out ReadOnlySpan{byte}, out ReadOnlySpan{byte})"/>
    public void Split(Span<byte> whole, int classicalSize, out Span<byte> lattice, out Span<byte> classical)
    {
        int first = _isClassicalFirst ? classicalSize : whole.Length - classicalSize;
        lattice = _isClassicalFirst ? whole[first..] : whole[..first];
        classical = _isClassicalFirst ? whole[..first] : whole[first..];
    }

    /// <summary>
    /// SHA3-256(latticeSecret || classicalSecret || classicalCiphertext || classicalKey || label), which binds every
    /// input: ML-KEM's own ciphertext and key are bound by its re-encryption check and its hash of the key. In TLS the
    /// two secrets side by side.
    /// </summary>
    public void Combine(
        ReadOnlySpan<byte> latticeSecret, ReadOnlySpan<byte> classicalSecret,
        ReadOnlySpan<byte> classicalCiphertext, ReadOnlySpan<byte> classicalKey, Span<byte> sharedSecret)
    {
        if (IsConcatenation)
        {
            Split(sharedSecret, classicalSecret.Length, out Span<byte> lattice, out Span<byte> classical);
            latticeSecret.CopyTo(lattice);
            classicalSecret.CopyTo(classical);
            return;
        }

        if (UsesPlatformHash)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA3_256);
            hash.AppendData(latticeSecret);
            hash.AppendData(classicalSecret);
            hash.AppendData(classicalCiphertext);
            hash.AppendData(classicalKey);
            hash.AppendData(_label);
            hash.GetHashAndReset(sharedSecret);
            return;
        }

        Sponge sponge = Sponge.Sha3(digestSize: 32);
        sponge.Absorb(latticeSecret);
        sponge.Absorb(classicalSecret);
        sponge.Absorb(classicalCiphertext);
        sponge.Absorb(classicalKey);
        sponge.Absorb(_label);
        sponge.Squeeze(sharedSecret);
        sponge.Clear();
    }

    private static HybridKemScheme FromSeed(
        KemAlgorithm algorithm, MLKemAlgorithm lattice, AgreementKem classical, ReadOnlySpan<byte> label) =>
        new(algorithm, lattice, classical, classical.Group, label);

    private static HybridKemScheme Tls(
        KemAlgorithm algorithm, MLKemAlgorithm lattice, AgreementKem classical, bool isClassicalFirst) =>
        new(algorithm, lattice, classical, seeded: null, label: default, isClassicalFirst);

    private static HybridKemScheme Composite(
        KemAlgorithm algorithm, ClassicalKem classical, ReadOnlySpan<byte> label) =>
        new(algorithm, algorithm.SecurityCategory == 3 ? MLKemAlgorithm.MLKem768 : MLKemAlgorithm.MLKem1024, classical,
            seeded: null, label);

    private static AgreementKem Sec1(NominalGroup group) => new(group, isSec1: true);

    private static RsaOaepKem Rsa(RsaSize size) => new(size);
}
