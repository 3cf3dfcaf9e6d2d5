using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.BlockCiphers;

/// <summary>
/// DES (FIPS 46-3) and TDEA (NIST SP 800-67) on single blocks, with one key ready for use.
/// </summary>
/// <remarks>
/// The S-boxes are looked up by byte shuffles in registers and the permutations made by masks, so that neither a branch
/// nor an address depends on key or data. Unlike the platform's, it takes every key (weak ones and equal halves stand
/// in test vectors and in the field), allocates nothing, and gives single DES under the first or second part. Blocks
/// are big-endian numbers. The value is a secret: call <see cref="Clear"/> when done, and pass it by reference.
/// </remarks>
internal struct TripleDes
{
    private Schedule _subkeys;

    /// <param name="key">16 bytes (K1, K2, K1) or 24 (K1, K2, K3); 8 bytes make single DES. Parity is not looked
    /// at.</param>
    public TripleDes(ReadOnlySpan<byte> key)
    {
        Debug.Assert(key.Length is 8 or 16 or 24);

        Vector128<byte> pair = key.Length == 8
            ? Vector128.Create(Vector64.Create(key), Vector64.Create(key))
            : Vector128.Create(key[..16]);
        Vector128<byte> third = key.Length == 24
            ? Vector128.Create(Vector64.Create(key[16..]), Vector64<byte>.Zero)
            : pair;

        ref Vector128<byte> subkeys = ref Unsafe.As<Schedule, Vector128<byte>>(ref _subkeys);
        for (int round = 0; round < DesTables.Rounds; round++)
        {
            BitGather choice = DesTables.Subkeys[round];
            Vector128<byte> both = OfSix(choice, pair);
            Vector128<byte> last = key.Length == 24 ? OfSix(choice, third) : both;
            Unsafe.Add(ref subkeys, round) = Vector128.Create(both.GetLower(), both.GetLower());
            Unsafe.Add(ref subkeys, DesTables.Rounds + round) = Vector128.Create(both.GetUpper(), both.GetUpper());
            Unsafe.Add(ref subkeys, (2 * DesTables.Rounds) + round) =
                Vector128.Create(last.GetLower(), last.GetLower());
        }
    }

    public readonly ulong Encrypt(ulong block) => EncryptPair(block, 0).First;

    public readonly ulong Decrypt(ulong block) => DecryptPair(block, 0).First;

    /// <summary>Two blocks for the price of one.</summary>
    public readonly (ulong First, ulong Second) DecryptPair(ulong first, ulong second)
    {
        (Vector128<byte> left, Vector128<byte> right) = Enter(first, second);
        Backward(2, ref left, ref right);
        Forward(1, ref right, ref left);
        Backward(0, ref left, ref right);
        return Leave(left, right);
    }

    /// <summary>Two blocks for the price of one.</summary>
    public readonly (ulong First, ulong Second) EncryptPair(ulong first, ulong second)
    {
        (Vector128<byte> left, Vector128<byte> right) = Enter(first, second);
        Forward(0, ref left, ref right);
        Backward(1, ref right, ref left);
        Forward(2, ref left, ref right);
        return Leave(left, right);
    }

    /// <summary>Single DES under K1.</summary>
    public readonly ulong EncryptFirst(ulong block)
    {
        (Vector128<byte> left, Vector128<byte> right) = Enter(block, 0);
        Forward(0, ref left, ref right);
        return Leave(left, right).First;
    }

    /// <summary>Single DES decryption under K2, then single DES under K1: the end of ISO 9797-1 algorithm 3.</summary>
    public readonly ulong DecryptSecondEncryptFirst(ulong block)
    {
        (Vector128<byte> left, Vector128<byte> right) = Enter(block, 0);
        Backward(1, ref left, ref right);
        Forward(0, ref right, ref left);
        return Leave(right, left).First;
    }

