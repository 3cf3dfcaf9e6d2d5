using System.Security.Cryptography;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// ML-DSA (FIPS 204) in managed code: works wherever .NET does, whatever the system's OpenSSL offers.
/// </summary>
/// <remarks>
/// <para>Signatures are hedged: fresh randomness and the message both go into the mask, so that neither a bad generator
/// nor a fault on a repeated message alone gives the key away.</para>
/// <para>Safe for concurrent use. Disposing zeroes the private half, when the signatures under way have ended.</para>
/// <para>A key keeps what every operation needs, the matrix expanded and its vectors transformed: 20, 36 or 64 KB, and
/// a private key 15 to 28 KB more.</para>
/// <para>The encrypted PKCS#8 imports of the base class are the platform's: decrypt first, then import here.</para>
/// </remarks>
public sealed partial class ManagedMLDsa : MLDsa
{
    private static readonly SelfTest SelfTest = new("ML-DSA", MLDsaSelfTest.Passes);

    private readonly MLDsaVerificationKey _publicHalf;
    private readonly MLDsaSigningKey? _privateHalf;
    private bool _isDisposed;

    private ManagedMLDsa(MLDsaVerificationKey publicHalf)
        : base(publicHalf.Parameters.Algorithm) => _publicHalf = publicHalf;

    private ManagedMLDsa(MLDsaSigningKey privateHalf)
        : this(privateHalf.PublicHalf) => _privateHalf = privateHalf;

    /// <summary>Always true, unlike the platform's.</summary>
    public static new bool IsSupported => true;

    /// <summary>True if this key can sign.</summary>
    public bool HasPrivateKey => _privateHalf is not null;

