using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The kernels of <see cref="MLDsaEncoding"/> with AVX2, eight coefficients at a time.</summary>
/// <remarks>
/// Eight coefficients of n bits make n bytes. Loads and stores of whole vectors go beyond those n, but never beyond the
/// spans: the last groups pass through a buffer.
/// </remarks>
internal static class MLDsaEncodingAvx2
{
    private const int MaxBits = 20;
    private const int Buffer = 32;

    // For each width, which bytes of a group the eight coefficients begin in, and at which bit.
    private static readonly byte[] Places = new byte[(MaxBits + 1) * 32];
    private static readonly int[] Shifts = new int[(MaxBits + 1) * 8];

    static MLDsaEncodingAvx2()
    {
        for (int bits = 1; bits <= MaxBits; bits++)
        {
            for (int j = 0; j < 8; j++)
            {
                // From 16 bits on the upper half of the vector holds the last 16 bytes of the group.
                int first = (j * bits / 8) - (j >= 4 && bits >= 16 ? bits - 16 : 0);
                for (int i = 0; i < 4; i++)
                    Places[(32 * bits) + (4 * j) + i] = first + i < 16 ? (byte)(first + i) : (byte)0x80;
                Shifts[(8 * bits) + j] = j * bits % 8;
            }
        }
    }

    /// <summary>Writes a, or <paramref name="top"/> - a, of every coefficient.</summary>
    public static void Pack(ReadOnlySpan<int> f, int top, bool isDistance, int bits, Span<byte> destination)
    {
        Debug.Assert(f.Length % 32 == 0 && bits <= MaxBits, "whole groups, of a width that ML-DSA has");
        destination = destination[..(f.Length / 8 * bits)];
        if (bits == 4 && !isDistance) PackHalves(f, destination);
        else if (bits <= 16) PackNarrow(f, top, isDistance, bits, destination);
        else PackWide(f, top, isDistance, bits, destination);
    }

    /// <summary>Reads a, or <paramref name="top"/> - a, of every coefficient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(ReadOnlySpan<byte> source, int top, bool isDistance, int bits, Span<int> f)
    {
        Debug.Assert(f.Length % 8 == 0 && bits <= MaxBits, "whole groups of eight, of a width that ML-DSA has");
        source = source[..(f.Length / 8 * bits)];
        Vector256<byte> places = Vector256.Create<byte>(Places.AsSpan(32 * bits, 32));
        Vector256<uint> shifts = Vector256.Create<int>(Shifts.AsSpan(8 * bits, 8)).AsUInt32();
        Vector256<int> mask = Vector256.Create((1 << bits) - 1);
        Vector256<int> tops = Vector256.Create(top), signs = Vector256.Create(isDistance ? -1 : 0);
        int upper = Math.Max(bits - 16, 0);
        Span<byte> buffer = stackalloc byte[Buffer];
        for (int i = 0; i < f.Length; i += 8, source = source[bits..])
        {
            scoped ReadOnlySpan<byte> group = source;
            if (source.Length < Buffer)
            {
                source.CopyTo(buffer);
                group = buffer;
            }

            Vector256<byte> bytes = Vector256.Create(
                Vector128.Create(group), Vector128.Create(group[upper..]));
            Vector256<uint> words = Avx2.Shuffle(bytes, places).AsUInt32();
            Vector256<int> a = Avx2.ShiftRightLogicalVariable(words, shifts).AsInt32() & mask;
            (tops + ((a ^ signs) - signs)).StoreUnsafe(ref MemoryMarshal.GetReference(f), (nuint)i);
        }

        if (isDistance) CryptographicOperations.ZeroMemory(buffer);
    }

    // Coefficients of four bits, 32 at a time: to bytes, and two bytes to one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackHalves(ReadOnlySpan<int> f, Span<byte> destination)
    {
        ref int source = ref MemoryMarshal.GetReference(f);
        ref byte target = ref MemoryMarshal.GetReference(destination);
        for (int i = 0; i < f.Length; i += 32)
        {
            Vector256<ushort> first = Avx2.PackUnsignedSaturate(
                Vector256.LoadUnsafe(ref source), Vector256.LoadUnsafe(ref source, 8));
            Vector256<ushort> second = Avx2.PackUnsignedSaturate(
                Vector256.LoadUnsafe(ref source, 16), Vector256.LoadUnsafe(ref source, 24));
            Vector256<byte> bytes = Avx2.PackUnsignedSaturate(first.AsInt16(), second.AsInt16());
            Vector256<short> pairs = Avx2.MultiplyAddAdjacent(bytes, Vector256.Create((short)0x1001).AsSByte());
            Vector256<ushort> packed = Avx2.PackUnsignedSaturate(pairs, pairs).AsUInt16();
            Sse2.UnpackLow(packed.GetLower(), packed.GetUpper()).AsByte().StoreUnsafe(ref target);
            source = ref Unsafe.Add(ref source, 32);
            target = ref Unsafe.Add(ref target, 16);
        }
    }

