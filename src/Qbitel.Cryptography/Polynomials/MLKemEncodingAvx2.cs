using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The methods of <see cref="MLKemEncoding"/> over vectors of 16 coefficients.</summary>
internal static class MLKemEncodingAvx2
{
    private const int N = MLKemRing.N;
    private const int Width = 16;

    // The bytes of 256 integers of 12 bits, and what a load of 16 bytes may read beyond them.
    private const int PaddedSize = 384 + 16;

    public static void Encode12(ReadOnlySpan<short> f, Span<byte> destination)
    {
        ref short first = ref MemoryMarshal.GetReference(f);
        for (nuint i = 0; i < (nuint)f.Length; i += Width)
            destination = Pack(Canonical(Vector256.LoadUnsafe(ref first, i)), 12, destination);
    }

    [SkipLocalsInit]
    public static bool TryDecode12(ReadOnlySpan<byte> source, Span<short> f)
    {
        ref short first = ref MemoryMarshal.GetReference(f);
        Vector256<short> excess = Vector256<short>.Zero;
        Span<byte> padded = stackalloc byte[PaddedSize];
        Unpacker unpacker = new(12);
        for (nuint i = 0; i < (nuint)f.Length;)
        {
            int size = Math.Min(384, source.Length);
            source[..size].CopyTo(padded);
            source = source[size..];
            nuint end = i + (nuint)(size * 8 / 12);
            for (int offset = 0; i < end; i += Width, offset += 24)
            {
                Vector256<short> a = (unpacker.LeftJustified(padded[offset..]) >>> 4).AsInt16();
                excess |= Vector256.Create((short)(MLKemRing.Q - 1)) - a;
                a.StoreUnsafe(ref first, i);
            }
        }

        CryptographicOperations.ZeroMemory(padded); // it may have been of a private key
        return (excess >> 15) == Vector256<short>.Zero;
    }

    public static void Compress(ReadOnlySpan<short> f, int d, Span<byte> destination)
    {
        ref short first = ref MemoryMarshal.GetReference(f[..N]);
        for (nuint i = 0; i < N; i += Width)
        {
            Vector256<short> a = Canonical(Vector256.LoadUnsafe(ref first, i));
            destination = Pack(d >= 10 ? CompressLong(a, d) : CompressShort(a, d), d, destination);
        }
    }

    [SkipLocalsInit]
    public static void Decompress(ReadOnlySpan<byte> source, int d, Span<short> f)
    {
        Debug.Assert(source.Length == 32 * d && d <= 11);

        Span<byte> padded = stackalloc byte[PaddedSize];
        source.CopyTo(padded);
        if (d == 11) Decompress11(padded, f);
        else DecompressShort(padded, d, f);
        CryptographicOperations.ZeroMemory(padded[..source.Length]); // it may have been a message
    }

    private static void DecompressShort(ReadOnlySpan<byte> padded, int d, Span<short> f)
    {
        // (x · 2^(15-d) · q + 2^14) >> 15 is (x · q + 2^(d-1)) >> d. A bit of a message is multiplied, never selected.
        ref short first = ref MemoryMarshal.GetReference(f[..N]);
        Vector256<ushort> mask = Vector256.Create(unchecked((ushort)(((1 << d) - 1) << (15 - d))));
        Unpacker unpacker = new(d);
        for (nuint i = 0; i < N; i += Width)
        {
            Vector256<short> x = ((unpacker.LeftJustified(padded) >>> 1) & mask).AsInt16();
            Avx2.MultiplyHighRoundScale(x, Vector256.Create((short)MLKemRing.Q)).StoreUnsafe(ref first, i);
            padded = padded[(2 * d)..];
        }
    }

    // Eight integers of 11 bits lie across up to three bytes each, which take lanes of 32 bits.
    private static void Decompress11(ReadOnlySpan<byte> padded, Span<short> f)
    {
        Vector256<byte> bytes = Vector256.Create(
            Vector128.Create((byte)0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 4, 5, 6, 7),
            Vector128.Create((byte)5, 6, 7, 8, 6, 7, 8, 9, 8, 9, 10, 11, 9, 10, 11, 12));
        Vector256<uint> shifts = Vector256.Create(0u, 3, 6, 1, 4, 7, 2, 5);
        for (int i = 0; i < N; i += 8)
        {
            Vector128<byte> group = Vector128.Create(padded);
            Vector256<uint> x = Avx2.Shuffle(Vector256.Create(group, group), bytes).AsUInt32();
            x = Avx2.ShiftRightLogicalVariable(x, shifts) & Vector256.Create(0x7FFu);
            x = ((x * Vector256.Create((uint)MLKemRing.Q)) + Vector256.Create(1u << 10)) >>> 11;
            Vector128.Narrow(x.GetLower(), x.GetUpper()).AsInt16().CopyTo(f[i..]);
            padded = padded[11..];
        }
    }

