using System.Security.Cryptography;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>Plain ML-DSA (FIPS 204) as a <see cref="SignatureKey"/>; the private key is the seed.</summary>
internal sealed class MLDsaKey(SignatureAlgorithm algorithm, MLDsa key, bool hasPrivateKey)
    : SignatureKey(algorithm, hasPrivateKey)
{
    /// <summary>
    /// The seed, or the expanded key where the key came without one (RFC 9881). The caller zeroes it.
    /// </summary>
    public byte[] ExportPkcs8() => key.ExportPkcs8PrivateKey();

    /// <summary>The caller zeroes it.</summary>
    public byte[] ExportExpanded() => key.ExportMLDsaPrivateKey();

    protected override byte[] SignCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context)
    {
        byte[] signature = new byte[Algorithm.SignatureSize];
        key.SignData(data, signature, context);
        return signature;
    }

    protected override bool VerifyCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context) =>
        key.VerifyData(data, signature, context);

    protected override byte[] ExportPublicKeyCore() => key.ExportMLDsaPublicKey();

    protected override byte[] ExportPrivateKeyCore() => key.ExportMLDsaPrivateSeed();

    protected override void Dispose(bool disposing) => key.Dispose();
}
