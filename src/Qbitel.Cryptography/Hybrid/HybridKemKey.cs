using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>
/// ML-KEM and a classical group as one KEM; everything is encoded as the ML-KEM part, then the group's part.
/// </summary>
internal sealed class HybridKemKey : KemKey
{
    private const int LatticeRandomness = 32; // m of FIPS 203, Algorithm 20

    private readonly HybridKemScheme _scheme;
    private readonly ManagedMLKem _lattice;
    private readonly byte[] _groupPublicKey;
    private readonly IAgreementKey? _group;
    private readonly byte[] _privateKey; // pinned

    private HybridKemKey(HybridKemScheme scheme, ManagedMLKem lattice, byte[] groupPublicKey)
        : base(scheme.Algorithm, hasPrivateKey: false)
    {
        _scheme = scheme;
        _lattice = lattice;
        _groupPublicKey = groupPublicKey;
        _privateKey = [];
    }

    private HybridKemKey(HybridKemScheme scheme, ManagedMLKem lattice, IAgreementKey group, byte[] privateKey)
        : base(scheme.Algorithm, hasPrivateKey: true)
    {
        _scheme = scheme;
        _lattice = lattice;
        _group = group;
        _groupPublicKey = group.PublicKey.ToArray();
        _privateKey = privateKey;
    }

    public static HybridKemKey Generate(HybridKemScheme scheme)
    {
        Span<byte> privateKey = stackalloc byte[scheme.Algorithm.PrivateKeySize];
        try
        {
            RandomNumberGenerator.Fill(privateKey);
            return ImportPrivate(scheme, privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    public static HybridKemKey ImportPrivate(HybridKemScheme scheme, ReadOnlySpan<byte> privateKey)
    {
        Span<byte> seeds = stackalloc byte[scheme.SeedsSize];
        try
        {
            scheme.Expand(privateKey, seeds);
            int split = scheme.Lattice.PrivateSeedSizeInBytes;
            IAgreementKey group = scheme.Group.KeyFrom(seeds[split..]);
            byte[] kept = GC.AllocateUninitializedArray<byte>(privateKey.Length, pinned: true);
            privateKey.CopyTo(kept);
            return new(scheme, ManagedMLKem.ImportPrivateSeed(scheme.Lattice, seeds[..split]), group, kept);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seeds);
        }
    }

    public static HybridKemKey ImportPublic(HybridKemScheme scheme, ReadOnlySpan<byte> encapsulationKey)
    {
        int split = scheme.Lattice.EncapsulationKeySizeInBytes;
        scheme.Group.Check(encapsulationKey[split..]);
        var lattice = ManagedMLKem.ImportEncapsulationKey(scheme.Lattice, encapsulationKey[..split]);
        return new(scheme, lattice, encapsulationKey[split..].ToArray());
    }

    /// <summary>
    /// Encapsulation with its randomness given: 32 bytes for ML-KEM, then the seed of the ephemeral group key.
    /// </summary>
    internal void Encapsulate(ReadOnlySpan<byte> randomness, Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> latticeSecret = stackalloc byte[_scheme.Lattice.SharedSecretSizeInBytes];
        Span<byte> groupSecret = stackalloc byte[_scheme.Group.SecretSize];
        try
        {
            int split = _scheme.Lattice.CiphertextSizeInBytes;
            using IAgreementKey ephemeral = _scheme.Group.KeyFrom(randomness[LatticeRandomness..]);
            ephemeral.DeriveSecret(_groupPublicKey, groupSecret);
            ephemeral.PublicKey.Span.CopyTo(ciphertext[split..]);
            _lattice.Encapsulate(randomness[..LatticeRandomness], ciphertext[..split], latticeSecret);
            _scheme.Combine(latticeSecret, groupSecret, ciphertext[split..], _groupPublicKey, sharedSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(latticeSecret);
            CryptographicOperations.ZeroMemory(groupSecret);
        }
    }

    protected override void EncapsulateCore(Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> randomness = stackalloc byte[LatticeRandomness + _scheme.Group.SeedSize];
        try
        {
            RandomNumberGenerator.Fill(randomness);
            Encapsulate(randomness, ciphertext, sharedSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(randomness);
        }
    }

    protected override void DecapsulateCore(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> latticeSecret = stackalloc byte[_scheme.Lattice.SharedSecretSizeInBytes];
        Span<byte> groupSecret = stackalloc byte[_scheme.Group.SecretSize];
        try
        {
            int split = _scheme.Lattice.CiphertextSizeInBytes;
            _lattice.Decapsulate(ciphertext[..split], latticeSecret);
            _group!.DeriveSecret(ciphertext[split..], groupSecret);
            _scheme.Combine(latticeSecret, groupSecret, ciphertext[split..], _groupPublicKey, sharedSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(latticeSecret);
            CryptographicOperations.ZeroMemory(groupSecret);
        }
    }

    protected override byte[] ExportEncapsulationKeyCore() =>
        [.. _lattice.ExportEncapsulationKey(), .. _groupPublicKey];

    protected override byte[] ExportPrivateKeyCore() => [.. _privateKey];

    protected override void Dispose(bool disposing)
    {
        _lattice.Dispose();
        _group?.Dispose();
        CryptographicOperations.ZeroMemory(_privateKey);
    }
}
