using System.Security.Cryptography;
using Qbitel.Hsm.Pkcs11;

namespace Qbitel.Hsm.KeyShapes;

/// <summary>An RSA key in a PKCS#11 token, where code wants an <see cref="RSA"/>: it signs, and does nothing else.</summary>
/// <remarks>
/// It signs data with SHA-256, 384 or 512, PSS or PKCS#1 v1.5; a hash made outside is not signed. Calls wait for the token
/// on the caller's thread, and the token stays its owner's.
/// </remarks>
public sealed class HsmRsa : RSA
{
    private readonly DeviceKeys _keys;
    private readonly DeviceKey _key;
    private readonly RSA _publicKey = Create();

    /// <exception cref="ArgumentException">It is no RSA key.</exception>
    public HsmRsa(DeviceKeys keys, DeviceKey key)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(key);
        if (key.PublicKey.IsEmpty) throw new ArgumentException($"A {key.Kind} key is no RSA key.", nameof(key));
        _keys = keys;
        _key = key;
        _publicKey.ImportRSAPublicKey(key.PublicKey.Span, out _);
        KeySizeValue = _publicKey.KeySize;
        LegalKeySizesValue = [new KeySizes(KeySizeValue, KeySizeValue, 0)];
    }

    public override byte[] SignData(
        byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Waiting.For(_keys.SignRsaAsync(
            _key, data.AsMemory(offset, count), hashAlgorithm, padding, CancellationToken.None));
    }

    public override byte[] SignData(Stream data, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)
    {
        ArgumentNullException.ThrowIfNull(data);
        using MemoryStream all = new();
        data.CopyTo(all);
        return SignData(all.GetBuffer(), 0, (int)all.Length, hashAlgorithm, padding);
    }

    public override bool TrySignData(
        ReadOnlySpan<byte> data, Span<byte> destination, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding,
        out int bytesWritten)
    {
        byte[] signature = SignData(data.ToArray(), 0, data.Length, hashAlgorithm, padding);
        bytesWritten = signature.AsSpan().TryCopyTo(destination) ? signature.Length : 0;
        return bytesWritten > 0;
    }

    public override byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding) =>
        throw new NotSupportedException("A token of Qbitel signs data, and hashes it itself: call SignData instead.");

    public override bool VerifyHash(
        byte[] hash, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding) =>
        _publicKey.VerifyHash(hash, signature, hashAlgorithm, padding);

    public override RSAParameters ExportParameters(bool includePrivateParameters) =>
        includePrivateParameters ? throw Waiting.Stays() : _publicKey.ExportParameters(false);

    public override void ImportParameters(RSAParameters parameters) => throw new NotSupportedException(
        "A key in a token does not become another one.");

    protected override byte[] HashData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm) =>
        CryptographicOperations.HashData(hashAlgorithm, data.AsSpan(offset, count));

    protected override byte[] HashData(Stream data, HashAlgorithmName hashAlgorithm) =>
        CryptographicOperations.HashData(hashAlgorithm, data);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _publicKey.Dispose();
        base.Dispose(disposing);
    }
}
