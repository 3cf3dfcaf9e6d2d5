using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Protocols.ThreeDS.Jose;

/// <summary>The content encryptions of 3-D Secure: A128CBC-HS256 and A128GCM (RFC 7518, 5.2 and 5.3).</summary>
internal static class ContentCipher
{
    private const int TagSize = 16;

    /// <summary>Bytes of a content key; 0 for an encryption that is not known here.</summary>
    public static int KeySize(string? encryption) => encryption switch
    {
        "A128CBC-HS256" => 32,
        "A128GCM" => 16,
        _ => 0,
    };

    /// <summary>Decrypts, or says no: the reason is never told, so that nobody learns from it.</summary>
    public static bool TryDecrypt(string encryption, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> additional, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, out byte[] plaintext)
    {
        plaintext = [];
        if (KeySize(encryption) == 0 || key.Length != KeySize(encryption) || tag.Length != TagSize) return false;
        return encryption == "A128GCM"
            ? TryGcm(key, nonce, additional, ciphertext, tag, out plaintext)
            : TryCbc(key, nonce, additional, ciphertext, tag, out plaintext);
    }

    private static bool TryGcm(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> additional,
        ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, out byte[] plaintext)
    {
        plaintext = [];
        if (nonce.Length != 12) return false;
        byte[] result = new byte[ciphertext.Length];
        using AesGcm aes = new(key, TagSize);
        try
        {
            aes.Decrypt(nonce, ciphertext, tag, result, additional);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plaintext = result;
        return true;
    }

    // The first half of the key is for the tag, which covers additional data, nonce, ciphertext and a length in bits.
    private static bool TryCbc(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> additional,
        ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, out byte[] plaintext)
    {
        plaintext = [];
        if (nonce.Length != 16 || ciphertext.Length == 0 || ciphertext.Length % 16 != 0) return false;

        Span<byte> mac = stackalloc byte[32];
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, additional.Length * 8L);
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key[..16]);
        hash.AppendData(additional);
        hash.AppendData(nonce);
        hash.AppendData(ciphertext);
        hash.AppendData(length);
        hash.GetHashAndReset(mac);
        if (!CryptographicOperations.FixedTimeEquals(mac[..TagSize], tag)) return false;

        // The tag was right: from here on nothing tells an attacker more than it did.
        using Aes aes = Aes.Create();
        aes.SetKey(key[16..]);
        try
        {
            plaintext = aes.DecryptCbc(ciphertext, nonce);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
