using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>
/// SLH-DSA (FIPS 205) in managed code: works wherever .NET does, whatever the system's OpenSSL offers.
/// </summary>
/// <remarks>
/// <para>Signatures are hedged unless <see cref="SignDataDeterministic"/> is asked for: fresh randomness and the
/// message choose the key that signs, so that a fault on a repeated message does not make one key sign twice.</para>
/// <para>Safe for concurrent use, except that a key must not be disposed while it is in use. Disposing zeroes the
/// private half.</para>
/// <para>Making or importing a private key takes a seventh to a twenty-second part of the time of a signature.</para>
/// <para>The encrypted PKCS#8 imports of the base class are the platform's: decrypt first, then import here.</para>
/// </remarks>
public sealed class ManagedSlhDsa : SlhDsa
{
    private const int MaxContextSize = SignatureKey.MaxContextSize;

    private static readonly SelfTest SelfTest = new("SLH-DSA", SlhDsaSelfTest.Passes);

    private readonly SlhDsaVerificationKey _publicHalf;
    private readonly SlhDsaSigningKey? _privateHalf;
    private bool _disposed;

    private ManagedSlhDsa(SlhDsaVerificationKey publicHalf)
        : base(publicHalf.Parameters.Algorithm) => _publicHalf = publicHalf;

    private ManagedSlhDsa(SlhDsaSigningKey privateHalf)
        : this(privateHalf.PublicHalf) => _privateHalf = privateHalf;

    /// <summary>Always true, unlike the platform's.</summary>
    public static new bool IsSupported => true;

    /// <summary>True if this key can sign.</summary>
    public bool HasPrivateKey => _privateHalf is not null;

