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
    private readonly SignatureKey _classical;

    private CompositeKey(SignatureAlgorithm algorithm, SignatureKey lattice, SignatureKey classical, bool hasPrivateKey)
        : base(algorithm, hasPrivateKey)
    {
        _scheme = CompositeScheme.Of(algorithm);
        _lattice = lattice;
        _classical = classical;
    }

    public static CompositeKey Generate(SignatureAlgorithm algorithm)
    {
        (SignatureAlgorithm lattice, SignatureAlgorithm classical) = HalvesOf(algorithm);
        return new(algorithm, LatticeKeys.Generate(lattice), ClassicalKeys.Generate(classical), hasPrivateKey: true);
    }

    public static CompositeKey ImportPrivate(SignatureAlgorithm algorithm, ReadOnlySpan<byte> privateKey)
    {
        (SignatureAlgorithm lattice, SignatureAlgorithm classical) = HalvesOf(algorithm);
        SignatureKey second = ClassicalKeys.ImportPrivate(classical, privateKey[SeedSize..]);
        SignatureKey first = LatticeKeys.ImportPrivate(lattice, privateKey[..SeedSize]);
        return new(algorithm, first, second, hasPrivateKey: true);
    }

    public static CompositeKey ImportPublic(SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        (SignatureAlgorithm lattice, SignatureAlgorithm classical) = HalvesOf(algorithm);
        SignatureKey second = ClassicalKeys.ImportPublic(classical, publicKey[lattice.PublicKeySize..]);
        SignatureKey first = LatticeKeys.ImportPublic(lattice, publicKey[..lattice.PublicKeySize]);
        return new(algorithm, first, second, hasPrivateKey: false);
    }

    protected override byte[] SignCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context)
    {
        byte[] bound = _scheme.Bind(data, context);
        return [.. _lattice.Sign(bound, _scheme.Label), .. _classical.Sign(bound)];
    }

    protected override bool VerifyCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context)
    {
        int split = _lattice.Algorithm.SignatureSize;
        if (signature.Length <= split) return false;

        byte[] bound = _scheme.Bind(data, context);
        bool first = _lattice.Verify(bound, signature[..split], _scheme.Label);
        bool second = _classical.Verify(bound, signature[split..]);
        return first & second;
    }

    protected override byte[] ExportPublicKeyCore() => [.. _lattice.ExportPublicKey(), .. _classical.ExportPublicKey()];

    protected override byte[] ExportPrivateKeyCore()
    {
        byte[] seed = _lattice.ExportPrivateKey(), classical = _classical.ExportPrivateKey();
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

    private static (SignatureAlgorithm Lattice, SignatureAlgorithm Classical) HalvesOf(SignatureAlgorithm composite) =>
        composite == SignatureAlgorithm.MLDsa44Ed25519 ? (SignatureAlgorithm.MLDsa44, SignatureAlgorithm.Ed25519)
        : composite == SignatureAlgorithm.MLDsa65EcdsaP256 ? (SignatureAlgorithm.MLDsa65, SignatureAlgorithm.EcdsaP256)
        : composite == SignatureAlgorithm.MLDsa65Ed25519 ? (SignatureAlgorithm.MLDsa65, SignatureAlgorithm.Ed25519)
        : composite == SignatureAlgorithm.MLDsa87EcdsaP384 ? (SignatureAlgorithm.MLDsa87, SignatureAlgorithm.EcdsaP384)
        : throw new ArgumentException($"{composite} is not a composite algorithm.", nameof(composite));
}
