using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qbitel.Cryptography.Falcon;

/// <summary>SamplerZ (Falcon specification, round 3, section 3.9.3): integers around a centre that is none.</summary>
/// <remarks>
/// <para>
/// In constant time as the reference: no branch, index or division depends on centre, deviation or sample. Two loops
/// end when a random bit says so: the rejection of a candidate, scaled so that its rate depends on neither centre nor
/// deviation, and the comparison of a random number with a probability byte by byte.
/// </para>
/// <para>
/// Doubles only take part in additions, multiplications and exact conversions, whose time does not depend on them.
/// </para>
/// </remarks>
internal static class GaussianSampler
{
    /// <summary>σ_min of Falcon-512, the smallest deviation there is.</summary>
    public const double SigmaMin = 1.2778336969128335860256340575729042;

    private const double InverseTwoSigma0Squared = .150865048875372721532312163019; // σ_0 = 1.8205
    private const double Log2 = 0.69314718055994530941723212146;
    private const double InverseLog2 = 1.4426950408889634073599246810;
    private const double TwoTo63 = 9223372036854775808.0;

    // The half-Gaussian of deviation σ_0 (Table 3.1 of the specification): 2^72 times the probability of a number
    // greater than 0, 1, 2, … The last four are room for whole vectors.
    private static readonly UInt128[] Tail =
    [
        Entry(10745844, 3068844, 3741698), Entry(5559083, 1580863, 8248194), Entry(2260429, 13669192, 2736639),
        Entry(708981, 4421575, 10046180), Entry(169348, 7122675, 4136815), Entry(30538, 13063405, 7650655),
        Entry(4132, 14505003, 7826148), Entry(417, 16768101, 11363290), Entry(31, 8444042, 8086568),
        Entry(1, 12844466, 265321), Entry(0, 1232676, 13644283), Entry(0, 38047, 9111839), Entry(0, 870, 6138264),
        Entry(0, 14, 12545723), Entry(0, 0, 3104126), Entry(0, 0, 28824), Entry(0, 0, 198), Entry(0, 0, 1), 0, 0,
    ];

    private static readonly ulong[] TailHigh = [.. Tail.Select(entry => (ulong)(entry >> 36))];
    private static readonly ulong[] TailLow = [.. Tail.Select(entry => (ulong)(entry & Mask36))];

    // 2^63 exp(-x) for 0 ≤ x < log 2: the polynomial of FACCT (Zhao, Steinfeld, Sakzad, IACR ePrint 2018/1234) in
    // integers, which is off by less than 2^-50.
    private static ReadOnlySpan<ulong> ExpCoefficients =>
    [
        0x00000004741183A3, 0x00000036548CFC06, 0x0000024FDCBF140A, 0x0000171D939DE045, 0x0000D00CF58F6F84,
        0x000680681CF796E3, 0x002D82D8305B0FEA, 0x011111110E066FD0, 0x0555555555070F00, 0x155555555581FF00,
        0x400000000002B400, 0x7FFFFFFFFFFF4800, 0x8000000000000000,
    ];

    private const ulong Mask36 = (1UL << 36) - 1;

    /// <param name="random">Where the random bits come from.</param>
    /// <param name="centre">Less than 2^31 in magnitude.</param>
    /// <param name="inverseSigma">
    /// One over the deviation, which is above <see cref="SigmaMin"/> and below 1.8205.
    /// </param>
    public static int Sample(ref FalconRandom random, double centre, double inverseSigma)
    {
        double floor = Math.Floor(centre);
        double fraction = centre - floor;
        double inverseTwoSigmaSquared = inverseSigma * inverseSigma * 0.5;
        double scale = inverseSigma * SigmaMin;
        unchecked // a check for overflow would be a branch
        {
            while (true)
            {
                int z0 = HalfGaussian(ref random);
                int bit = (int)random.NextByte() & 1;
                int z = bit + (((bit << 1) - 1) * z0);
                double distance = z - fraction;
                double x = distance * distance * inverseTwoSigmaSquared;
                x -= z0 * z0 * InverseTwoSigma0Squared;
                if (AcceptsExp(ref random, x, scale)) return double.ConvertToIntegerNative<int>(floor) + z;
            }
        }
    }

    /// <summary>BaseSampler (Algorithm 12): 0, 1, 2, … with the half-Gaussian of deviation 1.8205.</summary>
    public static int HalfGaussian(ref FalconRandom random)
    {
        unchecked
        {
            // 72 random bits as two halves of 36: every entry they are below of counts one.
            ulong low = random.NextUInt64(), high = random.NextByte();
            Vector256<ulong> upper = Vector256.Create((high << 28) | (low >> 36));
            Vector256<ulong> lower = Vector256.Create(low & Mask36);
            ref ulong highs = ref MemoryMarshal.GetArrayDataReference(TailHigh);
            ref ulong lows = ref MemoryMarshal.GetArrayDataReference(TailLow);
            Vector256<ulong> count = Vector256<ulong>.Zero;
            for (nuint i = 0; i < 20; i += 4)
            {
                Vector256<ulong> borrow = (lower - Vector256.LoadUnsafe(ref lows, i)) >>> 63;
                count += (upper - Vector256.LoadUnsafe(ref highs, i) - borrow) >>> 63;
            }

            return (int)Vector256.Sum(count);
        }
    }

    // BerExp (Algorithm 14): true with the probability scale · exp(-x), for x ≥ 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AcceptsExp(ref FalconRandom random, double x, double scale)
    {
        unchecked
        {
            // x = s log 2 + r. Beyond 63 the probability is below 2^-64 and s may stay there.
            int s = double.ConvertToIntegerNative<int>(x * InverseLog2);
            double r = x - (s * Log2);
            uint excess = (uint)((63 - s) >> 31);
            s ^= (int)(((uint)s ^ 63) & excess);

            ulong probability = ((Exp(r, scale) << 1) - 1) >> s;
            uint difference;
            int shift = 64;
            do
            {
                shift -= 8;
                difference = random.NextByte() - ((uint)(probability >> shift) & 0xFF);
            }
            while (difference == 0 && shift > 0);
            return (int)difference < 0;
        }
    }

    // ApproxExp (Algorithm 13): 2^63 scale exp(-x).
    private static ulong Exp(double x, double scale)
    {
        unchecked
        {
            ulong z = (ulong)double.ConvertToIntegerNative<long>(x * TwoTo63) << 1;
            ReadOnlySpan<ulong> coefficients = ExpCoefficients;
            ulong y = coefficients[0];
            for (int i = 1; i < coefficients.Length; i++) y = coefficients[i] - Math.BigMul(z, y, out _);
            return Math.BigMul((ulong)double.ConvertToIntegerNative<long>(scale * TwoTo63) << 1, y, out _);
        }
    }

    private static UInt128 Entry(uint high, uint middle, uint low) =>
        ((UInt128)high << 48) | ((UInt128)middle << 24) | low;
}