    /// <summary>FIPS 205, Algorithm 21.</summary>
    public static new ManagedSlhDsa GenerateKey(SlhDsaAlgorithm algorithm)
    {
        SlhDsaParameters parameters = Open(algorithm);
        Span<byte> seeds = stackalloc byte[3 * parameters.N];
        try
        {
            RandomNumberGenerator.Fill(seeds);
            return new ManagedSlhDsa(SlhDsaSigningKey.Generate(parameters, seeds));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seeds);
        }
    }

    /// <summary>A private key: SK.seed, SK.prf, PK.seed and PK.root, which is made again and compared.</summary>
    /// <exception cref="CryptographicException">The key has another length, or its root is another.</exception>
    public static new ManagedSlhDsa ImportSlhDsaPrivateKey(SlhDsaAlgorithm algorithm, ReadOnlySpan<byte> source) =>
        new(SlhDsaSigningKey.Decode(Open(algorithm), source));

    /// <summary>A public key: any bytes of the right length are one.</summary>
    /// <exception cref="CryptographicException">The key has another length.</exception>
    public static new ManagedSlhDsa ImportSlhDsaPublicKey(SlhDsaAlgorithm algorithm, ReadOnlySpan<byte> source) =>
        new(new SlhDsaVerificationKey(Open(algorithm), source));

    /// <summary>A public key of RFC 9909.</summary>
    /// <exception cref="CryptographicException">The bytes are not DER of such a key.</exception>
    public static new ManagedSlhDsa ImportSubjectPublicKeyInfo(ReadOnlySpan<byte> source)
    {
        SelfTest.Require();
        LatticePublicKey decoded = LatticePublicKey.Decode(source);
        return new ManagedSlhDsa(new SlhDsaVerificationKey(Named(decoded.Oid), decoded.Key));
    }

    /// <summary>A private key of RFC 9909.</summary>
    /// <exception cref="CryptographicException">
    /// The bytes are not DER of such a key, or the key is not valid.
    /// </exception>
    public static new ManagedSlhDsa ImportPkcs8PrivateKey(ReadOnlySpan<byte> source)
    {
        SelfTest.Require();
        SlhDsaPrivateKeyInfo decoded = SlhDsaPrivateKeyInfo.Decode(source);
        ManagedSlhDsa key = new(SlhDsaSigningKey.Decode(Named(decoded.Oid), decoded.Key));
        if (decoded.PublicKey.IsEmpty || decoded.PublicKey.SequenceEqual(key._publicHalf.Encoded)) return key;

        key.Dispose();
        throw new CryptographicException("The public key is of another key.");
    }

    /// <summary>The one <c>PUBLIC KEY</c> or <c>PRIVATE KEY</c> in a PEM text.</summary>
    /// <exception cref="ArgumentException">The text holds no key, more than one, or an encrypted one.</exception>
    /// <exception cref="CryptographicException">The key is not a valid SLH-DSA key.</exception>
    public static new ManagedSlhDsa ImportFromPem(ReadOnlySpan<char> source) =>
        KeyPem.Decode(source, ImportPkcs8PrivateKey, ImportSubjectPublicKeyInfo);

    /// <inheritdoc cref="ImportFromPem(ReadOnlySpan{char})"/>
    public static new ManagedSlhDsa ImportFromPem(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ImportFromPem(source.AsSpan());
    }

    /// <summary>
    /// The same signature whenever the key, the data and the context are the same (FIPS 205, section 10.2.1).
    /// </summary>
    /// <exception cref="CryptographicException">The key has no private half.</exception>
    public byte[] SignDataDeterministic(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(context.Length, MaxContextSize, nameof(context));
        byte[] signature = new byte[Algorithm.SignatureSizeInBytes];
        Sign(SlhDsaVerificationKey.PurePrefix(context), data, _publicHalf.Seed, signature);
        return signature;
    }

    public override string ToString() => HasPrivateKey ? $"{Algorithm.Name} ***" : Algorithm.Name;

    /// <summary>The public half, with PK.seed, the randomness of deterministic signatures.</summary>
    internal SlhDsaVerificationKey PublicHalf => _publicHalf;

    /// <summary>A key from SK.seed, SK.prf and PK.seed (FIPS 205, Algorithm 18): for vectors.</summary>
    /// <exception cref="CryptographicException">The seeds have another length.</exception>
    internal static ManagedSlhDsa ImportSeeds(SlhDsaAlgorithm algorithm, ReadOnlySpan<byte> seeds)
    {
        SlhDsaParameters parameters = Open(algorithm);
        return seeds.Length == 3 * parameters.N
            ? new ManagedSlhDsa(SlhDsaSigningKey.Generate(parameters, seeds))
            : throw new CryptographicException(
                $"The seeds have {seeds.Length} bytes; they must have {3 * parameters.N}.");
    }

    /// <summary>Signs what the internal algorithms sign, with the randomness given: for vectors.</summary>
    internal void Sign(
        ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, ReadOnlySpan<byte> randomness, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        PrivateHalf.Sign(prefix, message, randomness, destination);
    }

    // FIPS 205, Algorithm 22. The base class has checked every length, of the context too.
    protected override void SignDataCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context, Span<byte> destination) =>
        SignHedged(SlhDsaVerificationKey.PurePrefix(context), data, destination);

    // FIPS 205, Algorithm 24.
    protected override bool VerifyDataCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> context, ReadOnlySpan<byte> signature) =>
        _publicHalf.Verify(SlhDsaVerificationKey.PurePrefix(context), data, signature);

    // FIPS 205, Algorithm 23. Which hashes are strong enough is a matter of policy, not of this class.
    protected override void SignPreHashCore(
        ReadOnlySpan<byte> hash, ReadOnlySpan<byte> context, string hashAlgorithmOid, Span<byte> destination) =>
        SignHedged(SlhDsaVerificationKey.PreHashPrefix(context, hashAlgorithmOid), hash, destination);

    // FIPS 205, Algorithm 25.
    protected override bool VerifyPreHashCore(
        ReadOnlySpan<byte> hash, ReadOnlySpan<byte> context, string hashAlgorithmOid, ReadOnlySpan<byte> signature) =>
        _publicHalf.Verify(SlhDsaVerificationKey.PreHashPrefix(context, hashAlgorithmOid), hash, signature);

    protected override void ExportSlhDsaPublicKeyCore(Span<byte> destination) =>
        _publicHalf.Encoded.CopyTo(destination);

    protected override void ExportSlhDsaPrivateKeyCore(Span<byte> destination) => PrivateHalf.Encode(destination);

    protected override bool TryExportPkcs8PrivateKeyCore(Span<byte> destination, out int bytesWritten) =>
        SlhDsaPrivateKeyInfo.TryEncode(_publicHalf.Parameters.Oid, PrivateHalf, destination, out bytesWritten);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            _privateHalf?.Dispose();
        }

        base.Dispose(disposing);
    }

    private SlhDsaSigningKey PrivateHalf =>
        _privateHalf ?? throw new CryptographicException("This SLH-DSA key is public only: it can verify, not sign.");

    private static SlhDsaParameters Open(SlhDsaAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        SelfTest.Require();
        return SlhDsaParameters.Of(algorithm);
    }

    private static SlhDsaParameters Named(string oid) =>
        SlhDsaParameters.Of(oid) ?? throw new CryptographicException($"Algorithm {oid} is not SLH-DSA.");

    private void SignHedged(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Span<byte> randomness = stackalloc byte[_publicHalf.Parameters.N];
        try
        {
            RandomNumberGenerator.Fill(randomness);
            PrivateHalf.Sign(prefix, message, randomness, destination);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(randomness);
        }
    }
}
