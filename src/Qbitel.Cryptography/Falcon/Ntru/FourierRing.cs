using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qbitel.Cryptography.Falcon.Ntru;

/// <summary>
/// Arithmetic in R[X]/(X^n + 1) on values at the roots, for n a power of two up to 512 (Falcon specification, round 3,
/// sections 3.7 and 3.8).
/// </summary>
/// <remarks>
/// <para>
/// A transformed polynomial is n/2 complex numbers: the real parts, then the imaginary parts, in bit-reversed order.
/// The other half are their conjugates. The length of a span is the degree.
/// </para>
/// <para>
/// Every result is rounded once per written operation and in the written order: IEEE 754 binary64, no fused
/// multiply-add, which the runtime never introduces on its own. Vectors of four do the same operations on the same
/// numbers, so a signature does not depend on the machine.
/// </para>
/// </remarks>
internal static class FourierRing
{
    private const int Lanes = 4;

    /// <summary>From coefficients to values, in place.</summary>
    public static void Transform(Span<double> f)
    {
        int n = f.Length, half = n >> 1;
        ref double f0 = ref MemoryMarshal.GetReference(f);
        for (int m = 2, t = half; m < n; m <<= 1, t >>= 1)
        {
            int ht = t >> 1;
            for (int i = 0, start = 0; i < m >> 1; i++, start += t)
            {
                double sRe = ComplexRoots.Real[m + i], sIm = ComplexRoots.Imaginary[m + i];
                ref double x = ref Unsafe.Add(ref f0, start);
                ref double y = ref Unsafe.Add(ref x, ht);
                int j = 0;
                for (; j <= ht - Lanes; j += Lanes)
                {
                    Vector256<double> xRe = Load(ref x, j), xIm = Load(ref x, j + half);
                    Vector256<double> yRe = Load(ref y, j), yIm = Load(ref y, j + half);
                    Vector256<double> zRe = (yRe * sRe) - (yIm * sIm), zIm = (yRe * sIm) + (yIm * sRe);
                    (xRe + zRe).StoreUnsafe(ref x, (nuint)j);
                    (xIm + zIm).StoreUnsafe(ref x, (nuint)(j + half));
                    (xRe - zRe).StoreUnsafe(ref y, (nuint)j);
                    (xIm - zIm).StoreUnsafe(ref y, (nuint)(j + half));
                }

                for (; j < ht; j++)
                {
                    double xRe = Unsafe.Add(ref x, j), xIm = Unsafe.Add(ref x, j + half);
                    double yRe = Unsafe.Add(ref y, j), yIm = Unsafe.Add(ref y, j + half);
                    double zRe = (yRe * sRe) - (yIm * sIm), zIm = (yRe * sIm) + (yIm * sRe);
                    Unsafe.Add(ref x, j) = xRe + zRe;
                    Unsafe.Add(ref x, j + half) = xIm + zIm;
                    Unsafe.Add(ref y, j) = xRe - zRe;
                    Unsafe.Add(ref y, j + half) = xIm - zIm;
                }
            }
        }
    }

    /// <summary>From values to coefficients, in place.</summary>
    public static void Inverse(Span<double> f)
    {
        int n = f.Length, half = n >> 1;
        ref double f0 = ref MemoryMarshal.GetReference(f);
        for (int m = n, t = 1; m > 2; m >>= 1, t <<= 1)
        {
            for (int i = 0, start = 0; start < half; i++, start += 2 * t)
            {
                double sRe = ComplexRoots.Real[(m >> 1) + i], sIm = -ComplexRoots.Imaginary[(m >> 1) + i];
                ref double x = ref Unsafe.Add(ref f0, start);
                ref double y = ref Unsafe.Add(ref x, t);
                int j = 0;
                for (; j <= t - Lanes; j += Lanes)
                {
                    Vector256<double> xRe = Load(ref x, j), xIm = Load(ref x, j + half);
                    Vector256<double> yRe = Load(ref y, j), yIm = Load(ref y, j + half);
                    Vector256<double> zRe = xRe - yRe, zIm = xIm - yIm;
                    (xRe + yRe).StoreUnsafe(ref x, (nuint)j);
                    (xIm + yIm).StoreUnsafe(ref x, (nuint)(j + half));
                    ((zRe * sRe) - (zIm * sIm)).StoreUnsafe(ref y, (nuint)j);
                    ((zRe * sIm) + (zIm * sRe)).StoreUnsafe(ref y, (nuint)(j + half));
                }

                for (; j < t; j++)
                {
                    double xRe = Unsafe.Add(ref x, j), xIm = Unsafe.Add(ref x, j + half);
                    double yRe = Unsafe.Add(ref y, j), yIm = Unsafe.Add(ref y, j + half);
                    double zRe = xRe - yRe, zIm = xIm - yIm;
                    Unsafe.Add(ref x, j) = xRe + yRe;
                    Unsafe.Add(ref x, j + half) = xIm + yIm;
                    Unsafe.Add(ref y, j) = (zRe * sRe) - (zIm * sIm);
                    Unsafe.Add(ref y, j + half) = (zRe * sIm) + (zIm * sRe);
                }
            }
        }

        if (n > 1) Scale(f, 2.0 / n);
    }

