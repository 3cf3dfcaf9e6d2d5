using System.Security.Cryptography;

namespace Qbitel.Hsm.Software;

/// <summary>
/// The two keys made from the token key: one seals private keys, one authenticates the usage records.
/// </summary>
internal sealed class TokenKeys : IDisposable
{
    private readonly SecretBuffer _sealing = new(TokenHeader.KeySize);
    private readonly SecretBuffer _usage = new(TokenHeader.KeySize);
    private readonly byte[] _tokenId;

    public TokenKeys(SecretBuffer tokenKey, ReadOnlySpan<byte> tokenId)
    {
        _tokenId = tokenId.ToArray();
        HKDF.DeriveKey(
            HashAlgorithmName.SHA512, tokenKey.Bytes, _sealing.Bytes, salt: default,
            info: "qbitel software token 1: seal"u8);
        HKDF.DeriveKey(
            HashAlgorithmName.SHA512, tokenKey.Bytes, _usage.Bytes, salt: default,
            info: "qbitel software token 1: uses"u8);
    }

    public ReadOnlySpan<byte> TokenId => _tokenId;

    public ReadOnlySpan<byte> Sealing => _sealing.Bytes;

    public ReadOnlySpan<byte> Usage => _usage.Bytes;

    public void Dispose()
    {
        _sealing.Dispose();
        _usage.Dispose();
    }
}
