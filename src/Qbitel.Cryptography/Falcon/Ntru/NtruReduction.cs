using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Falcon.Ntru;

/// <summary>
/// Babai's reduction: subtracts multiples of (f, g) from (F, G) until it is as short as they are (Falcon
/// specification, round 3, Algorithm 7).
/// </summary>
/// <remarks>
/// The quotient (F f* + G g*) / (f f* + g g*) is computed in doubles from the highest bits and rounded to k · 2^shift,
/// 25 bits nearer to the end in each round. How many rounds there are depends on expected sizes, not on the numbers.
/// </remarks>
internal static class NtruReduction
{
    private const int Degree = 512;
    private const int BitsPerRound = 25;
    private const int DoubleLimbs = 10; // 310 bits, far below the range of a double
    private const int SchoolbookDepth = 6; // from here on polynomials are so short that transforms do not pay
    private const double Largest = int.MaxValue - (1 << 22); // so that k is below every prime

    // The expected longest coefficient of f and g at each depth in bits, with its standard deviation, and of F and G
    // before the reduction, with a margin of six deviations (measured by the authors of Falcon over thousands of keys).
    private static readonly int[] ShortBits = [4, 11, 24, 50, 102, 202, 401, 794, 1577];
    private static readonly int[] Deviation = [0, 1, 1, 1, 1, 2, 4, 5, 8];
    private static readonly int[] LongBits = [26, 46, 86, 165, 321, 627, 1229, 2418, 4796];
    private static readonly int[] ShortLength = [1, 1, 2, 2, 4, 7, 14, 27, 53];
    private static readonly int[] LongLength = [2, 2, 5, 7, 12, 21, 40, 78, 157];

    public static bool TryReduce(
        Span<uint> bigF, Span<uint> bigG, ReadOnlySpan<uint> f, ReadOnlySpan<uint> g, int depth, Span<uint> scratch)
    {
        int n = Degree >> depth, length = ShortLength[depth], longLength = LongLength[depth];
        Span<double> doubles = stackalloc double[(4 * n) + ((n + 1) / 2)];
        Span<int> k = stackalloc int[n];
        try
        {
            Span<double> a = doubles[..n], b = doubles.Slice(n, n);
            Span<double> fAdjoint = doubles.Slice(2 * n, n), gAdjoint = doubles.Slice(3 * n, n);
            Span<double> inverseNorm = doubles[(4 * n)..];

            int used = Math.Min(length, DoubleLimbs), shortScale = Limbs.Bits * (length - used);
            ToDoubles(f, length, length, used, fAdjoint);
            ToDoubles(g, length, length, used, gAdjoint);
            FourierRing.InverseNorm(inverseNorm, fAdjoint, gAdjoint);
            FourierRing.Adjoin(fAdjoint);
            FourierRing.Adjoin(gAdjoint);

            int smallest = ShortBits[depth] - (6 * Deviation[depth]);
            int largest = ShortBits[depth] + (6 * Deviation[depth]);
            int bits = LongBits[depth], current = longLength;
            for (int shift = bits - smallest; ; shift = Math.Max(0, shift - BitsPerRound))
            {
                used = Math.Min(current, DoubleLimbs);
                ToDoubles(bigF, longLength, current, used, a);
                ToDoubles(bigG, longLength, current, used, b);
                FourierRing.Multiply(a, fAdjoint);
                FourierRing.Multiply(b, gAdjoint);
                FourierRing.Add(b, a);
                FourierRing.MultiplyReal(b, inverseNorm);
                FourierRing.Inverse(b);

                double scale = PowerOfTwo((Limbs.Bits * (current - used)) - shortScale - shift);
                for (int i = 0; i < n; i++)
                {
                    double quotient = b[i] * scale;
                    if (!(quotient > -Largest && quotient < Largest)) return false;

                    k[i] = double.ConvertToIntegerNative<int>(Math.Round(quotient));
                }

                if (depth < SchoolbookDepth)
                {
                    SubtractByTransform(bigF, longLength, current, f, length, k, shift, scratch);
                    SubtractByTransform(bigG, longLength, current, g, length, k, shift, scratch);
                }
                else
                {
                    Subtract(bigF, longLength, current, f, length, k, shift);
                    Subtract(bigG, longLength, current, g, length, k, shift);
                }

                // The rest is as long as f and g, shifted, with ten bits for what rounding leaves.
                bits = Math.Min(bits, shift + largest + 10);
                if (current * Limbs.Bits >= bits + Limbs.Bits) current--;
                if (shift == 0) break;
            }

            for (; current < length; current++) Extend(bigF, bigG, longLength, current);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(doubles));
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(k));
        }
    }

    // The highest limbs of every coefficient, transformed.
    private static void ToDoubles(ReadOnlySpan<uint> numbers, int stride, int length, int used, Span<double> doubles)
    {
        for (int i = 0; i < doubles.Length; i++)
            doubles[i] = Limbs.ToDouble(numbers.Slice((i * stride) + length - used, used));
        FourierRing.Transform(doubles);
    }

    private static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((1023L + exponent) << 52);

    // F - k f 2^shift, term by term, where F has 'current' limbs left.
    private static void Subtract(
        Span<uint> bigF, int stride, int current, ReadOnlySpan<uint> f, int length, ReadOnlySpan<int> k, int shift)
    {
        int n = k.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                int place = (i + j) & (n - 1), factor = i + j < n ? unchecked(-k[i]) : k[i];
                Limbs.AddScaledProduct(
                    bigF.Slice(place * stride, current), f.Slice(j * length, length), factor, shift);
            }
        }
    }

    private static void SubtractByTransform(
        Span<uint> bigF, int stride, int current, ReadOnlySpan<uint> f, int length, ReadOnlySpan<int> k, int shift,
        Span<uint> scratch)
    {
        int n = k.Length, longer = length + 1; // |k f| < 2^31 n |f|, and f is never as long as its limbs
        Span<uint> residues = scratch[..(longer * n)];
        Span<uint> products = scratch.Slice(longer * n, longer * n), values = scratch.Slice(2 * longer * n, n);
        for (int u = 0; u < longer; u++)
        {
            SmallPrime prime = SmallPrime.All[u];
            Span<uint> kf = residues.Slice(u * n, n);
            for (int i = 0; i < n; i++)
            {
                kf[i] = prime.FromSigned(k[i]);
                values[i] = prime.FromLimbs(f.Slice(i * length, length), signed: true);
            }

            prime.Transform(kf);
            prime.Transform(values);
            for (int i = 0; i < n; i++) kf[i] = prime.ToMontgomery(prime.Multiply(kf[i], values[i]));
            prime.Inverse(kf);
        }

        Limbs.FromResidues(products, longer, n, residues, signed: true, values);
        for (int i = 0; i < n; i++)
            Limbs.SubtractScaled(bigF.Slice(i * stride, current), products.Slice(i * longer, longer), shift);
    }

    // Repeats the sign in a limb above those that were kept up to date.
    private static void Extend(Span<uint> bigF, Span<uint> bigG, int stride, int limb)
    {
        for (int i = limb; i < bigF.Length; i += stride)
        {
            bigF[i] = unchecked((uint)-(int)(bigF[i - 1] >> 30)) & Limbs.Mask;
            bigG[i] = unchecked((uint)-(int)(bigG[i - 1] >> 30)) & Limbs.Mask;
        }
    }
}
