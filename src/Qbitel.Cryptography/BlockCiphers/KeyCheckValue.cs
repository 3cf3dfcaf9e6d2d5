using System.Buffers.Binary;

namespace Qbitel.Cryptography.BlockCiphers;

/// <summary>Key check values, by which two holders of a key see that it is the same one (ANSI X9.24-1, Annex
/// A).</summary>
public static class KeyCheckValue
{
    /// <summary>The leftmost 3 bytes of a block of zeros encrypted by TDEA.</summary>
    /// <param name="key">8, 16 or 24 bytes.</param>
    public static byte[] OfTripleDes(ReadOnlySpan<byte> key)
    {
        if (key.Length is not (8 or 16 or 24))
            throw new ArgumentException($"A TDEA key has 8, 16 or 24 bytes, not {key.Length}.", nameof(key));

        TripleDes cipher = new(key);
        byte[] block = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(block, cipher.Encrypt(0));
        cipher.Clear();
        return block[..3];
    }

    /// <summary>The leftmost 5 bytes of the CMAC of a block of zeros under an AES key.</summary>
    /// <param name="key">16, 24 or 32 bytes.</param>
    public static byte[] OfAes(ReadOnlySpan<byte> key)
    {
        if (key.Length is not (16 or 24 or 32))
            throw new ArgumentException($"An AES key has 16, 24 or 32 bytes, not {key.Length}.", nameof(key));

        AesCipher cipher = new(key);
        Span<byte> mac = stackalloc byte[AesCipher.BlockSize], zeros = stackalloc byte[AesCipher.BlockSize];
        zeros.Clear();
        Cmac.Compute(cipher, zeros, mac);
        cipher.Clear();
        return mac[..5].ToArray();
    }
}
