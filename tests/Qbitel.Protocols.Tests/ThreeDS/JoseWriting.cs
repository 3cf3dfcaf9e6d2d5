using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static System.Buffers.Text.Base64Url;

namespace Qbitel.Protocols.Tests.ThreeDS;

/// <summary>The other side: encrypts as RFC 7516 and 7518 say, by the platform's ciphers.</summary>
internal static class JoseWriting
{
    public static string Encrypt(string header, string wrappedKey, byte[] key, byte[] plaintext)
    {
        string guarded = EncodeToString(Encoding.UTF8.GetBytes(header));
        byte[] additional = Encoding.ASCII.GetBytes(guarded), ciphertext, nonce, tag = new byte[16];
        if (key.Length == 16)
        {
            nonce = RandomNumberGenerator.GetBytes(12);
            ciphertext = new byte[plaintext.Length];
            using AesGcm aes = new(key, 16);
            aes.Encrypt(nonce, plaintext, ciphertext, tag, additional);
        }
        else
        {
            nonce = RandomNumberGenerator.GetBytes(16);
            using Aes aes = Aes.Create();
            aes.SetKey(key.AsSpan(16));
            ciphertext = aes.EncryptCbc(plaintext, nonce);
            byte[] length = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(length, additional.Length * 8L);
            tag = HMACSHA256.HashData(key.AsSpan(0, 16), [.. additional, .. nonce, .. ciphertext, .. length])[..16];
        }

        return $"{guarded}.{wrappedKey}.{EncodeToString(nonce)}.{EncodeToString(ciphertext)}.{EncodeToString(tag)}";
    }
}
