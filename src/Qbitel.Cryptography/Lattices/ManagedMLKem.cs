using System.Security.Cryptography;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// ML-KEM (FIPS 203) in managed code: works wherever .NET does, whatever the system's OpenSSL offers.
/// </summary>
/// <remarks>
/// <para>Safe for concurrent use. Disposing zeroes the private half, when the operations under way have ended.</para>
/// <para>A key keeps its matrix expanded, 2 to 8 KB, and its secret vector prepared for products, 2 to 4 KB: no
/// operation makes them again. The first one hashes the public key.</para>
/// <para>The encrypted PKCS#8 imports of the base class are the platform's: decrypt first, then import here.</para>
/// </remarks>
public sealed partial class ManagedMLKem : MLKem
{
    private static readonly SelfTest SelfTest = new("ML-KEM", MLKemSelfTest.Passes);

    private readonly MLKemEncapsulationKey _publicHalf;
    private readonly MLKemDecapsulationKey? _privateHalf;

    private ManagedMLKem(MLKemEncapsulationKey publicHalf)
        : base(publicHalf.Parameters.Algorithm) => _publicHalf = publicHalf;

    private ManagedMLKem(MLKemDecapsulationKey privateHalf)
        : this(privateHalf.PublicHalf) => _privateHalf = privateHalf;

    /// <summary>Always true, unlike the platform's.</summary>
    public static new bool IsSupported => true;

    /// <summary>True if this key can decapsulate.</summary>
    public bool HasPrivateKey => _privateHalf is not null;

