using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>RSASSA-PSS or RSASSA-PKCS1-v1_5 (RFC 8017, section 8), by the platform.</summary>
internal sealed class RsaKey : ISigningKey
{
    private readonly RsaSize _size;
    private readonly RSASignaturePadding _padding;
    private readonly RSA _key;

    private RsaKey(RsaSize size, RSASignaturePadding padding, RSA key)
    {
        _size = size;
        _padding = padding;
        _key = key;
    }

    public static RsaKey Generate(RsaSize size, RSASignaturePadding padding) => new(size, padding, size.Generate());

    public static RsaKey ImportPrivate(RsaSize size, RSASignaturePadding padding, ReadOnlySpan<byte> encoded) =>
        new(size, padding, size.ImportPrivate(encoded));

    public static RsaKey ImportPublic(RsaSize size, RSASignaturePadding padding, ReadOnlySpan<byte> encoded) =>
        new(size, padding, size.ImportPublic(encoded));

    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, _size.Hash, _padding);

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        _key.VerifyData(data, signature, _size.Hash, _padding);

    public byte[] ExportPublic() => _key.ExportRSAPublicKey();

    public byte[] ExportPrivate() => _key.ExportRSAPrivateKey();

    public void Dispose() => _key.Dispose();
}