    // FIPS 203, equation 4.7 for d = 10 and 11. 8 · 20159 is 2^29 / q and a little more: the high half of x times it is
    // the quotient with three bits to spare, or one too much, which the low half then shows by being small. Tested for
    // every x.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> CompressLong(Vector256<short> x, int d)
    {
        Vector256<short> low = x * Vector256.Create(unchecked((short)(8 * MLKemRing.BarrettFactor)));
        Vector256<short> high = Avx2.MultiplyHigh(x << 3, Vector256.Create((short)MLKemRing.BarrettFactor));
        Vector256<short> slack = x + Vector256.Create(d == 10 ? (short)15 : (short)36);
        Vector256<short> tooMuch = Vector256.AndNot(low - slack, low) >>> 15;
        return Avx2.MultiplyHighRoundScale(high - tooMuch, Vector256.Create(unchecked((short)(1 << (d + 2)))))
            & Vector256.Create(unchecked((short)((1 << d) - 1)));
    }

    // The same for d = 1, 4 and 5, where the high half of x · 2^26 / q, rounded, is exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> CompressShort(Vector256<short> x, int d)
    {
        Vector256<short> high = Avx2.MultiplyHigh(x, Vector256.Create((short)MLKemRing.BarrettFactor));
        return Avx2.MultiplyHighRoundScale(high, Vector256.Create(unchecked((short)(1 << (d + 5)))))
            & Vector256.Create(unchecked((short)((1 << d) - 1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Canonical(Vector256<short> a) =>
        a + ((a >> 15) & Vector256.Create((short)MLKemRing.Q));

    // Writes 16 integers of d bits, and returns what is left of the destination.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Span<byte> Pack(Vector256<short> x, int d, Span<byte> destination)
    {
        // Neighbours joined to 2d bits, then to 4d, in lanes of 32 and of 64.
        Vector256<int> pairs = Avx2.MultiplyAddAdjacent(x, Vector256.Create((1 << (d + 16)) | 1).AsInt16());
        Vector256<uint> shifts = Vector256.Create((ulong)(32 - (2 * d))).AsUInt32();
        Vector256<ulong> quads =
            Avx2.ShiftLeftLogicalVariable(pairs.AsUInt32(), shifts).AsUInt64() >>> (32 - (2 * d));

        destination = PackEight(quads.GetElement(0), quads.GetElement(1), d, destination);
        return PackEight(quads.GetElement(2), quads.GetElement(3), d, destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Span<byte> PackEight(ulong first, ulong second, int d, Span<byte> destination)
    {
        unchecked
        {
            ulong low = first | (second << (4 * d));
            if (d > 8)
            {
                // The last eight bytes overlap the first.
                int overlap = 8 * (d - 8);
                BinaryPrimitives.WriteUInt64LittleEndian(destination, low);
                BinaryPrimitives.WriteUInt64LittleEndian(
                    destination[(d - 8)..], (low >>> overlap) | (second >>> (64 - (4 * d)) << (64 - overlap)));
            }
            else if (d == 1)
            {
                destination[0] = (byte)low;
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)low);
                if (d == 5) destination[4] = (byte)(low >>> 32);
            }

            return destination[d..];
        }
    }

    /// <summary>Integers of d bits (1, 4, 5, 6, 10 or 12), each within two bytes, into lanes of 16 bits.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly struct Unpacker
    {
        private readonly int _d;
        private readonly Vector256<byte> _bytes;
        private readonly Vector256<ushort> _factors;

        public Unpacker(int d)
        {
            Span<byte> bytes = stackalloc byte[16];
            Span<ushort> factors = stackalloc ushort[8];
            for (int i = 0; i < 8; i++)
            {
                bytes[2 * i] = (byte)(i * d / 8);
                bytes[(2 * i) + 1] = (byte)((i * d / 8) + 1);
                factors[i] = (ushort)(1 << (16 - d - (i * d % 8)));
            }

            _d = d;
            _bytes = Vector256.Create(Vector128.Create(bytes), Vector128.Create(bytes));
            _factors = Vector256.Create(Vector128.Create(factors), Vector128.Create(factors));
        }

        /// <summary>16 integers, each in the high bits of its lane, with others' bits below.</summary>
        /// <remarks>It reads 16 bytes from the eighth integer on, whatever d is.</remarks>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<ushort> LeftJustified(ReadOnlySpan<byte> source)
        {
            Vector256<byte> groups = Vector256.Create(Vector128.Create(source), Vector128.Create(source[_d..]));
            return Avx2.Shuffle(groups, _bytes).AsUInt16() * _factors;
        }
    }
}