    /// <summary>FIPS 204, Algorithm 1.</summary>
    public static new ManagedMLDsa GenerateKey(MLDsaAlgorithm algorithm)
    {
        MLDsaParameters parameters = Open(algorithm);
        Span<byte> seed = stackalloc byte[MLDsaParameters.SeedSize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return new ManagedMLDsa(MLDsaSigningKey.Generate(parameters, seed, keepMatrix: false));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>A key from its 32-byte seed.</summary>
    /// <exception cref="CryptographicException">The seed has another length.</exception>
    public static new ManagedMLDsa ImportMLDsaPrivateSeed(MLDsaAlgorithm algorithm, ReadOnlySpan<byte> source) =>
        FromSeed(Open(algorithm), source);

    /// <summary>A public key: any bytes of the right length are one.</summary>
    /// <exception cref="CryptographicException">The key has another length.</exception>
    public static new ManagedMLDsa ImportMLDsaPublicKey(MLDsaAlgorithm algorithm, ReadOnlySpan<byte> source) =>
        new(MLDsaVerificationKey.Decode(Open(algorithm), source));

    /// <summary>An expanded private key, from which the public key is made again. It has no seed to export.</summary>
    /// <exception cref="CryptographicException">
    /// A coefficient is out of range, or t0 or tr is not the one that the secret vectors make.
    /// </exception>
    public static new ManagedMLDsa ImportMLDsaPrivateKey(MLDsaAlgorithm algorithm, ReadOnlySpan<byte> source) =>
        new(MLDsaSigningKey.Decode(Open(algorithm), source));

    /// <summary>A public key of RFC 9881.</summary>
    /// <exception cref="CryptographicException">The bytes are not DER of such a key.</exception>
    public static new ManagedMLDsa ImportSubjectPublicKeyInfo(ReadOnlySpan<byte> source)
    {
        SelfTest.Require();
        LatticePublicKey decoded = LatticePublicKey.Decode(source);
        return new ManagedMLDsa(MLDsaVerificationKey.Decode(Named(decoded.Oid), decoded.Key));
    }

    /// <summary>
    /// A private key of RFC 9881: a seed, an expanded key, or both, which must then agree in every byte.
    /// </summary>
    /// <exception cref="CryptographicException">
    /// The bytes are not DER of such a key, or the key is not valid.
    /// </exception>
    public static new ManagedMLDsa ImportPkcs8PrivateKey(ReadOnlySpan<byte> source)
    {
        SelfTest.Require();
        LatticePrivateKey decoded = LatticePrivateKey.Decode(source);
        MLDsaParameters parameters = Named(decoded.Oid);
        ManagedMLDsa key = decoded.Seed.IsEmpty
            ? new ManagedMLDsa(MLDsaSigningKey.Decode(parameters, decoded.ExpandedKey))
            : FromSeed(parameters, decoded.Seed);

        bool agrees = decoded.ExpandedKey.IsEmpty
            || key.PrivateHalf.IsEncodedAs(decoded.ExpandedKey);
        bool isOwn = decoded.PublicKey.IsEmpty || decoded.PublicKey.SequenceEqual(key._publicHalf.Encoded);
        if (agrees && isOwn) return key;

        key.Dispose();
        throw new CryptographicException(
            agrees ? "The public key is of another key." : "The seed and the expanded key are of two keys.");
    }

    /// <summary>The one <c>PUBLIC KEY</c> or <c>PRIVATE KEY</c> in a PEM text.</summary>
    /// <exception cref="ArgumentException">The text holds no key, more than one, or an encrypted one.</exception>
    /// <exception cref="CryptographicException">The key is not a valid ML-DSA key.</exception>
    public static new ManagedMLDsa ImportFromPem(ReadOnlySpan<char> source) =>
        KeyPem.Decode(source, ImportPkcs8PrivateKey, ImportSubjectPublicKeyInfo);

    /// <inheritdoc cref="ImportFromPem(ReadOnlySpan{char})"/>
    public static new ManagedMLDsa ImportFromPem(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ImportFromPem(source.AsSpan());
    }

    /// <summary>
    /// FIPS 204, Algorithm 2, without randomness: the same data gives the same signature.
    /// </summary>
    /// <remarks>
    /// For what must be reproducible. Prefer <c>SignData</c>: a fault during one of two signatures of one message can
    /// give a deterministic signer's key away.
    /// </remarks>
    /// <exception cref="ArgumentException">The destination has not the size of a signature.</exception>
    public void SignDataDeterministically(
        ReadOnlySpan<byte> data, Span<byte> destination, ReadOnlySpan<byte> context = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfTooLong(context, nameof(context));
        Span<byte> mu = stackalloc byte[MLDsaParameters.HashSize];
        _publicHalf.HashData(data, context, mu);
        SignMuDeterministically(mu, destination);
    }

    /// <summary>FIPS 204, Algorithm 7, from mu on, without randomness.</summary>
    /// <exception cref="ArgumentException">mu or the destination has another size.</exception>
    public void SignMuDeterministically(ReadOnlySpan<byte> externalMu, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfSizeIsNot(MLDsaParameters.HashSize, externalMu.Length, nameof(externalMu));
        ThrowIfSizeIsNot(Algorithm.SignatureSizeInBytes, destination.Length, nameof(destination));
        Span<byte> rnd = stackalloc byte[MLDsaParameters.SeedSize];
        rnd.Clear();
        PrivateHalf.Sign(externalMu, rnd, destination);
    }

    /// <summary>FIPS 204, Algorithm 4, without randomness, of a digest by any hash that the standard names.</summary>
    /// <exception cref="ArgumentException">
    /// A digest of that hash, or the destination, has another size, or the identifier is none.
    /// </exception>
    public void SignPreHashDeterministically(
        ReadOnlySpan<byte> hash, Span<byte> destination, string hashAlgorithmOid, ReadOnlySpan<byte> context = default)
    {
        ArgumentNullException.ThrowIfNull(hashAlgorithmOid);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfTooLong(context, nameof(context));
        HashOid.ThrowIfNotDigest(hash, hashAlgorithmOid, nameof(hash));
        Span<byte> mu = stackalloc byte[MLDsaParameters.HashSize];
        _publicHalf.HashPreHash(hash, hashAlgorithmOid, context, mu);
        SignMuDeterministically(mu, destination);
    }

    /// <summary>
    /// mu of a digest with its context (FIPS 204, Algorithm 4), for <c>SignMu</c> and <c>VerifyMu</c>.
    /// </summary>
    /// <remarks>
    /// The way to the hashes that FIPS 204 allows and <c>SignPreHash</c> of the base class refuses: SHA-224,
    /// SHA-512/224, SHA-512/256 and SHA3-224.
    /// </remarks>
    /// <exception cref="ArgumentException">A digest of that hash has another size, or the identifier is
    /// none.</exception>
    public byte[] GetPreHashMu(
        ReadOnlySpan<byte> hash, string hashAlgorithmOid, ReadOnlySpan<byte> context = default)
    {
        ArgumentNullException.ThrowIfNull(hashAlgorithmOid);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfTooLong(context, nameof(context));
        HashOid.ThrowIfNotDigest(hash, hashAlgorithmOid, nameof(hash));
        byte[] mu = new byte[MLDsaParameters.HashSize];
        _publicHalf.HashPreHash(hash, hashAlgorithmOid, context, mu);
        return mu;
    }

    public override string ToString() => HasPrivateKey ? $"{Algorithm.Name} ***" : Algorithm.Name;

    /// <summary>The public half, which makes mu of messages.</summary>
    internal MLDsaVerificationKey PublicHalf => _publicHalf;

    /// <summary>Signs mu with the randomness given, 32 zero bytes for a deterministic signature: for vectors.</summary>
    internal void Sign(ReadOnlySpan<byte> mu, ReadOnlySpan<byte> rnd, Span<byte> destination) =>
        PrivateHalf.Sign(mu, rnd, destination);

    // FIPS 204, Algorithm 2. The base class has checked every length, of the context too.
    protected override void SignDataCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context, Span<byte> destination)
    {
        Span<byte> mu = stackalloc byte[MLDsaParameters.HashSize];
        _publicHalf.HashData(data, context, mu);
        SignMuCore(mu, destination);
    }

    // FIPS 204, Algorithm 3.
    protected override bool VerifyDataCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> context, ReadOnlySpan<byte> signature)
    {
        Span<byte> mu = stackalloc byte[MLDsaParameters.HashSize];
        _publicHalf.HashData(data, context, mu);
        return _publicHalf.Verify(mu, signature);
    }

