using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The rejection of FIPS 203, Algorithm 7, with AVX2: eight candidates at a time are moved together.</summary>
/// <remarks>All of it is public: the matrix is. Neither time nor look-ups need hide it.</remarks>
internal static class MLKemRejectionAvx2
{
    private const int Width = 16;
    private const int Size = Width * 12 / 8;

    // For each set of accepted lanes out of eight, the lanes' first bytes in order: eight bytes a set.
    private static readonly ulong[] Orders = MakeOrders();

    // Two loads of 16 bytes, the second half a group on.
    private const int Reach = (Size / 2) + 16;

    /// <inheritdoc cref="MLKemSampling.Accept(ReadOnlySpan{byte}, Span{short}, int)"/>
    /// <param name="stream">The bytes; what lies behind <paramref name="size"/> is read and dropped.</param>
    /// <param name="size">How many bytes count.</param>
    /// <param name="a">The polynomial.</param>
    /// <param name="count">How many coefficients it has.</param>
    [SkipLocalsInit]
    public static int Accept(ReadOnlySpan<byte> stream, int size, Span<short> a, int count)
    {
        ref byte source = ref MemoryMarshal.GetReference(stream);
        ref short target = ref MemoryMarshal.GetReference(a);
        int offset = 0, last = Math.Min(size - Size, stream.Length - Reach);
        for (; offset <= last && count <= a.Length - Width; offset += Size)
            count += Accept(ref Unsafe.Add(ref source, offset), ref Unsafe.Add(ref target, count));

        // A group may hold more than are still wanted.
        Span<short> group = stackalloc short[Width];
        for (; offset <= last && count < a.Length; offset += Size)
        {
            int taken = Accept(ref Unsafe.Add(ref source, offset), ref MemoryMarshal.GetReference(group));
            taken = Math.Min(taken, a.Length - count);
            group[..taken].CopyTo(a[count..]);
            count += taken;
        }

        return MLKemSampling.Accept(stream[offset..size], a, count);
    }

    // One group: up to 16 coefficients, and how many they are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Accept(ref byte source, ref short target)
    {
        Vector128<byte> spread = Vector128.Create((byte)0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11);
        Vector256<byte> groups = Vector256.Create(
            Vector128.LoadUnsafe(ref source), Vector128.LoadUnsafe(ref source, Size / 2));
        Vector256<short> x = Avx2.Shuffle(groups, Vector256.Create(spread, spread)).AsInt16();
        x = Avx2.Blend(x & Vector256.Create((short)0x0FFF), x >>> 4, 0b10101010);
        Vector256<short> below = Avx2.CompareGreaterThan(Vector256.Create((short)MLKemRing.Q), x);
        uint accepted = Avx2.PackSignedSaturate(below, Vector256<short>.Zero).ExtractMostSignificantBits();
        uint first = accepted & 0xFF, second = (accepted >> 16) & 0xFF;
        int count = BitOperations.PopCount(first);
        Order(x.GetLower(), first).StoreUnsafe(ref target);
        Order(x.GetUpper(), second).StoreUnsafe(ref target, (nuint)count);
        return count + BitOperations.PopCount(second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Order(Vector128<short> x, uint accepted)
    {
        Vector128<byte> first = Vector128.CreateScalar(Orders[accepted]).AsByte();
        Vector128<byte> both = Sse2.UnpackLow(first, first + Vector128.Create((byte)1));
        return Ssse3.Shuffle(x.AsByte(), both).AsInt16();
    }

    private static ulong[] MakeOrders()
    {
        ulong[] orders = new ulong[256];
        for (int set = 0; set < orders.Length; set++)
        {
            int count = 0;
            for (int lane = 0; lane < 8; lane++)
                if ((set >> lane & 1) != 0) orders[set] |= (ulong)(2 * lane) << (8 * count++);
        }

        return orders;
    }
}
