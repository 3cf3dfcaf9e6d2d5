using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The kernels of <see cref="MLDsaEncoding"/> with AVX2, eight coefficients at a time.</summary>
/// <remarks>
/// Eight coefficients of n bits make n bytes. Loads and stores of whole vectors go beyond those n, but never beyond the
/// spans: the last groups pass through a buffer.
/// </remarks>
internal static class MLDsaEncoding256
{
    private const int MaxBits = 20;
    private const int Buffer = 32;

    // For each width, which bytes of a group the eight coefficients begin in, and at which bit.
    private static readonly byte[] Places = new byte[(MaxBits + 1) * 32];
    private static readonly int[] Shifts = new int[(MaxBits + 1) * 8];

    static MLDsaEncoding256()
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<int> f, int top, bool isDistance, int bits, Span<byte> destination)
    {
        Debug.Assert(f.Length % 8 == 0 && bits <= MaxBits, "whole groups of eight, of a width that ML-DSA has");
        destination = destination[..(f.Length / 8 * bits)];
        Vector256<int> tops = Vector256.Create(top), signs = Vector256.Create(isDistance ? -1 : 0);
        Span<byte> buffer = stackalloc byte[Buffer];
        for (int i = 0; i < f.Length; i += 8, destination = destination[bits..])
        {
            Vector256<int> a = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(f), (nuint)i);
            a = tops + ((a ^ signs) - signs);

            // Two coefficients in each quarter, then four in each half.
            Vector256<ulong> pairs = Avx2.ShiftLeftLogicalVariable(a.AsUInt32(), Fold(32 - bits)).AsUInt64() >>> (32 - bits);
            scoped Span<byte> group = destination.Length >= Buffer ? destination : buffer;
            if (bits <= 16)
            {
                pairs = Avx2.ShiftLeftLogicalVariable(pairs, Vector256.Create(0UL, (ulong)(2 * bits), 0, (ulong)(2 * bits)));
                pairs |= Avx2.Shuffle(pairs.AsInt32(), 0x4E).AsUInt64();
                ulong low = pairs.GetElement(0), high = pairs.GetElement(2);
                BinaryPrimitives.WriteUInt64LittleEndian(group, low | (high << (4 * bits)));
                if (bits > 8) BinaryPrimitives.WriteUInt64LittleEndian(group[8..], high >> (64 - (4 * bits)));
            }
            else
            {
                // A shift by 64 leaves nothing.
                ulong shift = (ulong)(2 * bits);
                Vector256<ulong> left = Avx2.ShiftLeftLogicalVariable(pairs, Vector256.Create(64, shift, 64, shift));
                Vector256<ulong> right = Avx2.ShiftRightLogicalVariable(pairs, Vector256.Create(0, 64 - shift, 0, 64 - shift));
                pairs = right | Avx2.Shuffle(left.AsInt32(), 0x4E).AsUInt64();
                pairs.GetLower().AsByte().CopyTo(group);
                pairs.GetUpper().AsByte().CopyTo(group[(bits / 2)..]);
            }

            if (destination.Length < Buffer) buffer[..bits].CopyTo(destination);
        }

        if (isDistance) System.Security.Cryptography.CryptographicOperations.ZeroMemory(buffer);
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

        if (isDistance) System.Security.Cryptography.CryptographicOperations.ZeroMemory(buffer);
    }

    private static Vector256<uint> Fold(int shift)
    {
        uint even = (uint)shift;
        return Vector256.Create(even, 0, even, 0, even, 0, even, 0);
    }
}
