using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.BlockCiphers;

/// <summary>CMAC of NIST SP 800-38B, with TDEA (8 bytes) and AES (16 bytes).</summary>
internal static class Cmac
{
    // SP 800-38B, 5.3: R_64 and the last byte of R_128.
    private const ulong R64 = 0x1B;
    private static readonly UInt128 R128 = 0x87;

    public static ulong Compute(in TripleDes key, ReadOnlySpan<byte> data) => Compute(key, 0, data);

    /// <summary>The end of a message whose whole blocks before it are in the state.</summary>
    public static ulong Compute(in TripleDes key, ulong state, ReadOnlySpan<byte> data)
    {
        const int Size = 8;
        ulong subkey;
        if (data.Length > Size)
        {
            // The subkey comes for nothing with the first block.
            (state, subkey) = key.EncryptPair(state ^ BinaryPrimitives.ReadUInt64BigEndian(data), 0);
            data = data[Size..];
        }
        else
        {
            subkey = key.Encrypt(0);
        }

        subkey = Double(subkey);
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

    /// <param name="key">The key.</param>
    /// <param name="data">What is authenticated, of any length.</param>
    /// <param name="mac">16 bytes.</param>
    public static void Compute(in AesCipher key, ReadOnlySpan<byte> data, Span<byte> mac) =>
        Compute(key, Vector128<byte>.Zero, data, mac);

    /// <summary>The end of a message whose whole blocks before it are in the state.</summary>
    public static void Compute(in AesCipher key, Vector128<byte> state, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        const int Size = AesCipher.BlockSize;
        Debug.Assert(mac.Length == Size);

        while (data.Length > Size)
        {
            state = key.Encrypt(state ^ Vector128.Create(data[..Size]));
            data = data[Size..];
        }

        Span<byte> last = stackalloc byte[Size];
        last.Clear();
        data.CopyTo(last);
        UInt128 subkey = Double(ReadUInt128(key.Encrypt(Vector128<byte>.Zero)));
        if (data.Length < Size)
        {
            last[data.Length] = 0x80;
            subkey = Double(subkey);
        }

        Span<byte> subkeyBytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(subkeyBytes, subkey);
        key.Encrypt(state ^ Vector128.Create<byte>(last) ^ Vector128.Create<byte>(subkeyBytes)).CopyTo(mac);
        CryptographicOperations.ZeroMemory(subkeyBytes);
        CryptographicOperations.ZeroMemory(last);
    }

    private static UInt128 ReadUInt128(Vector128<byte> block)
    {
        Span<byte> bytes = stackalloc byte[AesCipher.BlockSize];
        block.CopyTo(bytes);
        UInt128 value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return value;
    }

    // The field's multiplication by x; the reduction is masked in, not branched to.
    internal static ulong Double(ulong value) => unchecked((value << 1) ^ (R64 & (0 - (value >> 63))));

    private static UInt128 Double(UInt128 value) =>
        unchecked((value << 1) ^ (R128 & (UInt128.Zero - (value >> 127))));
}