    /// <summary>FIPS 203, Algorithm 19.</summary>
    public static new ManagedMLKem GenerateKey(MLKemAlgorithm algorithm)
    {
        MLKemParameters parameters = Open(algorithm);
        Span<byte> seed = stackalloc byte[2 * MLKemParameters.SeedSize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return FromSeed(parameters, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>A key from its 64-byte seed, d then z.</summary>
    public static new ManagedMLKem ImportPrivateSeed(MLKemAlgorithm algorithm, ReadOnlySpan<byte> source)
    {
        MLKemParameters parameters = Open(algorithm);
        ThrowIfNotSize(source, algorithm.PrivateSeedSizeInBytes, "seed");
        return FromSeed(parameters, source);
    }

    /// <summary>A public key, whose coefficients must all be below q (FIPS 203, section 7.2).</summary>
    /// <exception cref="CryptographicException">A coefficient is not below q.</exception>
    public static new ManagedMLKem ImportEncapsulationKey(MLKemAlgorithm algorithm, ReadOnlySpan<byte> source)
    {
        MLKemParameters parameters = Open(algorithm);
        ThrowIfNotSize(source, algorithm.EncapsulationKeySizeInBytes, "encapsulation key");
        return FromEncapsulationKey(parameters, source);
    }

    /// <summary>An expanded private key. It has no seed to export.</summary>
    /// <exception cref="CryptographicException">
    /// A coefficient is not below q, the hash is not that of the encapsulation key (FIPS 203, section 7.3), or the
    /// halves are not a pair.
    /// </exception>
    public static new ManagedMLKem ImportDecapsulationKey(MLKemAlgorithm algorithm, ReadOnlySpan<byte> source)
    {
        MLKemParameters parameters = Open(algorithm);
        ThrowIfNotSize(source, algorithm.DecapsulationKeySizeInBytes, "decapsulation key");
        return new ManagedMLKem(MLKemDecapsulationKey.Decode(parameters, source));
    }

    /// <summary>A public key of RFC 9935.</summary>
    /// <exception cref="CryptographicException">
    /// The bytes are not DER of such a key, or the key is not valid.
    /// </exception>
    public static new ManagedMLKem ImportSubjectPublicKeyInfo(ReadOnlySpan<byte> source)
    {
        SelfTest.Require();
        LatticePublicKey decoded = LatticePublicKey.Decode(source);
        return FromEncapsulationKey(Named(decoded.Oid), decoded.Key);
    }

    /// <summary>
    /// A private key of RFC 9935: a seed, an expanded key, or both, which must then agree in every byte.
    /// </summary>
    /// <exception cref="CryptographicException">
    /// The bytes are not DER of such a key, or the key is not valid.
    /// </exception>
    public static new ManagedMLKem ImportPkcs8PrivateKey(ReadOnlySpan<byte> source)
    {
        SelfTest.Require();
        LatticePrivateKey decoded = LatticePrivateKey.Decode(source);
        MLKemParameters parameters = Named(decoded.Oid);
        if (!decoded.Seed.IsEmpty && decoded.Seed.Length != parameters.Algorithm.PrivateSeedSizeInBytes)
            throw new CryptographicException($"The seed has {decoded.Seed.Length} bytes; an ML-KEM seed has 64.");

        ManagedMLKem key = decoded.Seed.IsEmpty
            ? new ManagedMLKem(MLKemDecapsulationKey.Decode(parameters, decoded.ExpandedKey))
            : FromSeed(parameters, decoded.Seed);

        bool agrees = decoded.ExpandedKey.IsEmpty || key.IsExpandedTo(decoded.ExpandedKey);
        bool isOwn = decoded.PublicKey.IsEmpty || key.HasPublicKey(decoded.PublicKey);
        if (agrees && isOwn) return key;

        key.Dispose();
        throw new CryptographicException(
            agrees ? "The public key is of another key." : "The seed and the expanded key are of two keys.");
    }

    /// <summary>The one <c>PUBLIC KEY</c> or <c>PRIVATE KEY</c> in a PEM text.</summary>
    /// <exception cref="ArgumentException">The text holds no key, more than one, or an encrypted one.</exception>
    /// <exception cref="CryptographicException">The key is not a valid ML-KEM key.</exception>
    public static new ManagedMLKem ImportFromPem(ReadOnlySpan<char> source) =>
        KeyPem.Decode(source, ImportPkcs8PrivateKey, ImportSubjectPublicKeyInfo);

    /// <inheritdoc cref="ImportFromPem(ReadOnlySpan{char})"/>
    public static new ManagedMLKem ImportFromPem(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ImportFromPem(source.AsSpan());
    }

    public override string ToString() => HasPrivateKey ? $"{Algorithm.Name} ***" : Algorithm.Name;

    /// <summary>
    /// FIPS 203, Algorithm 17, with the randomness m given: for vectors and for hybrids that derive it.
    /// </summary>
    internal void Encapsulate(ReadOnlySpan<byte> m, Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        using SecretMemory.Lease lease = Hold();
        _publicHalf.Encapsulate(m, ciphertext, sharedSecret);
    }

    // FIPS 203, Algorithm 20. The base class has checked every length.
    protected override void EncapsulateCore(Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> m = stackalloc byte[MLKemParameters.SeedSize];
        try
        {
            RandomNumberGenerator.Fill(m);
            Encapsulate(m, ciphertext, sharedSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(m);
        }
    }

    // FIPS 203, Algorithm 21.
    protected override void DecapsulateCore(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret) =>
        PrivateHalf.Decapsulate(ciphertext, sharedSecret);

    protected override void ExportEncapsulationKeyCore(Span<byte> destination)
    {
        using SecretMemory.Lease lease = Hold();
        _publicHalf.Encoded.CopyTo(destination);
    }

    protected override void ExportDecapsulationKeyCore(Span<byte> destination) => PrivateHalf.Encode(destination);

    protected override void ExportPrivateSeedCore(Span<byte> destination)
    {
        if (_privateHalf is not { HasSeed: true })
            throw new CryptographicException("This ML-KEM key has no seed: it is public, or came in expanded form.");

        _privateHalf.EncodeSeed(destination);
    }

    protected override bool TryExportPkcs8PrivateKeyCore(Span<byte> destination, out int bytesWritten)
    {
        MLKemParameters parameters = PrivateHalf.PublicHalf.Parameters;
        bool isSeed = PrivateHalf.HasSeed;
        Span<byte> key = stackalloc byte[isSeed ? 2 * MLKemParameters.SeedSize : parameters.DecapsulationKeySize];
        try
        {
            if (isSeed) PrivateHalf.EncodeSeed(key);
            else PrivateHalf.Encode(key);
            return LatticePrivateKey.TryEncode(parameters.Oid, key, isSeed, destination, out bytesWritten);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _privateHalf?.Dispose();
        base.Dispose(disposing);
    }

    private MLKemDecapsulationKey PrivateHalf =>
        _privateHalf ?? throw new CryptographicException("This ML-KEM key is public only: it can but encapsulate.");

    private static MLKemParameters Open(MLKemAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        SelfTest.Require();
        return MLKemParameters.Of(algorithm);
    }

    private static MLKemParameters Named(string oid) =>
        MLKemParameters.Of(oid) ?? throw new CryptographicException($"Algorithm {oid} is not ML-KEM.");

    private static ManagedMLKem FromSeed(MLKemParameters parameters, ReadOnlySpan<byte> seed) =>
        new(MLKemDecapsulationKey.Generate(parameters, seed));

    private static ManagedMLKem FromEncapsulationKey(MLKemParameters parameters, ReadOnlySpan<byte> encoded) =>
        MLKemEncapsulationKey.TryDecode(parameters, encoded, out MLKemEncapsulationKey? key)
            ? new ManagedMLKem(key)
            : throw new CryptographicException(
                $"The {parameters.Algorithm.Name} encapsulation key is not valid: it must have "
                + $"{parameters.EncapsulationKeySize} bytes, and every coefficient in it must be below q.");

    private static void ThrowIfNotSize(ReadOnlySpan<byte> source, int size, string what)
    {
        if (source.Length != size)
            throw new ArgumentException($"The {what} has {source.Length} bytes; it must have {size}.", nameof(source));
    }

    // A key from a seed has its public half in the memory of its private half.
    private SecretMemory.Lease Hold() => _privateHalf is null ? default : _privateHalf.Hold();

    private bool HasPublicKey(ReadOnlySpan<byte> encoded)
    {
        using SecretMemory.Lease lease = Hold();
        return encoded.SequenceEqual(_publicHalf.Encoded);
    }

    private bool IsExpandedTo(ReadOnlySpan<byte> expanded)
    {
        Span<byte> own = stackalloc byte[_publicHalf.Parameters.DecapsulationKeySize];
        try
        {
            PrivateHalf.Encode(own);
            return CryptographicOperations.FixedTimeEquals(own, expanded);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(own);
        }
    }
}
