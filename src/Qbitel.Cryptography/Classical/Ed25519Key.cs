namespace Qbitel.Cryptography.Classical;

/// <summary>Ed25519, pure and without context (RFC 8032, section 5.1).</summary>
internal sealed class Ed25519Key : SignatureKey
{
    private readonly EvpKey _key;

    private Ed25519Key(EvpKey key, bool hasPrivateKey) : base(SignatureAlgorithm.Ed25519, hasPrivateKey) => _key = key;

    public static Ed25519Key Generate()
    {
        ClassicalSelfTest.Require();
        return new(EvpKey.Generate(EvpKeyType.Ed25519), hasPrivateKey: true);
    }

    public static Ed25519Key ImportPrivate(ReadOnlySpan<byte> seed)
    {
        ClassicalSelfTest.Require();
        return new(EvpKey.ImportPrivate(EvpKeyType.Ed25519, seed), hasPrivateKey: true);
    }

    public static Ed25519Key ImportPublic(ReadOnlySpan<byte> key)
    {
        ClassicalSelfTest.Require();
        return new(EvpKey.ImportPublic(EvpKeyType.Ed25519, key), hasPrivateKey: false);
    }

    protected override byte[] SignCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context) => _key.Sign(data);

    protected override bool VerifyCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context) =>
        _key.Verify(data, signature);

    protected override byte[] ExportPublicKeyCore() => _key.ExportPublic();

    protected override byte[] ExportPrivateKeyCore() => _key.ExportPrivate();

    protected override void Dispose(bool disposing) => _key.Dispose();
}
