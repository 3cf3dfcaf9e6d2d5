using System.Security.Cryptography;
using Qbitel.Cryptography.Hybrid;

namespace Qbitel.Cryptography.Keys;

/// <summary>
/// A classical and a post-quantum algorithm by their names, used together as the standard for the pair says.
/// </summary>
/// <remarks>
/// A secret or a signature holds as long as either half does. Names choose among standards only; there is no combiner
/// of our own, so a pair without a standard is refused. The modes "classical only" and "post-quantum only" are refused
/// too: use <see cref="KemKeys"/>.
/// </remarks>
public sealed class HybridKeyExchange
{
    private static readonly IReadOnlyList<Pair> Pairs =
    [
        new("X25519", "ML-KEM-768", KemAlgorithm.XWing, SignatureAlgorithm.MLDsa65Ed25519),
        new("P-256", "ML-KEM-768", KemAlgorithm.MLKem768P256, SignatureAlgorithm.MLDsa65EcdsaP256),
        new("P-384", "ML-KEM-1024", KemAlgorithm.MLKem1024P384, SignatureAlgorithm.MLDsa87EcdsaP384),
        new("P-384", "ML-KEM-768", KemAlgorithm.CompositeMLKem768P384, SignatureAlgorithm.MLDsa65EcdsaP384),
        new("P-521", "ML-KEM-1024", KemAlgorithm.CompositeMLKem1024P521, SignatureAlgorithm.MLDsa87EcdsaP521),
        new("X448", "ML-KEM-1024", KemAlgorithm.CompositeMLKem1024X448, SignatureAlgorithm.MLDsa87Ed448),
        new("brainpoolP256r1", "ML-KEM-768",
            KemAlgorithm.CompositeMLKem768BrainpoolP256r1, SignatureAlgorithm.MLDsa65EcdsaBrainpoolP256r1),
        new("brainpoolP384r1", "ML-KEM-1024",
            KemAlgorithm.CompositeMLKem1024BrainpoolP384r1, SignatureAlgorithm.MLDsa87EcdsaBrainpoolP384r1),
        new("RSA-2048", "ML-KEM-768", KemAlgorithm.CompositeMLKem768Rsa2048, SignatureAlgorithm.MLDsa44Rsa2048Pss),
        new("RSA-3072", "ML-KEM-768", KemAlgorithm.CompositeMLKem768Rsa3072, SignatureAlgorithm.MLDsa65Rsa3072Pss),
        new("RSA-4096", "ML-KEM-768", KemAlgorithm.CompositeMLKem768Rsa4096, SignatureAlgorithm.MLDsa65Rsa4096Pss),
        new("RSA-3072", "ML-KEM-1024", KemAlgorithm.CompositeMLKem1024Rsa3072, SignatureAlgorithm.MLDsa87Rsa3072Pss),
    ];

    private static readonly IReadOnlyList<SignatureAlgorithm> Composites =
        [.. CompositeScheme.All.Select(scheme => scheme.Algorithm)];

    /// <exception cref="ArgumentException">
    /// No standard combines the two; the message lists the pairs that exist.
    /// </exception>
    public HybridKeyExchange(string classical = "X25519", string pqc = "ML-KEM-768", string mode = "HYBRID")
    {
        if (!Same(mode, "HYBRID"))
        {
            throw new ArgumentException(
                $"Unknown mode '{mode}'. Known: HYBRID, in which both halves are always used.", nameof(mode));
        }

        Pair chosen = Pairs.FirstOrDefault(pair => Same(pair.Classical, classical) && Same(pair.Pqc, pqc))
            ?? throw new ArgumentException($"No standard combines '{classical}' with '{pqc}'. Known: " +
                $"{string.Join(", ", Pairs.Select(pair => $"{pair.Classical} with {pair.Pqc} ({pair.Kem})"))}.",
                nameof(classical));
        Kem = chosen.Kem;
        Signature = chosen.Signature;
    }

