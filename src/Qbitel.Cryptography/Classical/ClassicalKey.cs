namespace Qbitel.Cryptography.Classical;

/// <summary>A key of a classical algorithm that stands alone: Ed25519 or ECDSA.</summary>
internal sealed class ClassicalKey(SignatureAlgorithm algorithm, ISigningKey key, bool hasPrivateKey)
    : SignatureKey(algorithm, hasPrivateKey)
{
    protected override byte[] SignCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context) => key.Sign(data);

    protected override bool VerifyCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context) =>
        key.Verify(data, signature);

    protected override byte[] ExportPublicKeyCore() => key.ExportPublic();

    protected override byte[] ExportPrivateKeyCore() => key.ExportPrivate();

    protected override void Dispose(bool disposing) => key.Dispose();
}
