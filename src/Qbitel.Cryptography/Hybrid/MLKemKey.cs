using System.Security.Cryptography;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>Plain ML-KEM (FIPS 203) as a <see cref="KemKey"/>; the private key is the seed d || z.</summary>
internal sealed class MLKemKey(KemAlgorithm algorithm, MLKem key, bool hasPrivateKey) : KemKey(algorithm, hasPrivateKey)
{
    /// <summary>
    /// The seed, or the expanded key where the key came without one (RFC 9935). The caller zeroes it.
    /// </summary>
    public byte[] ExportPkcs8() => key.ExportPkcs8PrivateKey();

    /// <summary>The caller zeroes it.</summary>
    public byte[] ExportExpanded() => key.ExportDecapsulationKey();

    protected override void EncapsulateCore(Span<byte> ciphertext, Span<byte> sharedSecret) =>
        key.Encapsulate(ciphertext, sharedSecret);

    protected override void DecapsulateCore(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret) =>
        key.Decapsulate(ciphertext, sharedSecret);

    protected override byte[] ExportEncapsulationKeyCore() => key.ExportEncapsulationKey();

    protected override byte[] ExportPrivateKeyCore() => key.ExportPrivateSeed();

    protected override void Dispose(bool disposing) => key.Dispose();
}
