using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>
/// Composite ML-DSA (draft-ietf-lamps-pq-composite-sigs-19): a signature is valid only if both halves are.
/// </summary>
/// <remarks>Keys and signatures are the ML-DSA part followed by the classical part, without lengths.</remarks>
internal sealed class CompositeKey : SignatureKey
{
    private const int SeedSize = 32;

    private readonly CompositeScheme _scheme;
    private readonly SignatureKey _lattice;
    private readonly ISigningKey _classical;

    private CompositeKey(CompositeScheme scheme, SignatureKey lattice, ISigningKey classical, bool hasPrivateKey)
        : base(scheme.Algorithm, hasPrivateKey)
    {
        _scheme = scheme;
        _lattice = lattice;
        _classical = classical;
    }

    public static CompositeKey Generate(SignatureAlgorithm algorithm)
    {
        var scheme = CompositeScheme.Of(algorithm);
        ISigningKey classical = scheme.Classical.Generate();
        return new(scheme, LatticeKeys.Generate(scheme.Lattice), classical, hasPrivateKey: true);
    }

    public static CompositeKey ImportPrivate(SignatureAlgorithm algorithm, ReadOnlySpan<byte> privateKey)
    {
        var scheme = CompositeScheme.Of(algorithm);
        if (privateKey.Length <= SeedSize)
            throw new CryptographicException($"{algorithm} private key: too short for both halves.");

        ISigningKey classical = scheme.Classical.ImportPrivate(privateKey[SeedSize..]);
        SignatureKey lattice = LatticeKeys.ImportPrivate(scheme.Lattice, privateKey[..SeedSize]);
        return new(scheme, lattice, classical, hasPrivateKey: true);
    }

    public static CompositeKey ImportPublic(SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        var scheme = CompositeScheme.Of(algorithm);
        int split = scheme.Lattice.PublicKeySize;
        ISigningKey classical = scheme.Classical.ImportPublic(publicKey[split..]);
        SignatureKey lattice = LatticeKeys.ImportPublic(scheme.Lattice, publicKey[..split]);
        return new(scheme, lattice, classical, hasPrivateKey: false);
    }

    protected override byte[] SignCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context)
    {
        byte[] bound = _scheme.Bind(data, context);
        return [.. _lattice.Sign(bound, _scheme.Label), .. _classical.Sign(bound)];
    }

    protected override bool VerifyCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context)
    {
        int split = _scheme.Lattice.SignatureSize;
        if (signature.Length <= split) return false;

        byte[] bound = _scheme.Bind(data, context);
        bool first = _lattice.Verify(bound, signature[..split], _scheme.Label);
        bool second = _classical.Verify(bound, signature[split..]);
        return first & second;
    }

    protected override byte[] ExportPublicKeyCore() => [.. _lattice.ExportPublicKey(), .. _classical.ExportPublic()];

    protected override byte[] ExportPrivateKeyCore()
    {
        byte[] seed = _lattice.ExportPrivateKey(), classical = _classical.ExportPrivate();
        byte[] both = [.. seed, .. classical];
        CryptographicOperations.ZeroMemory(seed);
        CryptographicOperations.ZeroMemory(classical);
        return both;
    }

    protected override void Dispose(bool disposing)
    {
        _lattice.Dispose();
        _classical.Dispose();
    }
}
