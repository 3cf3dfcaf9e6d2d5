using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>
/// One parameter set of composite ML-DSA (draft-ietf-lamps-pq-composite-sigs-19): its message and its verification.
/// </summary>
/// <remarks>
/// All parameter sets can be verified; keys are made only of those in <see cref="SignatureAlgorithm"/>.
/// </remarks>
internal sealed class CompositeScheme
{
    private const string Prefix = "CompositeAlgorithmSignatures2025";

    private readonly PreHash _preHash;
    private readonly int _digestSize;
    private readonly byte[] _head;

    private CompositeScheme(
        int arc, string name, MLDsaAlgorithm lattice, PreHash preHash, int digestSize, ClassicalVerification classical,
        string? label = null)
    {
        Name = name;
        Oid = $"1.3.6.1.5.5.7.6.{arc}";
        Lattice = lattice;
        Classical = classical;
        _preHash = preHash;
        _digestSize = digestSize;
        Label = Encoding.ASCII.GetBytes($"COMPSIG-{label ?? name}");
        _head = [.. Encoding.ASCII.GetBytes(Prefix), .. Label];
    }

    private delegate int PreHash(ReadOnlySpan<byte> data, Span<byte> digest);

    // Section 6, table 3. Inner hash: RSA SHA-256, of 4096 bits SHA-384; ECDSA by the size of the curve.
    public static IReadOnlyList<CompositeScheme> All { get; } =
    [
        new(37, "MLDSA44-RSA2048-PSS-SHA256", MLDsaAlgorithm.MLDsa44, SHA256.HashData, 32, Pss(2048)),
        new(38, "MLDSA44-RSA2048-PKCS15-SHA256", MLDsaAlgorithm.MLDsa44, SHA256.HashData, 32, Pkcs15(2048)),
        new(39, "MLDSA44-Ed25519-SHA512", MLDsaAlgorithm.MLDsa44, SHA512.HashData, 64, Edwards(EvpKeyType.Ed25519)),
        new(40, "MLDSA44-ECDSA-P256-SHA256", MLDsaAlgorithm.MLDsa44, SHA256.HashData, 32, Ecdsa(NamedCurve.P256)),
        new(41, "MLDSA65-RSA3072-PSS-SHA512", MLDsaAlgorithm.MLDsa65, SHA512.HashData, 64, Pss(3072)),
        new(42, "MLDSA65-RSA3072-PKCS15-SHA512", MLDsaAlgorithm.MLDsa65, SHA512.HashData, 64, Pkcs15(3072)),
        new(43, "MLDSA65-RSA4096-PSS-SHA512", MLDsaAlgorithm.MLDsa65, SHA512.HashData, 64, Pss(4096)),
        new(44, "MLDSA65-RSA4096-PKCS15-SHA512", MLDsaAlgorithm.MLDsa65, SHA512.HashData, 64, Pkcs15(4096)),
        new(45, "MLDSA65-ECDSA-P256-SHA512", MLDsaAlgorithm.MLDsa65, SHA512.HashData, 64, Ecdsa(NamedCurve.P256)),
        new(46, "MLDSA65-ECDSA-P384-SHA512", MLDsaAlgorithm.MLDsa65, SHA512.HashData, 64, Ecdsa(NamedCurve.P384)),
        new(47, "MLDSA65-ECDSA-brainpoolP256r1-SHA512", MLDsaAlgorithm.MLDsa65, SHA512.HashData, 64,
            Ecdsa(NamedCurve.BrainpoolP256r1), "MLDSA65-ECDSA-BP256-SHA512"),
        new(48, "MLDSA65-Ed25519-SHA512", MLDsaAlgorithm.MLDsa65, SHA512.HashData, 64, Edwards(EvpKeyType.Ed25519)),
        new(49, "MLDSA87-ECDSA-P384-SHA512", MLDsaAlgorithm.MLDsa87, SHA512.HashData, 64, Ecdsa(NamedCurve.P384)),
        new(50, "MLDSA87-ECDSA-brainpoolP384r1-SHA512", MLDsaAlgorithm.MLDsa87, SHA512.HashData, 64,
            Ecdsa(NamedCurve.BrainpoolP384r1), "MLDSA87-ECDSA-BP384-SHA512"),
        new(51, "MLDSA87-Ed448-SHAKE256", MLDsaAlgorithm.MLDsa87, HashShake256, 64, Edwards(EvpKeyType.Ed448)),
        new(52, "MLDSA87-RSA3072-PSS-SHA512", MLDsaAlgorithm.MLDsa87, SHA512.HashData, 64, Pss(3072)),
        new(53, "MLDSA87-RSA4096-PSS-SHA512", MLDsaAlgorithm.MLDsa87, SHA512.HashData, 64, Pss(4096)),
        new(54, "MLDSA87-ECDSA-P521-SHA512", MLDsaAlgorithm.MLDsa87, SHA512.HashData, 64, Ecdsa(NamedCurve.P521)),
    ];

    /// <summary>The name of the draft, without its prefix <c>id-</c>.</summary>
    public string Name { get; }

    public string Oid { get; }

    public MLDsaAlgorithm Lattice { get; }

    /// <summary>
    /// Separates the schemes from each other: the context of the ML-DSA half, so that the half is nothing on its own.
    /// </summary>
    public byte[] Label { get; }

    private ClassicalVerification Classical { get; }

    public static CompositeScheme Of(SignatureAlgorithm algorithm) =>
        All.FirstOrDefault(scheme => scheme.Oid == algorithm.Oid)
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

    /// <summary>Verifies both halves with a public key in its encoding.</summary>
    /// <exception cref="CryptographicException">The public key is malformed.</exception>
    public bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context)
    {
        if (publicKey.Length <= Lattice.PublicKeySizeInBytes)
        {
            throw new CryptographicException(
                $"{Name} public key: {publicKey.Length} bytes are too few for both halves.");
        }

        if (context.Length > byte.MaxValue || signature.Length <= Lattice.SignatureSizeInBytes) return false;

        using var lattice = ManagedMLDsa.ImportMLDsaPublicKey(Lattice, publicKey[..Lattice.PublicKeySizeInBytes]);
        byte[] bound = Bind(data, context);
        bool first = lattice.VerifyData(bound, signature[..Lattice.SignatureSizeInBytes], Label);
        bool second = Classical(
            publicKey[Lattice.PublicKeySizeInBytes..], bound, signature[Lattice.SignatureSizeInBytes..]);
        return first & second;
    }

    private static ClassicalVerification Edwards(EvpKeyType type) => ClassicalVerifications.Edwards(type);

    private static ClassicalVerification Ecdsa(NamedCurve curve) => ClassicalVerifications.Ecdsa(curve);

    private static ClassicalVerification Pss(int bits) =>
        ClassicalVerifications.Rsa(bits, RsaHash(bits), RSASignaturePadding.Pss);

    private static ClassicalVerification Pkcs15(int bits) =>
        ClassicalVerifications.Rsa(bits, RsaHash(bits), RSASignaturePadding.Pkcs1);

    private static HashAlgorithmName RsaHash(int bits) =>
        bits == 4096 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    private static int HashShake256(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        Fips202.Shake256(digest, data);
        return digest.Length;
    }
}
