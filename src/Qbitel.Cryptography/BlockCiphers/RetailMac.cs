using System.Buffers.Binary;

namespace Qbitel.Cryptography.BlockCiphers;

/// <summary>ISO/IEC 9797-1 MAC algorithm 3, the retail MAC of ANSI X9.19: DES-CBC under K1, the end under K2 and
/// K1.</summary>
internal static class RetailMac
{
    public const int Size = 8;

    public static ulong Compute(in TripleDes key, ReadOnlySpan<byte> data, MacPadding padding)
    {
        ulong state = 0;
        bool addsBlock = padding == MacPadding.OneThenZeros || data.IsEmpty;
        while (data.Length > Size || (data.Length == Size && addsBlock))
        {
            state = key.EncryptFirst(state ^ BinaryPrimitives.ReadUInt64BigEndian(data));
            data = data[Size..];
        }

        Span<byte> last = stackalloc byte[Size];
        last.Clear();
        data.CopyTo(last);
        if (padding == MacPadding.OneThenZeros) last[data.Length] = 0x80;
        state = key.EncryptFirst(state ^ BinaryPrimitives.ReadUInt64BigEndian(last));
        return key.DecryptSecondEncryptFirst(state);
    }
}
