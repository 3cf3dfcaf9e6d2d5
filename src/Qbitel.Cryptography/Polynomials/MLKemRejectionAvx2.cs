using System.Numerics;
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

    /// <inheritdoc cref="MLKemSampling.Accept(ReadOnlySpan{byte}, Span{short}, int)"/>
    /// <param name="stream">The bytes; what lies behind <paramref name="size"/> is read and dropped.</param>
    /// <param name="size">How many bytes count.</param>
    /// <param name="a">The polynomial.</param>
    /// <param name="count">How many coefficients it has.</param>
    public static int Accept(ReadOnlySpan<byte> stream, int size, Span<short> a, int count)
    {
        Vector128<byte> spread = Vector128.Create((byte)0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11);
        Vector256<byte> bytes = Vector256.Create(spread, spread);
        Vector256<short> low = Vector256.Create((short)0x0FFF), q = Vector256.Create((short)MLKemRing.Q);
        int offset = 0;
        for (; offset + Size <= size && count <= a.Length - Width; offset += Size)
        {
            Vector256<byte> groups = Vector256.Create(
                Vector128.Create(stream[offset..]), Vector128.Create(stream[(offset + (Size / 2))..]));
            Vector256<short> x = Avx2.Shuffle(groups, bytes).AsInt16();
            x = Avx2.Blend(x & low, x >>> 4, 0b10101010);
            uint accepted = Avx2.PackSignedSaturate(Avx2.CompareGreaterThan(q, x), Vector256<short>.Zero)
                .ExtractMostSignificantBits();

            Order(x.GetLower(), accepted & 0xFF).CopyTo(a[count..]);
            count += BitOperations.PopCount(accepted & 0xFF);
            Order(x.GetUpper(), (accepted >> 16) & 0xFF).CopyTo(a[count..]);
            count += BitOperations.PopCount((accepted >> 16) & 0xFF);
        }

        return MLKemSampling.Accept(stream[offset..size], a, count);
    }

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