    public void Clear() =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref _subkeys, 1)));

    private static (Vector128<byte> Left, Vector128<byte> Right) Enter(ulong first, ulong second)
    {
        Vector128<byte> blocks = Vector128.Create(
            BinaryPrimitives.ReverseEndianness(first), BinaryPrimitives.ReverseEndianness(second)).AsByte();
        return (DesTables.InitialLeft.Of(blocks), DesTables.InitialRight.Of(blocks));
    }

    // The halves come out exchanged, as the standard has it: R16 L16.
    private static (ulong First, ulong Second) Leave(Vector128<byte> left, Vector128<byte> right)
    {
        Vector128<ulong> blocks = (DesTables.FinalOfFirst.Of(right) | DesTables.FinalOfSecond.Of(left)).AsUInt64();
        return (BinaryPrimitives.ReverseEndianness(blocks[0]), BinaryPrimitives.ReverseEndianness(blocks[1]));
    }

    private readonly void Forward(int part, ref Vector128<byte> left, ref Vector128<byte> right)
    {
        ref Vector128<byte> subkey = ref Part(part);
        for (int round = 0; round < DesTables.Rounds; round += 2)
        {
            left ^= F(right ^ Unsafe.Add(ref subkey, round));
            right ^= F(left ^ Unsafe.Add(ref subkey, round + 1));
        }
    }

    private readonly void Backward(int part, ref Vector128<byte> left, ref Vector128<byte> right)
    {
        ref Vector128<byte> subkey = ref Part(part);
        for (int round = DesTables.Rounds - 1; round >= 0; round -= 2)
        {
            left ^= F(right ^ Unsafe.Add(ref subkey, round));
            right ^= F(left ^ Unsafe.Add(ref subkey, round - 1));
        }
    }

    private readonly ref Vector128<byte> Part(int part) =>
        ref Unsafe.Add(ref Unsafe.As<Schedule, Vector128<byte>>(ref Unsafe.AsRef(in _subkeys)),
            part * DesTables.Rounds);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> F(Vector128<byte> six)
    {
        if (Avx2.IsSupported) return FWide(six);

        Vector128<byte>[] boxes = DesTables.Boxes, others = DesTables.OtherBoxes;
        Vector128<byte> low = six & Vector128.Create((byte)0x0F);
        Vector128<byte> lower = Vector128<byte>.Zero, upper = Vector128<byte>.Zero;
        for (int box = 0; box < others.Length; box++)
        {
            Vector128<byte> index = low | others[box];
            lower |= Vector128.ShuffleNative(boxes[2 * box], index);
            upper |= Vector128.ShuffleNative(boxes[(2 * box) + 1], index);
        }

        Vector128<byte> isUpper = Vector128.GreaterThan(six, Vector128.Create((byte)0x1F));
        Vector128<byte> isHigh = Vector128.Equals(six & Vector128.Create((byte)0x10), Vector128.Create((byte)0x10));
        Vector128<byte> nibbles = Vector128.ConditionalSelect(isUpper, upper, lower);
        nibbles = Vector128.ConditionalSelect(isHigh, (nibbles.AsUInt16() >> 4).AsByte(), nibbles);
        return DesTables.PermuteAndExpand.Of(nibbles & Vector128.Create((byte)0x0F));
    }

    private static Vector128<byte> OfSix(BitGather choice, Vector128<byte> bytes) =>
        Avx2.IsSupported ? choice.OfSix(bytes) : choice.Of(bytes);

    // The same with both halves of every box in one register, and two bits of the permutation at a time.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> FWide(Vector128<byte> six)
    {
        ref Vector256<byte> boxes = ref MemoryMarshal.GetArrayDataReference(DesTables.WideBoxes);
        ref Vector256<byte> others = ref MemoryMarshal.GetArrayDataReference(DesTables.WideOtherBoxes);
        Vector128<byte> low = six & Vector128.Create((byte)0x0F);
        Vector256<byte> index = Vector256.Create(low, low);
        Vector256<byte> both = Avx2.Shuffle(boxes, index | others)
            | Avx2.Shuffle(Unsafe.Add(ref boxes, 1), index | Unsafe.Add(ref others, 1));
        Vector256<byte> more = Avx2.Shuffle(Unsafe.Add(ref boxes, 2), index | Unsafe.Add(ref others, 2))
            | Avx2.Shuffle(Unsafe.Add(ref boxes, 3), index | Unsafe.Add(ref others, 3));
        both |= Avx2.Shuffle(Unsafe.Add(ref boxes, 4), index | Unsafe.Add(ref others, 4))
            | Avx2.Shuffle(Unsafe.Add(ref boxes, 5), index | Unsafe.Add(ref others, 5));
        more |= Avx2.Shuffle(Unsafe.Add(ref boxes, 6), index | Unsafe.Add(ref others, 6))
            | Avx2.Shuffle(Unsafe.Add(ref boxes, 7), index | Unsafe.Add(ref others, 7));
        both |= more;

        Vector128<byte> isUpper = Vector128.GreaterThan(six, Vector128.Create((byte)0x1F));
        Vector128<byte> isHigh = Vector128.Equals(six & Vector128.Create((byte)0x10), Vector128.Create((byte)0x10));
        Vector128<byte> nibbles = Vector128.ConditionalSelect(isUpper, both.GetUpper(), both.GetLower());
        nibbles = Vector128.ConditionalSelect(isHigh, (nibbles.AsUInt16() >> 4).AsByte(), nibbles);
        return DesTables.PermuteAndExpand.OfSix(nibbles & Vector128.Create((byte)0x0F));
    }

    [InlineArray(3 * DesTables.Rounds)]
    private struct Schedule
    {
        private Vector128<byte> _first;
    }
}
