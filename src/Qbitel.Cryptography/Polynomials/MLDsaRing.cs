using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>
/// FIPS 204, section 7.5: arithmetic in Z_q[X]/(X^256 + 1), q = 8380417, and its number-theoretic transform.
/// </summary>
/// <remarks>
/// As in <see cref="MLKemRing"/>, every method is a kernel over whole polynomials and the seam for vector paths, and no
/// branch, index or division depends on a coefficient. Unless a method says otherwise |a| &lt; q. Products are
/// Montgomery reduced, which divides by R = 2^32; the inverse transform puts that factor back.
/// </remarks>
internal static class MLDsaRing
{
    public const int N = 256;
    public const int Q = 8380417;

    public const int QInverse = 58728449; // q^-1 mod 2^32

    /// <summary>FIPS 204, Algorithm 41, in place. |result| &lt; 10q.</summary>
    public static void Ntt(Span<int> w)
    {
        w = w[..N];
        if (CodePath.IsAvx512) MLDsaRingAvx512.Ntt(w);
        else if (CodePath.IsAvx2) MLDsaRingAvx2.Ntt(w);
        else MLDsaRingScalar.Ntt(w);
    }

    /// <summary>FIPS 204, Algorithm 42, in place, times R. -q &lt; result &lt; 5q/4.</summary>
    public static void InverseNtt(Span<int> w)
    {
        w = w[..N];
        if (CodePath.IsAvx512) MLDsaRingAvx512.InverseNtt(w);
        else if (CodePath.IsAvx2) MLDsaRingAvx2.InverseNtt(w);
        else MLDsaRingScalar.InverseNtt(w);
    }

    /// <summary>The product coefficient by coefficient, divided by R, for |a b| &lt; q · 2^31.</summary>
    public static void Multiply(Span<int> product, ReadOnlySpan<int> a, ReadOnlySpan<int> b) =>
        InnerProduct(product, a[..N], b[..N]);

    /// <summary>Σ a_j ∘ b_j / R over the polynomials of two vectors, for sums below q · 2^31.</summary>
    public static void InnerProduct(Span<int> sum, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        sum = sum[..N];
        a = a[..b.Length];
        Debug.Assert(b.Length % N == 0, "whole polynomials");
        if (CodePath.IsAvx512) MLDsaRingAvx512.InnerProduct(sum, a, b);
        else if (CodePath.IsAvx2) MLDsaRingAvx2.InnerProduct(sum, a, b);
        else MLDsaRingScalar.InnerProduct(sum, a, b);
    }

    /// <summary>a + b, in place of a, not reduced.</summary>
    public static void Add(Span<int> a, ReadOnlySpan<int> b)
    {
        unchecked
        {
            b = b[..a.Length];
            int i = 0;
            if (CodePath.IsAvx2)
            {
                for (; i <= a.Length - Vector256<int>.Count; i += Vector256<int>.Count)
                    (Load(a, i) + Load(b, i)).CopyTo(a[i..]);
            }

            for (; i < a.Length; i++) a[i] += b[i];
        }
    }

    /// <summary>
    /// a + b, in place of a, centred; true if every coefficient is nearer to zero than <paramref name="bound"/>.
    /// </summary>
    public static bool Add(Span<int> a, ReadOnlySpan<int> b, int bound)
    {
        unchecked
        {
            b = b[..a.Length];
            int i = 0, excess = 0;
            if (CodePath.IsAvx2)
            {
                Vector256<int> largest = Vector256<int>.Zero;
                for (; i <= a.Length - Vector256<int>.Count; i += Vector256<int>.Count)
                {
                    Vector256<int> sum = Reduce(Load(a, i) + Load(b, i));
                    largest = Vector256.Max(largest, Vector256.Abs(sum));
                    sum.CopyTo(a[i..]);
                }

                excess = Vector256.GreaterThanOrEqualAny(largest, Vector256.Create(bound)) ? -1 : 0;
            }

            for (; i < a.Length; i++)
            {
                a[i] = Reduce(a[i] + b[i]);
                excess |= bound - 1 - Magnitude(a[i]);
            }

            return excess >= 0;
        }
    }

