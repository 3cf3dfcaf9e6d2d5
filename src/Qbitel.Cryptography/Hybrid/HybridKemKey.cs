using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>ML-KEM and a classical half as one KEM, laid out as its scheme says.</summary>
internal sealed class HybridKemKey : KemKey
{
    private const int LatticeRandomness = 32; // m of FIPS 203, Algorithm 20

    private readonly HybridKemScheme _scheme;
    private readonly MLKem _lattice;
    private readonly ClassicalKemKey _classical;
    private readonly byte[] _privateKey; // pinned; empty where the key is public only

    private HybridKemKey(HybridKemScheme scheme, MLKem lattice, ClassicalKemKey classical, byte[] privateKey)
        : base(scheme.Algorithm, hasPrivateKey: privateKey.Length > 0)
    {
        _scheme = scheme;
        _lattice = lattice;
        _classical = classical;
        _privateKey = privateKey;
    }

    public static HybridKemKey Generate(HybridKemScheme scheme)
    {
        byte[] privateKey = scheme.Seeded is null
            ? NewHalves(scheme)
            : RandomNumberGenerator.GetBytes(scheme.Algorithm.PrivateKeySize);
        try
        {
            return ImportPrivate(scheme, privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    public static HybridKemKey ImportPrivate(HybridKemScheme scheme, ReadOnlySpan<byte> privateKey)
    {
        int seedSize = scheme.Lattice.PrivateSeedSizeInBytes;
        if (scheme.Seeded is { } group)
        {
            Span<byte> seeds = stackalloc byte[seedSize + group.SeedSize];
            try
            {
                HybridKemScheme.Expand(privateKey, seeds);
                AgreementKemKey classical = new(group, group.KeyFrom(seeds[seedSize..]));
                return New(scheme, classical, seeds[..seedSize], privateKey);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(seeds);
            }
        }

        if (privateKey.Length <= seedSize)
            throw new CryptographicException($"{scheme.Algorithm} private key: too short for both halves.");

        scheme.Split(
            privateKey, privateKey.Length - seedSize, out ReadOnlySpan<byte> seed, out ReadOnlySpan<byte> encoded);
        return New(scheme, scheme.Classical.ImportPrivate(encoded), seed, privateKey);
    }

    /// <param name="scheme">How the halves are laid out.</param>
    /// <param name="encapsulationKey">Both public keys.</param>
    /// <param name="reserve">Ephemeral keys made beforehand, for a scheme whose group is X25519.</param>
    public static HybridKemKey ImportPublic(
        HybridKemScheme scheme, ReadOnlySpan<byte> encapsulationKey, X25519Reserve? reserve = null)
    {
        scheme.Split(
            encapsulationKey, scheme.Classical.PublicKeySize,
            out ReadOnlySpan<byte> lattice, out ReadOnlySpan<byte> encoded);
        ClassicalKemKey classical = reserve is null
            ? scheme.Classical.ImportPublic(encoded)
            : new AgreementKemKey(NominalGroup.X25519, encoded, reserve);
        try
        {
            MLKem key = LatticeImplementation.Current.ImportEncapsulationKey(scheme.Lattice, lattice);
            return new(scheme, key, classical, privateKey: []);
        }
        catch
        {
            classical.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Encapsulation with its randomness given: 32 bytes for ML-KEM, then the seed of the ephemeral group key.
    /// </summary>
    internal void Encapsulate(ReadOnlySpan<byte> randomness, Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        if (_classical is not AgreementKemKey agreement || _lattice is not ManagedMLKem managed)
            throw new CryptographicException("Randomness can be given only to our own ML-KEM beside a group.");

        ReadOnlySpan<byte> m = randomness[..LatticeRandomness], seed = randomness[LatticeRandomness..];
        using IAgreementKey ephemeral = ((AgreementKem)_scheme.Classical).Group.KeyFrom(seed);
        Span<byte> latticeSecret = stackalloc byte[_scheme.Lattice.SharedSecretSizeInBytes];
        Span<byte> classicalSecret = stackalloc byte[_scheme.Classical.SecretSize];
        try
        {
            _scheme.Split(ciphertext, _scheme.Classical.CiphertextSize, out Span<byte> first, out Span<byte> second);
            agreement.Encapsulate(ephemeral, second, classicalSecret);
            managed.Encapsulate(m, first, latticeSecret);
            _scheme.Combine(latticeSecret, classicalSecret, second, _classical.PublicKey.Span, sharedSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(latticeSecret);
            CryptographicOperations.ZeroMemory(classicalSecret);
        }
    }

    protected override void EncapsulateCore(Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> latticeSecret = stackalloc byte[_scheme.Lattice.SharedSecretSizeInBytes];
        Span<byte> classicalSecret = stackalloc byte[_scheme.Classical.SecretSize];
        try
        {
            _scheme.Split(ciphertext, _scheme.Classical.CiphertextSize, out Span<byte> first, out Span<byte> second);
            _classical.Encapsulate(second, classicalSecret);
            _lattice.Encapsulate(first, latticeSecret);
            _scheme.Combine(latticeSecret, classicalSecret, second, _classical.PublicKey.Span, sharedSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(latticeSecret);
            CryptographicOperations.ZeroMemory(classicalSecret);
        }
    }

    protected override void DecapsulateCore(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> latticeSecret = stackalloc byte[_scheme.Lattice.SharedSecretSizeInBytes];
        Span<byte> classicalSecret = stackalloc byte[_scheme.Classical.SecretSize];
        try
        {
            _scheme.Split(
                ciphertext, _scheme.Classical.CiphertextSize,
                out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second);
            _lattice.Decapsulate(first, latticeSecret);
            _classical.Decapsulate(second, classicalSecret);
            _scheme.Combine(latticeSecret, classicalSecret, second, _classical.PublicKey.Span, sharedSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(latticeSecret);
            CryptographicOperations.ZeroMemory(classicalSecret);
        }
    }

    protected override byte[] ExportEncapsulationKeyCore()
    {
        byte[] key = new byte[Algorithm.EncapsulationKeySize];
        _scheme.Split(key.AsSpan(), _scheme.Classical.PublicKeySize, out Span<byte> lattice, out Span<byte> classical);
        _lattice.ExportEncapsulationKey(lattice);
        _classical.PublicKey.Span.CopyTo(classical);
        return key;
    }

    protected override byte[] ExportPrivateKeyCore() => [.. _privateKey];

    protected override void Dispose(bool disposing)
    {
        _lattice.Dispose();
        _classical.Dispose();
        CryptographicOperations.ZeroMemory(_privateKey);
    }

    private static HybridKemKey New(
        HybridKemScheme scheme, ClassicalKemKey classical, ReadOnlySpan<byte> latticeSeed,
        ReadOnlySpan<byte> privateKey)
    {
        MLKem lattice = LatticeImplementation.Current.ImportPrivateSeed(scheme.Lattice, latticeSeed);
        byte[] kept = GC.AllocateUninitializedArray<byte>(privateKey.Length, pinned: true);
        privateKey.CopyTo(kept);
        return new(scheme, lattice, classical, kept);
    }

    // The lattice's seed and the classical private key, in the order of the scheme.
    private static byte[] NewHalves(HybridKemScheme scheme)
    {
        byte[] classical = scheme.Classical.NewPrivateKey();
        byte[] both = new byte[scheme.Lattice.PrivateSeedSizeInBytes + classical.Length];
        scheme.Split(both.AsSpan(), classical.Length, out Span<byte> seed, out Span<byte> encoded);
        RandomNumberGenerator.Fill(seed);
        classical.CopyTo(encoded);
        CryptographicOperations.ZeroMemory(classical);
        return both;
    }
}
