using System.Security.Cryptography;
using Qbitel.Cryptography.Envelopes;

namespace Qbitel.Hsm;

/// <summary>
/// How key material goes to a cloud: PKCS#11's CKM_RSA_AES_KEY_WRAP with SHA-256, which is a fresh AES-256 key under
/// RSA-OAEP, then the material under that key by RFC 5649.
/// </summary>
/// <remarks>The last hop is classical: whoever keeps it and breaks RSA later has the key.</remarks>
internal static class RsaAesKeyWrap
{
    public static byte[] Wrap(RSA wrappingKey, ReadOnlySpan<byte> material)
    {
        using SecretBuffer once = new(32);
        RandomNumberGenerator.Fill(once.Bytes);
        return [.. wrappingKey.Encrypt(once.Bytes, RSAEncryptionPadding.OaepSHA256),
            .. AesKeyWrap.WrapPadded(once.Bytes, material)];
    }
}