    /// <summary>
    /// a - b, in place of a, centred; true if every coefficient is nearer to zero than <paramref name="bound"/>.
    /// </summary>
    public static bool Subtract(Span<int> a, ReadOnlySpan<int> b, int bound)
    {
        unchecked
        {
            b = b[..a.Length];
            int i = 0, excess = 0;
            if (CodePath.IsAvx2)
            {
                Vector256<int> largest = Vector256<int>.Zero;
                for (; i <= a.Length - Vector256<int>.Count; i += Vector256<int>.Count)
                {
                    Vector256<int> difference = Reduce(Load(a, i) - Load(b, i));
                    largest = Vector256.Max(largest, Vector256.Abs(difference));
                    difference.CopyTo(a[i..]);
                }

                excess = Vector256.GreaterThanOrEqualAny(largest, Vector256.Create(bound)) ? -1 : 0;
            }

            for (; i < a.Length; i++)
            {
                a[i] = Reduce(a[i] - b[i]);
                excess |= bound - 1 - Magnitude(a[i]);
            }

            return excess >= 0;
        }
    }

    /// <summary>Representatives with |a| &lt; 6,291,456 &lt; q, in place, of any |a| ≤ 2^31 - 2^22.</summary>
    public static void Reduce(Span<int> a)
    {
        unchecked
        {
            int i = 0;
            if (CodePath.IsAvx2)
            {
                for (; i <= a.Length - Vector256<int>.Count; i += Vector256<int>.Count)
                    Reduce(Load(a, i)).CopyTo(a[i..]);
            }

            for (; i < a.Length; i++) a[i] = Reduce(a[i]);
        }
    }

    /// <summary>Representatives in [0, q), in place, of any |a| ≤ 2^31 - 2^22.</summary>
    public static void Canonicalize(Span<int> a)
    {
        unchecked
        {
            int i = 0;
            if (CodePath.IsAvx2)
            {
                for (; i <= a.Length - Vector256<int>.Count; i += Vector256<int>.Count)
                    Canonicalize(Load(a, i)).CopyTo(a[i..]);
            }

            for (; i < a.Length; i++)
            {
                int reduced = Reduce(a[i]);
                a[i] = reduced + ((reduced >> 31) & Q);
            }
        }
    }

    /// <summary>
    /// True if every coefficient is nearer to zero than <paramref name="bound"/>; it looks at all of them.
    /// </summary>
    /// <remarks>The coefficients are meant as they are: centre them first if they are not.</remarks>
    public static bool IsBelow(ReadOnlySpan<int> a, int bound)
    {
        unchecked
        {
            int i = 0, excess = 0;
            if (CodePath.IsAvx2)
            {
                Vector256<int> largest = Vector256<int>.Zero;
                for (; i <= a.Length - Vector256<int>.Count; i += Vector256<int>.Count)
                    largest = Vector256.Max(largest, Vector256.Abs(Load(a, i)));
                excess = Vector256.GreaterThanOrEqualAny(largest, Vector256.Create(bound)) ? -1 : 0;
            }

            for (; i < a.Length; i++) excess |= bound - 1 - Magnitude(a[i]);

            return excess >= 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Reduce(Vector256<int> a) =>
        a - (((a + Vector256.Create(1 << 22)) >> 23) * Vector256.Create(Q));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Canonicalize(Vector256<int> a)
    {
        Vector256<int> reduced = Reduce(a);
        return reduced + ((reduced >> 31) & Vector256.Create(Q));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Load(ReadOnlySpan<int> a, int i) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(a), (nuint)i);

    private static int Reduce(int a) => unchecked(a - (((a + (1 << 22)) >> 23) * Q));

    private static int Magnitude(int a) => unchecked((a ^ (a >> 31)) - (a >> 31));
}