    // FIPS 204, Algorithm 4. Which hashes are strong enough is a matter of policy, not of this class.
    protected override void SignPreHashCore(
        ReadOnlySpan<byte> hash, ReadOnlySpan<byte> context, string hashAlgorithmOid, Span<byte> destination)
    {
        Span<byte> mu = stackalloc byte[MLDsaParameters.HashSize];
        _publicHalf.HashPreHash(hash, hashAlgorithmOid, context, mu);
        SignMuCore(mu, destination);
    }

    // FIPS 204, Algorithm 5.
    protected override bool VerifyPreHashCore(
        ReadOnlySpan<byte> hash, ReadOnlySpan<byte> context, string hashAlgorithmOid, ReadOnlySpan<byte> signature)
    {
        Span<byte> mu = stackalloc byte[MLDsaParameters.HashSize];
        _publicHalf.HashPreHash(hash, hashAlgorithmOid, context, mu);
        return _publicHalf.Verify(mu, signature);
    }

    protected override void SignMuCore(ReadOnlySpan<byte> externalMu, Span<byte> destination)
    {
        Span<byte> rnd = stackalloc byte[MLDsaParameters.SeedSize];
        try
        {
            RandomNumberGenerator.Fill(rnd);
            PrivateHalf.Sign(externalMu, rnd, destination);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(rnd);
        }
    }

    protected override bool VerifyMuCore(ReadOnlySpan<byte> externalMu, ReadOnlySpan<byte> signature) =>
        _publicHalf.Verify(externalMu, signature);

    protected override void ExportMLDsaPublicKeyCore(Span<byte> destination) => _publicHalf.Encoded.CopyTo(destination);

    protected override void ExportMLDsaPrivateKeyCore(Span<byte> destination) =>
        PrivateHalf.ExportEncoded(destination);

    protected override void ExportMLDsaPrivateSeedCore(Span<byte> destination)
    {
        if (_privateHalf is not { HasSeed: true })
            throw new CryptographicException("This ML-DSA key has no seed: it is public, or came in expanded form.");

        _privateHalf.ExportSeed(destination);
    }

    protected override bool TryExportPkcs8PrivateKeyCore(Span<byte> destination, out int bytesWritten) =>
        PrivateHalf.TryExportPkcs8(destination, out bytesWritten);

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        if (disposing) _privateHalf?.Dispose();
        base.Dispose(disposing);
    }

    private MLDsaSigningKey PrivateHalf =>
        _privateHalf ?? throw new CryptographicException("This ML-DSA key is public only: it can verify, not sign.");

    private static void ThrowIfSizeIsNot(int expected, int actual, string name)
    {
        if (actual != expected) throw new ArgumentException($"There are {actual} bytes; it must be {expected}.", name);
    }

    private static MLDsaParameters Open(MLDsaAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        SelfTest.Require();
        return MLDsaParameters.Of(algorithm);
    }

    private static MLDsaParameters Named(string oid) =>
        MLDsaParameters.Of(oid) ?? throw new CryptographicException($"Algorithm {oid} is not ML-DSA.");

    private static ManagedMLDsa FromSeed(MLDsaParameters parameters, ReadOnlySpan<byte> seed) =>
        seed.Length == MLDsaParameters.SeedSize
            ? new ManagedMLDsa(MLDsaSigningKey.Generate(parameters, seed, keepMatrix: true))
            : throw new CryptographicException($"The seed has {seed.Length} bytes; an ML-DSA seed has 32.");
}
