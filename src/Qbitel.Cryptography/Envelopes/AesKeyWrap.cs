using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>AES key wrap (RFC 3394) and key wrap with padding (RFC 5649), for keys under keys.</summary>
/// <remarks>
/// Deterministic and authenticated: what was changed does not unwrap. The check of the integrity value takes the same
/// time wherever it fails, and nothing is returned before it has passed.
/// </remarks>
public static class AesKeyWrap
{
    /// <summary>How much longer than the key its wrapped form is, without padding, in bytes.</summary>
    public const int Overhead = Half;

    private const int Half = 8; // bytes of a half block, the unit of the algorithm
    private const ulong InitialValue = 0xA6A6A6A6A6A6A6A6; // RFC 3394, section 2.2.3.1
    private const uint PaddedInitialValue = 0xA65959A6; // RFC 5649, section 3

    /// <param name="wrappingKey">16, 24 or 32 bytes.</param>
    /// <param name="key">16 bytes or more, a multiple of 8.</param>
    /// <exception cref="ArgumentException">A key has another length.</exception>
    public static byte[] Wrap(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> key)
    {
        if (key.Length < 2 * Half || key.Length % Half != 0)
        {
            throw new ArgumentException(
                $"Key wrap takes 16 bytes or more, a multiple of 8; found {key.Length}. Use padding for others.",
                nameof(key));
        }

        using Aes aes = Open(wrappingKey);
        byte[] wrapped = new byte[Half + key.Length];
        key.CopyTo(wrapped.AsSpan(Half));
        WrapInPlace(aes, wrapped, InitialValue);
        return wrapped;
    }

    /// <summary>The inverse of <see cref="Wrap"/>. The caller zeroes the key.</summary>
    /// <exception cref="CryptographicException">
    /// It was wrapped under another key, or changed; the message does not say which.
    /// </exception>
    public static byte[] Unwrap(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> wrapped)
    {
        using Aes aes = Open(wrappingKey);
        if (wrapped.Length < 3 * Half || wrapped.Length % Half != 0) throw Refused();

        byte[] work = wrapped.ToArray();
        try
        {
            ulong found = UnwrapInPlace(aes, work);
            return IsZero(found ^ InitialValue) ? work[Half..] : throw Refused();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(work);
        }
    }

    /// <summary>Wraps a key of any length from one byte.</summary>
    public static byte[] WrapPadded(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty) throw new ArgumentException("There is no key to wrap: it has no bytes.", nameof(key));

        using Aes aes = Open(wrappingKey);
        byte[] wrapped = new byte[Half + ((key.Length + Half - 1) / Half * Half)];
        key.CopyTo(wrapped.AsSpan(Half));
        ulong initial = ((ulong)PaddedInitialValue << 32) | (uint)key.Length;
        if (wrapped.Length == 2 * Half)
        {
            BinaryPrimitives.WriteUInt64BigEndian(wrapped, initial);
            aes.EncryptEcb(wrapped, wrapped, PaddingMode.None);
        }
        else
        {
            WrapInPlace(aes, wrapped, initial);
        }

        return wrapped;
    }

    /// <summary>The inverse of <see cref="WrapPadded"/>. The caller zeroes the key.</summary>
    /// <exception cref="CryptographicException">
    /// It was wrapped under another key, or changed; the message does not say which.
    /// </exception>
    public static byte[] UnwrapPadded(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> wrapped)
    {
        using Aes aes = Open(wrappingKey);
        if (wrapped.Length < 2 * Half || wrapped.Length % Half != 0) throw Refused();

        byte[] work = wrapped.ToArray();
        try
        {
            ulong found;
            if (work.Length == 2 * Half)
            {
                aes.DecryptEcb(work, work, PaddingMode.None);
                found = BinaryPrimitives.ReadUInt64BigEndian(work);
            }
            else
            {
                found = UnwrapInPlace(aes, work);
            }

            return IsPadded(found, work.AsSpan(Half), out int length)
                ? work[Half..(Half + length)]
                : throw Refused();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(work);
        }
    }

    // RFC 3394, section 2.2.1: the first half block is A, the others are R[1] to R[n].
    private static void WrapInPlace(Aes aes, Span<byte> blocks, ulong initialValue)
    {
        Span<byte> block = stackalloc byte[2 * Half];
        BinaryPrimitives.WriteUInt64BigEndian(block, initialValue);
        ulong t = 1;
        for (int j = 0; j < 6; j++)
        {
            for (int i = Half; i < blocks.Length; i += Half, t++)
            {
                blocks.Slice(i, Half).CopyTo(block[Half..]);
                aes.EncryptEcb(block, block, PaddingMode.None);
                BinaryPrimitives.WriteUInt64BigEndian(block, BinaryPrimitives.ReadUInt64BigEndian(block) ^ t);
                block[Half..].CopyTo(blocks[i..]);
            }
        }

        block[..Half].CopyTo(blocks);
        CryptographicOperations.ZeroMemory(block);
    }

    // RFC 3394, section 2.2.2. Returns the integrity value, unchecked.
    private static ulong UnwrapInPlace(Aes aes, Span<byte> blocks)
    {
        Span<byte> block = stackalloc byte[2 * Half];
        ulong a = BinaryPrimitives.ReadUInt64BigEndian(blocks);
        ulong t = 6 * (ulong)((blocks.Length / Half) - 1);
        for (int j = 5; j >= 0; j--)
        {
            for (int i = blocks.Length - Half; i >= Half; i -= Half, t--)
            {
                BinaryPrimitives.WriteUInt64BigEndian(block, a ^ t);
                blocks.Slice(i, Half).CopyTo(block[Half..]);
                aes.DecryptEcb(block, block, PaddingMode.None);
                a = BinaryPrimitives.ReadUInt64BigEndian(block);
                block[Half..].CopyTo(blocks[i..]);
            }
        }

        CryptographicOperations.ZeroMemory(block);
        return a;
    }

    // RFC 5649, section 3: the fixed half of the initial value, a length that ends in the last half block, zeros after
    // it. All three are computed whatever the first two say.
    private static bool IsPadded(ulong found, ReadOnlySpan<byte> padded, out int length)
    {
        unchecked // overflow checks would be branches
        {
            uint wrong = (uint)(found >> 32) ^ PaddedInitialValue;
            uint claimed = (uint)found, padding = (uint)padded.Length - claimed;
            wrong |= padding & ~7u; // 0 to 7 bytes of padding, which makes the length right too
            for (int i = 0; i < Half; i++)
            {
                uint isPadding = (uint)(((Half - 1 - i) - (int)(padding & 7)) >> 31); // all ones in the padding
                wrong |= padded[padded.Length - Half + i] & isPadding;
            }

            bool right = IsZero(wrong);
            length = right ? (int)claimed : 0;
            return right;
        }
    }

    private static bool IsZero(ulong value) => value == 0;

    private static Aes Open(ReadOnlySpan<byte> wrappingKey)
    {
        if (wrappingKey.Length is not (16 or 24 or 32))
        {
            throw new ArgumentException(
                $"An AES key has 16, 24 or 32 bytes; found {wrappingKey.Length}.", nameof(wrappingKey));
        }

        Aes aes = Aes.Create();
        aes.SetKey(wrappingKey);
        return aes;
    }

    private static CryptographicException Refused() =>
        new("The wrapped key does not open: it was wrapped under another key, or changed.");
}
