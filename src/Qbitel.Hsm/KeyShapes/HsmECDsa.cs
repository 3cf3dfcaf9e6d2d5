using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Qbitel.Hsm.KeyShapes;

/// <summary>An ECDSA key in an HSM, where code wants an <see cref="ECDsa"/>: a certificate request, a token issuer.</summary>
/// <remarks>
/// It signs data, with the hash of its algorithm; a hash made outside is not signed, because the HSM would not know of
/// what. Calls wait for the HSM on the caller's thread. The provider stays its owner's.
/// </remarks>
public sealed class HsmECDsa : ECDsa
{
    private readonly HsmProvider _provider;
    private readonly HsmKey _key;
    private readonly ECDsa _publicKey;
    private readonly HashAlgorithmName _hash;

    /// <exception cref="ArgumentException">It is no ECDSA key.</exception>
    public HsmECDsa(HsmProvider provider, HsmKey key)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(key);
        ECCurve curve;
        if (key.Algorithm == Cryptography.SignatureAlgorithm.EcdsaP256)
            (curve, _hash) = (ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256);
        else if (key.Algorithm == Cryptography.SignatureAlgorithm.EcdsaP384)
            (curve, _hash) = (ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384);
        else
            throw new ArgumentException($"A {key.Algorithm} key is no ECDSA key.", nameof(key));

        _provider = provider;
        _key = key;
        ReadOnlySpan<byte> point = key.PublicKey.Span; // SEC 1: 4, x, y
        int size = (point.Length - 1) / 2;
        _publicKey = Create(new ECParameters
        {
            Curve = curve,
            Q = new ECPoint { X = point.Slice(1, size).ToArray(), Y = point[(1 + size)..].ToArray() },
        });
        KeySizeValue = _publicKey.KeySize;
        LegalKeySizesValue = [new KeySizes(KeySizeValue, KeySizeValue, 0)];
    }

    public override byte[] SignHash(byte[] hash) => throw NoHash();

    public override bool VerifyHash(byte[] hash, byte[] signature) => _publicKey.VerifyHash(hash, signature);

    public override ECParameters ExportParameters(bool includePrivateParameters) =>
        includePrivateParameters ? throw Waiting.Stays() : _publicKey.ExportParameters(false);

    public override ECParameters ExportExplicitParameters(bool includePrivateParameters) =>
        includePrivateParameters ? throw Waiting.Stays() : _publicKey.ExportExplicitParameters(false);

    public override byte[] SignData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm)
    {
        ArgumentNullException.ThrowIfNull(data);
        return SignDataCore(
            data.AsSpan(offset, count), hashAlgorithm, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public override byte[] SignData(Stream data, HashAlgorithmName hashAlgorithm)
    {
        ArgumentNullException.ThrowIfNull(data);
        return SignDataCore(data, hashAlgorithm, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    protected override byte[] SignDataCore(
        ReadOnlySpan<byte> data, HashAlgorithmName hashAlgorithm, DSASignatureFormat signatureFormat)
    {
        if (hashAlgorithm != _hash)
        {
            throw new CryptographicException(
                $"This key signs with {_hash.Name}, as {_key.Algorithm} says; asked for was {hashAlgorithm.Name}.");
        }

        byte[] der = Waiting.For(_provider.SignAsync(_key, data.ToArray(), default, CancellationToken.None));
        return signatureFormat switch
        {
            DSASignatureFormat.Rfc3279DerSequence => der,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation => Fixed(der, (KeySize + 7) / 8),
            _ => throw new CryptographicException($"{signatureFormat} is no format of signatures."),
        };
    }

    protected override byte[] SignDataCore(
        Stream data, HashAlgorithmName hashAlgorithm, DSASignatureFormat signatureFormat)
    {
        ArgumentNullException.ThrowIfNull(data);
        using MemoryStream all = new();
        data.CopyTo(all);
        return SignDataCore(all.GetBuffer().AsSpan(0, (int)all.Length), hashAlgorithm, signatureFormat);
    }

    protected override byte[] SignHashCore(ReadOnlySpan<byte> hash, DSASignatureFormat signatureFormat) => throw NoHash();

    protected override bool TrySignHashCore(
        ReadOnlySpan<byte> hash, Span<byte> destination, DSASignatureFormat signatureFormat, out int bytesWritten) =>
        throw NoHash();

    protected override bool TrySignDataCore(
        ReadOnlySpan<byte> data, Span<byte> destination, HashAlgorithmName hashAlgorithm,
        DSASignatureFormat signatureFormat, out int bytesWritten)
    {
        byte[] signature = SignDataCore(data, hashAlgorithm, signatureFormat);
        bytesWritten = signature.AsSpan().TryCopyTo(destination) ? signature.Length : 0;
        return bytesWritten > 0;
    }

    public override bool TrySignData(
        ReadOnlySpan<byte> data, Span<byte> destination, HashAlgorithmName hashAlgorithm, out int bytesWritten) =>
        TrySignDataCore(data, destination, hashAlgorithm, DSASignatureFormat.IeeeP1363FixedFieldConcatenation,
            out bytesWritten);

    protected override byte[] HashData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm) =>
        CryptographicOperations.HashData(hashAlgorithm, data.AsSpan(offset, count));

    protected override byte[] HashData(Stream data, HashAlgorithmName hashAlgorithm) =>
        CryptographicOperations.HashData(hashAlgorithm, data);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _publicKey.Dispose();
        base.Dispose(disposing);
    }

    private NotSupportedException NoHash() => new(
        $"An HSM of Qbitel signs data, and hashes it itself: call SignData with {_hash.Name} instead of SignHash.");

    // SEC 1, C.5: two integers; IEEE P1363: the same, each as long as the curve's order.
    private static byte[] Fixed(byte[] der, int size)
    {
        AsnReader numbers =
            new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        byte[] both = new byte[2 * size];
        for (int i = 0; i < 2; i++)
        {
            ReadOnlySpan<byte> number = numbers.ReadIntegerBytes().Span.TrimStart((byte)0);
            number.CopyTo(both.AsSpan(((i + 1) * size) - number.Length));
        }

        return both;
    }
}
