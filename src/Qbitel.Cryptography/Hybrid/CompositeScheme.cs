using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>One parameter set of composite ML-DSA (draft-ietf-lamps-pq-composite-sigs-19).</summary>
internal sealed class CompositeScheme
{
    private const string Prefix = "CompositeAlgorithmSignatures2025";

    private readonly PreHash _preHash;
    private readonly int _digestSize;
    private readonly byte[] _head;

    private CompositeScheme(
        SignatureAlgorithm algorithm, SignatureAlgorithm lattice, PreHash preHash, SigningScheme classical,
        string? label = null)
    {
        Algorithm = algorithm;
        Lattice = lattice;
        Classical = classical;
        _preHash = preHash;
        _digestSize = preHash == SHA256.HashData ? SHA256.HashSizeInBytes : SHA512.HashSizeInBytes;
        Label = Encoding.ASCII.GetBytes($"COMPSIG-{label ?? algorithm.Name}");
        _head = [.. Encoding.ASCII.GetBytes(Prefix), .. Label];
    }

    private delegate int PreHash(ReadOnlySpan<byte> data, Span<byte> digest);

    // Section 6, in the order of the identifiers; the labels of the brainpool curves are shorter than their names.
    public static IReadOnlyList<CompositeScheme> All { get; } =
    [
        new(SignatureAlgorithm.MLDsa44Rsa2048Pss, SignatureAlgorithm.MLDsa44,
            SHA256.HashData, SigningScheme.Rsa2048Pss),
        new(SignatureAlgorithm.MLDsa44Rsa2048Pkcs15, SignatureAlgorithm.MLDsa44,
            SHA256.HashData, SigningScheme.Rsa2048Pkcs15),
        new(SignatureAlgorithm.MLDsa44Ed25519, SignatureAlgorithm.MLDsa44, SHA512.HashData, SigningScheme.Ed25519),
        new(SignatureAlgorithm.MLDsa44EcdsaP256, SignatureAlgorithm.MLDsa44, SHA256.HashData, SigningScheme.EcdsaP256),
        new(SignatureAlgorithm.MLDsa65Rsa3072Pss, SignatureAlgorithm.MLDsa65,
            SHA512.HashData, SigningScheme.Rsa3072Pss),
        new(SignatureAlgorithm.MLDsa65Rsa3072Pkcs15, SignatureAlgorithm.MLDsa65,
            SHA512.HashData, SigningScheme.Rsa3072Pkcs15),
        new(SignatureAlgorithm.MLDsa65Rsa4096Pss, SignatureAlgorithm.MLDsa65,
            SHA512.HashData, SigningScheme.Rsa4096Pss),
        new(SignatureAlgorithm.MLDsa65Rsa4096Pkcs15, SignatureAlgorithm.MLDsa65,
            SHA512.HashData, SigningScheme.Rsa4096Pkcs15),
        new(SignatureAlgorithm.MLDsa65EcdsaP256, SignatureAlgorithm.MLDsa65, SHA512.HashData, SigningScheme.EcdsaP256),
        new(SignatureAlgorithm.MLDsa65EcdsaP384, SignatureAlgorithm.MLDsa65, SHA512.HashData, SigningScheme.EcdsaP384),
        new(SignatureAlgorithm.MLDsa65EcdsaBrainpoolP256r1, SignatureAlgorithm.MLDsa65,
            SHA512.HashData, SigningScheme.EcdsaBrainpoolP256r1,
            "MLDSA65-ECDSA-BP256-SHA512"),
        new(SignatureAlgorithm.MLDsa65Ed25519, SignatureAlgorithm.MLDsa65, SHA512.HashData, SigningScheme.Ed25519),
        new(SignatureAlgorithm.MLDsa87EcdsaP384, SignatureAlgorithm.MLDsa87, SHA512.HashData, SigningScheme.EcdsaP384),
        new(SignatureAlgorithm.MLDsa87EcdsaBrainpoolP384r1, SignatureAlgorithm.MLDsa87,
            SHA512.HashData, SigningScheme.EcdsaBrainpoolP384r1,
            "MLDSA87-ECDSA-BP384-SHA512"),
        new(SignatureAlgorithm.MLDsa87Ed448, SignatureAlgorithm.MLDsa87, HashShake256, SigningScheme.Ed448),
        new(SignatureAlgorithm.MLDsa87Rsa3072Pss, SignatureAlgorithm.MLDsa87,
            SHA512.HashData, SigningScheme.Rsa3072Pss),
        new(SignatureAlgorithm.MLDsa87Rsa4096Pss, SignatureAlgorithm.MLDsa87,
            SHA512.HashData, SigningScheme.Rsa4096Pss),
        new(SignatureAlgorithm.MLDsa87EcdsaP521, SignatureAlgorithm.MLDsa87, SHA512.HashData, SigningScheme.EcdsaP521),
    ];

    public SignatureAlgorithm Algorithm { get; }

    public SignatureAlgorithm Lattice { get; }

    public SigningScheme Classical { get; }

    /// <summary>
    /// Separates the schemes from each other: the context of the ML-DSA half, so that the half is nothing on its own.
    /// </summary>
    public byte[] Label { get; }

    public static CompositeScheme Of(SignatureAlgorithm algorithm) =>
        All.FirstOrDefault(scheme => scheme.Algorithm == algorithm)
        ?? throw new ArgumentException($"{algorithm} is not a composite algorithm.", nameof(algorithm));

    /// <summary>What both halves sign: M' = Prefix || Label || len(ctx) || ctx || PH(M) (section 2.2).</summary>
    public byte[] Bind(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context)
    {
        byte[] bound = new byte[_head.Length + 1 + context.Length + _digestSize];
        _head.CopyTo(bound, 0);
        bound[_head.Length] = checked((byte)context.Length);
        context.CopyTo(bound.AsSpan(_head.Length + 1));
        _preHash(data, bound.AsSpan(bound.Length - _digestSize));
        return bound;
    }

    private static int HashShake256(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        Fips202.Shake256(digest, data);
        return digest.Length;
    }
}
