using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.BlockCiphers;

/// <summary>CMAC of NIST SP 800-38B, with TDEA (8 bytes) and AES (16 bytes).</summary>
internal static class Cmac
{
    // SP 800-38B, 5.3: R_64 and the last byte of R_128.
    private const ulong R64 = 0x1B;
    private const byte R128 = 0x87;

    public static ulong Compute(in TripleDes key, ReadOnlySpan<byte> data)
    {
        const int Size = 8;
        ulong subkey = Double(key.Encrypt(0));
        ulong state = 0;
        while (data.Length > Size)
        {
            state = key.Encrypt(state ^ BinaryPrimitives.ReadUInt64BigEndian(data));
            data = data[Size..];
        }

        Span<byte> last = stackalloc byte[Size];
        last.Clear();
        data.CopyTo(last);
        if (data.Length < Size)
        {
            last[data.Length] = 0x80;
            subkey = Double(subkey);
        }

        return key.Encrypt(state ^ subkey ^ BinaryPrimitives.ReadUInt64BigEndian(last));
    }

    /// <param name="key">Its own mode and padding do not matter.</param>
    /// <param name="data">What is authenticated, of any length.</param>
    /// <param name="mac">16 bytes.</param>
    public static void Compute(Aes key, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        const int Size = 16;
        Debug.Assert(mac.Length == Size);

        Span<byte> state = stackalloc byte[Size];
        Span<byte> subkey = stackalloc byte[Size];
        state.Clear();
        try
        {
            key.EncryptEcb(state, subkey, PaddingMode.None);
            Double(subkey);
            while (data.Length > Size)
            {
                Xor(state, data[..Size]);
                key.EncryptEcb(state, state, PaddingMode.None);
                data = data[Size..];
            }

            Xor(state, data);
            if (data.Length < Size)
            {
                state[data.Length] ^= 0x80;
                Double(subkey);
            }

            Xor(state, subkey);
            key.EncryptEcb(state, mac, PaddingMode.None);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(subkey);
            CryptographicOperations.ZeroMemory(state);
        }
    }

    private static void Xor(Span<byte> state, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length; i++) state[i] ^= data[i];
    }

    // The field's multiplication by x; the reduction is masked in, not branched to.
    private static ulong Double(ulong value) => unchecked((value << 1) ^ (R64 & (0 - (value >> 63))));

    private static void Double(Span<byte> value)
    {
        int carry = 0;
        for (int i = value.Length - 1; i >= 0; i--)
        {
            int doubled = (value[i] << 1) | carry;
            carry = doubled >> 8;
            value[i] = unchecked((byte)doubled);
        }

        value[^1] ^= unchecked((byte)(R128 & -carry));
    }
}