    public static void Add(Span<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        int i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
            (Vector256.Create(a[i..]) + Vector256.Create(b[i..])).CopyTo(a[i..]);
        for (; i < a.Length; i++) a[i] += b[i];
    }

    public static void Scale(Span<double> a, double factor)
    {
        int i = 0;
        for (; i <= a.Length - Lanes; i += Lanes) (Vector256.Create<double>(a[i..]) * factor).CopyTo(a[i..]);
        for (; i < a.Length; i++) a[i] *= factor;
    }

    public static void Negate(Span<double> a)
    {
        foreach (ref double value in a) value = -value;
    }

    /// <summary>The conjugate of every value: the polynomial with X turned into 1/X.</summary>
    public static void Adjoin(Span<double> a) => Negate(a[(a.Length >> 1)..]);

    /// <summary>a ∘ b, in place of a.</summary>
    public static void Multiply(Span<double> a, ReadOnlySpan<double> b)
    {
        int half = a.Length >> 1;
        Span<double> aRe = a[..half], aIm = a.Slice(half, half);
        ReadOnlySpan<double> bRe = b[..half], bIm = b.Slice(half, half);
        int i = 0;
        for (; i <= half - Lanes; i += Lanes)
        {
            Vector256<double> xRe = Vector256.Create<double>(aRe[i..]), xIm = Vector256.Create<double>(aIm[i..]);
            Vector256<double> yRe = Vector256.Create(bRe[i..]), yIm = Vector256.Create(bIm[i..]);
            ((xRe * yRe) - (xIm * yIm)).CopyTo(aRe[i..]);
            ((xRe * yIm) + (xIm * yRe)).CopyTo(aIm[i..]);
        }

        for (; i < half; i++)
        {
            double xRe = aRe[i], xIm = aIm[i];
            aRe[i] = (xRe * bRe[i]) - (xIm * bIm[i]);
            aIm[i] = (xRe * bIm[i]) + (xIm * bRe[i]);
        }
    }

    /// <summary>a ∘ conj(b), in place of a.</summary>
    public static void MultiplyAdjoint(Span<double> a, ReadOnlySpan<double> b)
    {
        int half = a.Length >> 1;
        for (int i = 0; i < half; i++)
        {
            double xRe = a[i], xIm = a[i + half], yRe = b[i], yIm = -b[i + half];
            a[i] = (xRe * yRe) - (xIm * yIm);
            a[i + half] = (xRe * yIm) + (xIm * yRe);
        }
    }

    /// <summary>a ∘ conj(a), in place: real.</summary>
    public static void Square(Span<double> a)
    {
        int half = a.Length >> 1;
        for (int i = 0; i < half; i++)
        {
            a[i] = (a[i] * a[i]) + (a[i + half] * a[i + half]);
            a[i + half] = 0;
        }
    }

    /// <summary>a ∘ b for real b, of which only the n/2 real parts are given; in place of a.</summary>
    public static void MultiplyReal(Span<double> a, ReadOnlySpan<double> b)
    {
        int half = a.Length >> 1;
        for (int i = 0; i < half; i++)
        {
            a[i] *= b[i];
            a[i + half] *= b[i];
        }
    }

    /// <summary>1 / (a ∘ conj(a) + b ∘ conj(b)): the n/2 real parts.</summary>
    public static void InverseNorm(Span<double> result, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        int half = a.Length >> 1;
        for (int i = 0; i < half; i++)
        {
            double aNorm = (a[i] * a[i]) + (a[i + half] * a[i + half]);
            double bNorm = (b[i] * b[i]) + (b[i + half] * b[i + half]);
            result[i] = 1.0 / (aNorm + bNorm);
        }
    }

