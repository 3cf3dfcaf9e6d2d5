using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Falcon;

/// <summary>
/// A key of Falcon-512 as submitted to the third round of NIST's competition: not FIPS 206, not FN-DSA.
/// </summary>
/// <remarks>
/// <para>
/// <b>Experimental.</b> The standard made from it, FN-DSA, will differ, so what this signs no FN-DSA program will
/// verify. Signing needs floating-point arithmetic, whose timing is harder to vouch for than integers': prefer ML-DSA
/// wherever a peer does not insist.
/// </para>
/// <para>
/// <see cref="SignatureKey.Sign"/> and <see cref="SignatureKey.Verify"/> make and accept the padded form of 666 bytes
/// and no other. The same signature without padding, which liboqs calls Falcon-512, has methods of its own: anyone can
/// turn one form into the other.
/// </para>
/// </remarks>
[Experimental("QBITEL0001")]
public sealed class Falcon512Round3 : SignatureKey
{
    private readonly FalconSigningKey? _private;
    private readonly FalconVerificationKey _public;

    private Falcon512Round3(FalconSigningKey? signingKey, FalconVerificationKey verificationKey)
        : base(SignatureAlgorithm.Falcon512Round3, signingKey is not null)
    {
        _private = signingKey;
        _public = verificationKey;
    }

    public static Falcon512Round3 GenerateKey()
    {
        FalconSelfTest.Require();
        Span<byte> seed = stackalloc byte[FalconSigningKey.SeedSize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            FalconSigningKey key = FalconKeyGenerator.Generate(seed);
            return new Falcon512Round3(key, key.PublicHalf);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <param name="privateKey">f, g and F in the submission's encoding: 1281 bytes, the first 59.</param>
    /// <exception cref="CryptographicException">They are not a private key whose signatures are safe.</exception>
    public static Falcon512Round3 ImportPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        FalconSelfTest.Require();
        FalconSigningKey key = FalconSigningKey.Decode(privateKey);
        return new Falcon512Round3(key, key.PublicHalf);
    }

    /// <param name="publicKey">h in the submission's encoding: 897 bytes, the first 09.</param>
    /// <exception cref="CryptographicException">The encoding is malformed.</exception>
    public static Falcon512Round3 ImportPublicKey(ReadOnlySpan<byte> publicKey)
    {
        FalconSelfTest.Require();
        return new Falcon512Round3(null, FalconVerificationKey.Decode(publicKey));
    }

    /// <summary>Signs in the padded form, without allocating.</summary>
    /// <param name="data">What is signed.</param>
    /// <param name="destination">666 bytes, untouched on failure.</param>
    /// <exception cref="CryptographicException">The key has no private half.</exception>
    public void SignPadded(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (destination.Length != Algorithm.SignatureSize)
        {
            throw new ArgumentException(
                $"A padded signature has {Algorithm.SignatureSize} bytes, the destination {destination.Length}.",
                nameof(destination));
        }

        SignInto(data, destination);
    }

    /// <summary>
    /// Signs in the form without padding: about 655 bytes, sometimes more than 666, never more than 752.
    /// </summary>
    /// <exception cref="CryptographicException">The key has no private half.</exception>
    public byte[] SignCompressed(ReadOnlySpan<byte> data)
    {
        Span<byte> signature = stackalloc byte[FalconEncoding.MaxCompressedSignatureSize];
        return signature[..SignInto(data, signature)].ToArray();
    }

    /// <summary>True only for a signature by this key over exactly this data, in the form without padding.</summary>
    public bool VerifyCompressed(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        ThrowIfDisposed();
        return _public.VerifyCompressed(data, signature);
    }

    protected override byte[] SignCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context)
    {
        byte[] signature = new byte[Algorithm.SignatureSize];
        SignInto(data, signature);
        return signature;
    }

    protected override bool VerifyCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context) =>
        _public.VerifyPadded(data, signature);

    protected override byte[] ExportPublicKeyCore() => _public.Encoded.ToArray();

    protected override byte[] ExportPrivateKeyCore() => _private!.Encoded.ToArray();

    protected override void Dispose(bool disposing) => _private?.Dispose();

    private int SignInto(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        ThrowIfDisposed();
        if (_private is null)
            throw new CryptographicException($"This {Algorithm} key is public only: it can verify, not sign.");

        Span<byte> random = stackalloc byte[FalconSigningKey.RandomSize];
        try
        {
            RandomNumberGenerator.Fill(random);
            return _private.Sign(data, random, signature);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(random);
        }
    }
}
