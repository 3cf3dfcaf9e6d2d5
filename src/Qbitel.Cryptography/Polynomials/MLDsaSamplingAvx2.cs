using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The rejections of <see cref="MLDsaSampling"/> with AVX2.</summary>
internal static class MLDsaSamplingAvx2
{
    // For each set of eight lanes, as a mask, their numbers in a row, a byte each.
    private static readonly ulong[] Compressions = [.. Enumerable.Range(0, 256).Select(Compression)];

    /// <summary>Numbers of 23 bits in three bytes each, those of q and above left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int TakeBelowQ(ReadOnlySpan<byte> stream, Span<int> a)
    {
        int count = 0, offset = 0;

        // Eight numbers are bytes 0 to 11 and 12 to 23; the second load begins with byte 8.
        Vector256<byte> places = Vector256.Create(
            0, 1, 2, 0x80, 3, 4, 5, 0x80, 6, 7, 8, 0x80, 9, 10, 11, 0x80,
            4, 5, 6, 0x80, 7, 8, 9, 0x80, 10, 11, 12, 0x80, 13, 14, 15, (byte)0x80);
        Vector256<int> mask = Vector256.Create(0x7FFFFF), q = Vector256.Create(MLDsaRing.Q);
        ref byte source = ref MemoryMarshal.GetReference(stream);
        ref int destination = ref MemoryMarshal.GetReference(a);
        for (; offset <= stream.Length - 24 && count <= a.Length - 8; offset += 24)
        {
            Vector256<byte> bytes = Vector256.Create(
                Vector128.LoadUnsafe(ref source, (nuint)offset), Vector128.LoadUnsafe(ref source, (nuint)(offset + 8)));
            Vector256<int> z = Avx2.Shuffle(bytes, places).AsInt32() & mask;
            uint taken = Vector256.LessThan(z, q).ExtractMostSignificantBits();
            if (taken != 0xFF) z = Compress(z, taken);
            z.StoreUnsafe(ref destination, (nuint)count);
            count += BitOperations.PopCount(taken);
        }

        for (; offset <= stream.Length - 3 && count < a.Length; offset += 3)
        {
            int z = stream[offset] | (stream[offset + 1] << 8) | ((stream[offset + 2] & 0x7F) << 16);
            if (z < MLDsaRing.Q) a[count++] = z;
        }

        return count;
    }

    /// <summary>
    /// Half-bytes below the limit, as coefficients; the stream is left where what remains must be taken one by one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int TakeBounded(ref ReadOnlySpan<byte> stream, int eta, Span<int> a)
    {
        int count = 0, offset = 0;
        ref byte source = ref MemoryMarshal.GetReference(stream);
        ref int destination = ref MemoryMarshal.GetReference(a);
        Vector128<byte> limit = Vector128.Create(eta == 2 ? (byte)15 : (byte)9), lowHalf = Vector128.Create((byte)0x0F);
        for (; offset <= stream.Length - 8 && count <= a.Length - 16; offset += 8)
        {
            Vector128<ushort> pairs = Sse41.ConvertToVector128Int16(
                Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, offset))).AsByte())
                .AsUInt16();
            Vector128<byte> halves = (pairs | (pairs << 4)).AsByte() & lowHalf;
            uint taken = Vector128.LessThan(halves, limit).ExtractMostSignificantBits();
            TakeEight(halves, taken & 0xFF, eta).StoreUnsafe(ref destination, (nuint)count);
            count += BitOperations.PopCount(taken & 0xFF);
            TakeEight(Sse2.ShiftRightLogical128BitLane(halves, 8), taken >> 8, eta)
                .StoreUnsafe(ref destination, (nuint)count);
            count += BitOperations.PopCount(taken >> 8);
        }

        stream = stream[offset..];
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> TakeEight(Vector128<byte> halves, uint taken, int eta)
    {
        Vector128<byte> order = Vector128.CreateScalarUnsafe(Compressions[taken]).AsByte();
        return FromHalfBytes(Avx2.ConvertToVector256Int32(Ssse3.Shuffle(halves, order)), eta);
    }

    // As of one half-byte, of eight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> FromHalfBytes(Vector256<int> b, int eta) =>
        eta == 2
            ? Vector256.Create(2) - b + (((b * 205) >> 10) * 5)
            : Vector256.Create(4) - b;

    private static Vector256<int> Compress(Vector256<int> values, uint taken) => Avx2.PermuteVar8x32(
        values, Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(Compressions[taken]).AsByte()));

    private static ulong Compression(int lanes)
    {
        ulong order = 0;
        for (int lane = 7; lane >= 0; lane--)
        {
            if (((lanes >> lane) & 1) != 0) order = (order << 8) | (uint)lane;
        }

        return order;
    }
}