    /// <summary>splitfft (Algorithm 1 of the specification): f(X) = even(X²) + X odd(X²).</summary>
    public static void Split(ReadOnlySpan<double> f, Span<double> even, Span<double> odd)
    {
        int n = f.Length, half = n >> 1, quarter = n >> 2;
        if (quarter == 0)
        {
            even[0] = f[0];
            odd[0] = f[1];
            return;
        }

        ReadOnlySpan<double> rootsRe = ComplexRoots.Real.AsSpan(half, quarter);
        ReadOnlySpan<double> rootsIm = ComplexRoots.Imaginary.AsSpan(half, quarter);
        int i = 0;
        for (; i <= quarter - Lanes; i += Lanes)
        {
            Deinterleave(f[(2 * i)..], out Vector256<double> aRe, out Vector256<double> bRe);
            Deinterleave(f[((2 * i) + half)..], out Vector256<double> aIm, out Vector256<double> bIm);
            ((aRe + bRe) * 0.5).CopyTo(even[i..]);
            ((aIm + bIm) * 0.5).CopyTo(even[(i + quarter)..]);
            Vector256<double> cRe = aRe - bRe, cIm = aIm - bIm;
            Vector256<double> sRe = Vector256.Create(rootsRe[i..]), sIm = -Vector256.Create(rootsIm[i..]);
            (((cRe * sRe) - (cIm * sIm)) * 0.5).CopyTo(odd[i..]);
            (((cRe * sIm) + (cIm * sRe)) * 0.5).CopyTo(odd[(i + quarter)..]);
        }

        for (; i < quarter; i++)
        {
            double aRe = f[2 * i], aIm = f[(2 * i) + half], bRe = f[(2 * i) + 1], bIm = f[(2 * i) + 1 + half];
            even[i] = (aRe + bRe) * 0.5;
            even[i + quarter] = (aIm + bIm) * 0.5;
            double cRe = aRe - bRe, cIm = aIm - bIm, sRe = rootsRe[i], sIm = -rootsIm[i];
            odd[i] = ((cRe * sRe) - (cIm * sIm)) * 0.5;
            odd[i + quarter] = ((cRe * sIm) + (cIm * sRe)) * 0.5;
        }
    }

    /// <summary>mergefft (Algorithm 2 of the specification), the inverse of <see cref="Split"/>.</summary>
    public static void Merge(Span<double> f, ReadOnlySpan<double> even, ReadOnlySpan<double> odd)
    {
        int n = f.Length, half = n >> 1, quarter = n >> 2;
        if (quarter == 0)
        {
            f[0] = even[0];
            f[1] = odd[0];
            return;
        }

        ReadOnlySpan<double> rootsRe = ComplexRoots.Real.AsSpan(half, quarter);
        ReadOnlySpan<double> rootsIm = ComplexRoots.Imaginary.AsSpan(half, quarter);
        int i = 0;
        for (; i <= quarter - Lanes; i += Lanes)
        {
            Vector256<double> oRe = Vector256.Create(odd[i..]), oIm = Vector256.Create(odd[(i + quarter)..]);
            Vector256<double> sRe = Vector256.Create(rootsRe[i..]), sIm = Vector256.Create(rootsIm[i..]);
            Vector256<double> bRe = (oRe * sRe) - (oIm * sIm), bIm = (oRe * sIm) + (oIm * sRe);
            Vector256<double> aRe = Vector256.Create(even[i..]), aIm = Vector256.Create(even[(i + quarter)..]);
            Interleave(aRe + bRe, aRe - bRe, f[(2 * i)..]);
            Interleave(aIm + bIm, aIm - bIm, f[((2 * i) + half)..]);
        }

        for (; i < quarter; i++)
        {
            double oRe = odd[i], oIm = odd[i + quarter], sRe = rootsRe[i], sIm = rootsIm[i];
            double bRe = (oRe * sRe) - (oIm * sIm), bIm = (oRe * sIm) + (oIm * sRe);
            double aRe = even[i], aIm = even[i + quarter];
            f[2 * i] = aRe + bRe;
            f[(2 * i) + half] = aIm + bIm;
            f[(2 * i) + 1] = aRe - bRe;
            f[(2 * i) + 1 + half] = aIm - bIm;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Load(ref double source, int index) =>
        Vector256.LoadUnsafe(ref source, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Deinterleave(
        ReadOnlySpan<double> source, out Vector256<double> first, out Vector256<double> second)
    {
        Vector256<double> low = Vector256.Create(source), high = Vector256.Create(source[Lanes..]);
        Vector256<double> lowSorted = Vector256.Shuffle(low, Vector256.Create(0L, 2, 1, 3));
        Vector256<double> highSorted = Vector256.Shuffle(high, Vector256.Create(0L, 2, 1, 3));
        first = Vector256.Create(lowSorted.GetLower(), highSorted.GetLower());
        second = Vector256.Create(lowSorted.GetUpper(), highSorted.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Vector256<double> first, Vector256<double> second, Span<double> destination)
    {
        Vector256<double> low = Vector256.Create(first.GetLower(), second.GetLower());
        Vector256<double> high = Vector256.Create(first.GetUpper(), second.GetUpper());
        Vector256.Shuffle(low, Vector256.Create(0L, 2, 1, 3)).CopyTo(destination);
        Vector256.Shuffle(high, Vector256.Create(0L, 2, 1, 3)).CopyTo(destination[Lanes..]);
    }
}