    // Eight coefficients of at most 16 bits are at most two words of 64.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackNarrow(ReadOnlySpan<int> f, int top, bool isDistance, int bits, Span<byte> destination)
    {
        unchecked
        {
            Vector256<int> tops = Vector256.Create(top), signs = Vector256.Create(isDistance ? -1 : 0);
            Vector256<uint> fold = Vector256.Create((ulong)(32 - bits)).AsUInt32();
            Vector256<ulong> right = Vector256.Create((ulong)(32 - bits));
            Vector256<ulong> left = Vector256.Create(0, (ulong)(2 * bits), 0, (ulong)(2 * bits));
            Span<byte> buffer = stackalloc byte[Buffer];
            for (int i = 0; i < f.Length; i += 8)
            {
                Vector256<int> a = Vector256.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetReference(f), i));
                a = tops + ((a ^ signs) - signs);
                Vector256<ulong> pairs = Avx2.ShiftLeftLogicalVariable(a.AsUInt32(), fold).AsUInt64();
                pairs = Avx2.ShiftLeftLogicalVariable(Avx2.ShiftRightLogicalVariable(pairs, right), left);
                pairs |= Avx2.Shuffle(pairs.AsInt32(), 0x4E).AsUInt64();

                ulong low = pairs.GetElement(0), high = pairs.GetElement(2);
                scoped Span<byte> group = destination.Length >= Buffer ? destination : buffer;
                BinaryPrimitives.WriteUInt64LittleEndian(group, low | (high << (4 * bits)));
                if (bits > 8) BinaryPrimitives.WriteUInt64LittleEndian(group[8..], high >> (64 - (4 * bits)));
                if (destination.Length < Buffer) buffer[..bits].CopyTo(destination);
                destination = destination[bits..];
            }

            if (isDistance) CryptographicOperations.ZeroMemory(buffer);
        }
    }

    // Four coefficients of 18 or 20 bits are nine or ten bytes of each half.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackWide(ReadOnlySpan<int> f, int top, bool isDistance, int bits, Span<byte> destination)
    {
        unchecked
        {
            Vector256<int> tops = Vector256.Create(top), signs = Vector256.Create(isDistance ? -1 : 0);
            Vector256<uint> fold = Vector256.Create((ulong)(32 - bits)).AsUInt32();
            Vector256<ulong> right = Vector256.Create((ulong)(32 - bits));

            // A shift by 64 leaves nothing.
            Vector256<ulong> left = Vector256.Create(64, (ulong)(2 * bits), 64, (ulong)(2 * bits));
            Vector256<ulong> rest = Vector256.Create(0, (ulong)(64 - (2 * bits)), 0, (ulong)(64 - (2 * bits)));
            Span<byte> buffer = stackalloc byte[Buffer];
            for (int i = 0; i < f.Length; i += 8)
            {
                Vector256<int> a = Vector256.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetReference(f), i));
                a = tops + ((a ^ signs) - signs);
                Vector256<ulong> pairs = Avx2.ShiftLeftLogicalVariable(a.AsUInt32(), fold).AsUInt64();
                pairs = Avx2.ShiftRightLogicalVariable(pairs, right);
                Vector256<int> carried = Avx2.ShiftLeftLogicalVariable(pairs, left).AsInt32();
                pairs = Avx2.ShiftRightLogicalVariable(pairs, rest) | Avx2.Shuffle(carried, 0x4E).AsUInt64();

                scoped Span<byte> group = destination.Length >= Buffer ? destination : buffer;
                pairs.GetLower().AsByte().CopyTo(group);
                pairs.GetUpper().AsByte().CopyTo(group[(bits / 2)..]);
                if (destination.Length < Buffer) buffer[..bits].CopyTo(destination);
                destination = destination[bits..];
            }

            if (isDistance) CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