    /// <summary>The standard the names stand for, for example X-Wing.</summary>
    public KemAlgorithm Kem { get; }

    /// <summary>The composite signature of the same family, used where no other is named.</summary>
    /// <remarks>Of the same category where there is one: RSA of 2048 bits is combined with ML-DSA-44 only.</remarks>
    public SignatureAlgorithm Signature { get; }

    /// <summary>Makes a shared secret for the holder of a key. The caller zeroes the secret.</summary>
    /// <exception cref="CryptographicException">The recipient's key is malformed.</exception>
    public (byte[] Ciphertext, byte[] SharedSecret) Encapsulate(ReadOnlySpan<byte> recipientPublicKey)
    {
        using KemKey key = KemKeys.ImportPublic(Kem, recipientPublicKey);
        byte[] ciphertext = new byte[Kem.CiphertextSize], sharedSecret = new byte[Kem.SharedSecretSize];
        key.Encapsulate(ciphertext, sharedSecret);
        return (ciphertext, sharedSecret);
    }

    /// <summary>Recovers the secret. A modified ciphertext gives another secret. The caller zeroes it.</summary>
    /// <exception cref="CryptographicException">
    /// The ciphertext has the wrong length, or its classical half is no valid point.
    /// </exception>
    public byte[] Decapsulate(KemKey recipientKey, ReadOnlySpan<byte> ciphertext)
    {
        ArgumentNullException.ThrowIfNull(recipientKey);
        if (recipientKey.Algorithm != Kem)
        {
            throw new ArgumentException(
                $"The key is of {recipientKey.Algorithm}; this exchange needs {Kem}.", nameof(recipientKey));
        }

        if (ciphertext.Length != Kem.CiphertextSize)
        {
            throw new CryptographicException(
                $"{Kem} ciphertext: expected {Kem.CiphertextSize} bytes, found {ciphertext.Length}.");
        }

        byte[] sharedSecret = new byte[Kem.SharedSecretSize];
        recipientKey.Decapsulate(ciphertext, sharedSecret);
        return sharedSecret;
    }

    /// <summary>Signs with both halves of a composite key.</summary>
    /// <remarks>
    /// The algorithm is a composite's name, for example <c>Ed25519-ML-DSA-65</c>; by default <see cref="Signature"/>.
    /// </remarks>
    /// <exception cref="ArgumentException">The algorithm is no composite one, or the key is of another.</exception>
    public byte[] Sign(
        ReadOnlySpan<byte> message, SignatureKey key, string? algorithm = null, ReadOnlySpan<byte> context = default) =>
        Require(key, algorithm).Sign(message, context);

    /// <summary>True only if both halves of the signature are valid.</summary>
    /// <exception cref="ArgumentException">The algorithm is no composite one, or the key is of another.</exception>
    public bool Verify(
        ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, SignatureKey key, string? algorithm = null,
        ReadOnlySpan<byte> context = default) =>
        Require(key, algorithm).Verify(message, signature, context);

    private SignatureKey Require(SignatureKey key, string? name)
    {
        ArgumentNullException.ThrowIfNull(key);
        SignatureAlgorithm algorithm = name is null ? Signature
            : Composites.FirstOrDefault(known => KeyAlgorithm.TryParse(name, out KeyAlgorithm? named) && named == known)
            ?? throw new ArgumentException($"'{name}' is not a composite signature. Known: " +
                $"{string.Join(", ", Composites.Select(known => $"{known.Aliases[0]} ({known})"))}.", nameof(name));

        return key.Algorithm == algorithm
            ? key
            : throw new ArgumentException($"The key is of {key.Algorithm}; expected {algorithm}.", nameof(key));
    }

    private static bool Same(string? left, string right) =>
        string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private sealed record Pair(string Classical, string Pqc, KemAlgorithm Kem, SignatureAlgorithm Signature);
}
