using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qbitel.Cryptography.Falcon;

/// <summary>Arithmetic in Z_q[X]/(X^512 + 1), q = 12289, and its number-theoretic transform.</summary>
/// <remarks>
/// Coefficients are in [0, q). Products are Montgomery reduced, which divides by R = 2^16. No branch, index or division
/// depends on a coefficient.
/// </remarks>
internal static class FalconRing
{
    public const int N = 512;
    public const uint Q = 12289;

    private const uint NegatedInverse = 12287; // -1/q mod R
    private const uint Square = 10952; // R² mod q
    private const uint Root = 7; // of order 1024, see MakeRoots
    private const int LogN = 9;
    private const int Lanes = 8;

    // Entry k: root^rev(k) times R, rev reversing nine bits; and the inverses.
    private static readonly uint[] Roots = MakeRoots(inverse: false);
    private static readonly uint[] InverseRoots = MakeRoots(inverse: true);
    private static readonly uint InverseOfN = ToMontgomery(Power(N, Q - 2));

    public static void Transform(Span<uint> a)
    {
        unchecked
        {
            ref uint a0 = ref MemoryMarshal.GetReference(a[..N]);
            for (int m = 1, t = N >> 1; m < N; m <<= 1, t >>= 1)
            {
                for (int i = 0; i < m; i++)
                {
                    uint root = Roots[m + i];
                    ref uint x = ref Unsafe.Add(ref a0, 2 * i * t);
                    ref uint y = ref Unsafe.Add(ref x, t);
                    int j = 0;
                    for (; j <= t - Lanes; j += Lanes)
                    {
                        Vector256<uint> u = Vector256.LoadUnsafe(ref x, (nuint)j);
                        Vector256<uint> v = Multiply(Vector256.LoadUnsafe(ref y, (nuint)j), Vector256.Create(root));
                        Reduce(u + v).StoreUnsafe(ref x, (nuint)j);
                        Reduce(u + Vector256.Create(Q) - v).StoreUnsafe(ref y, (nuint)j);
                    }

                    for (; j < t; j++)
                    {
                        uint u = Unsafe.Add(ref x, j), v = Multiply(Unsafe.Add(ref y, j), root);
                        Unsafe.Add(ref x, j) = Reduce(u + v);
                        Unsafe.Add(ref y, j) = Reduce(u + Q - v);
                    }
                }
            }
        }
    }

    public static void Inverse(Span<uint> a)
    {
        unchecked
        {
            ref uint a0 = ref MemoryMarshal.GetReference(a[..N]);
            for (int m = N >> 1, t = 1; m > 0; m >>= 1, t <<= 1)
            {
                for (int i = 0; i < m; i++)
                {
                    uint root = InverseRoots[m + i];
                    ref uint x = ref Unsafe.Add(ref a0, 2 * i * t);
                    ref uint y = ref Unsafe.Add(ref x, t);
                    int j = 0;
                    for (; j <= t - Lanes; j += Lanes)
                    {
                        Vector256<uint> u = Vector256.LoadUnsafe(ref x, (nuint)j);
                        Vector256<uint> v = Vector256.LoadUnsafe(ref y, (nuint)j);
                        Reduce(u + v).StoreUnsafe(ref x, (nuint)j);
                        Multiply(u + Vector256.Create(Q) - v, Vector256.Create(root)).StoreUnsafe(ref y, (nuint)j);
                    }

                    for (; j < t; j++)
                    {
                        uint u = Unsafe.Add(ref x, j), v = Unsafe.Add(ref y, j);
                        Unsafe.Add(ref x, j) = Reduce(u + v);
                        Unsafe.Add(ref y, j) = Multiply(u + Q - v, root);
                    }
                }
            }
        }

        foreach (ref uint value in a) value = Multiply(value, InverseOfN);
    }

    public static void ToMontgomery(Span<uint> a)
    {
        foreach (ref uint value in a) value = ToMontgomery(value);
    }

    /// <summary>The product value by value, divided by R, in place of a.</summary>
    public static void Multiply(Span<uint> a, ReadOnlySpan<uint> b)
    {
        b = b[..a.Length];
        for (int i = 0; i < a.Length; i++) a[i] = Multiply(a[i], b[i]);
    }

    /// <summary>1/a value by value, both transformed; what is zero has no inverse.</summary>
    /// <returns>False if a value is zero, so that the polynomial has no inverse.</returns>
    public static bool TryInvert(Span<uint> a)
    {
        unchecked
        {
            uint anyZero = 0;
            foreach (ref uint value in a)
            {
                anyZero |= (value - 1) >> 31;
                value = Power(value, Q - 2);
            }

            return anyZero == 0;
        }
    }

    /// <summary>The residue of a value of at most q in magnitude.</summary>
    public static uint FromSigned(int value) => unchecked(Reduce((uint)value + (Q & (uint)(value >> 31))));

    /// <summary>The representative from -(q-1)/2 to (q-1)/2.</summary>
    public static int ToSigned(uint value) =>
        unchecked((int)value - (int)(Q & (uint)((int)(((Q - 1) / 2) - value) >> 31)));

    // a b / R mod q for a b < 2^29: the sum below stays under 2^31 and the quotient under 2q.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Multiply(uint a, uint b)
    {
        unchecked
        {
            uint product = a * b;
            return Reduce((product + ((product * NegatedInverse & 0xFFFF) * Q)) >> 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Multiply(Vector256<uint> a, Vector256<uint> b)
    {
        Vector256<uint> product = a * b;
        Vector256<uint> factor = product * NegatedInverse & Vector256.Create(0xFFFFu);
        return Reduce((product + (factor * Q)) >>> 16);
    }

    // From [0, 2q) to [0, q).
    private static uint Reduce(uint value)
    {
        unchecked
        {
            uint reduced = value - Q;
            return reduced + (Q & (uint)((int)reduced >> 31));
        }
    }

    // The smaller of two unsigned numbers, of which one wrapped around.
    private static Vector256<uint> Reduce(Vector256<uint> value) =>
        Vector256.Min(value, value - Vector256.Create(Q));

    private static uint ToMontgomery(uint value) => Multiply(value, Square);

    // With an exponent that is public.
    private static uint Power(uint value, uint exponent)
    {
        uint result = ToMontgomery(1), square = ToMontgomery(value);
        for (; exponent > 0; exponent >>= 1, square = Multiply(square, square))
            if ((exponent & 1) != 0) result = Multiply(result, square);
        return Multiply(result, 1);
    }

    private static uint[] MakeRoots(bool inverse)
    {
        // 7 has order 2048 modulo q; its square has the 1024 that X^512 + 1 needs.
        uint root = Power(Root, inverse ? (Q - 1) - 2 : 2);
        uint[] roots = new uint[N];
        for (int k = 0; k < N; k++)
        {
            uint reversed = 0;
            for (int bit = 0; bit < LogN; bit++) reversed |= ((uint)(k >> bit) & 1) << (LogN - 1 - bit);
            roots[k] = ToMontgomery(Power(root, reversed));
        }

        return roots;
    }
}
