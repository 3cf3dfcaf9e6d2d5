using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>
/// FIPS 204, section 7.4: high bits, low bits and hints. Coefficients come in [0, q) where nothing else is said.
/// </summary>
/// <remarks>
/// No division: by q's special forms each is a multiplication and a shift, checked for every value there is.
/// </remarks>
internal static class MLDsaRounding
{
    private const int Q = MLDsaRing.Q;

    /// <summary>
    /// FIPS 204, Algorithm 35, of every coefficient: t1 and t0 with t = t1 · 2^d + t0, -2^12 &lt; t0 ≤ 2^12.
    /// </summary>
    public static void Power2Round(ReadOnlySpan<int> t, Span<int> t1, Span<int> t0)
    {
        unchecked
        {
            int i = 0;
            if (CodePath.IsAvx2)
            {
                Vector256<int> half = Vector256.Create((1 << (MLDsaParameters.D - 1)) - 1);
                for (; i <= t.Length - 8; i += 8)
                {
                    Vector256<int> r = Load(t, i);
                    Vector256<int> high = (r + half) >> MLDsaParameters.D;
                    (r - (high << MLDsaParameters.D)).CopyTo(t0[i..]);
                    high.CopyTo(t1[i..]);
                }
            }

            for (; i < t.Length; i++)
            {
                int high = (t[i] + (1 << (MLDsaParameters.D - 1)) - 1) >> MLDsaParameters.D;
                t0[i] = t[i] - (high << MLDsaParameters.D);
                t1[i] = high;
            }
        }
    }

    /// <summary>
    /// FIPS 204, Algorithm 36, of every coefficient, of any representative; in place of the low bits.
    /// </summary>
    public static void Decompose(Span<int> w, int gamma2, Span<int> high)
    {
        int i = 0;
        if (CodePath.IsAvx2)
        {
            for (; i <= w.Length - 8; i += 8)
            {
                (Vector256<int> highs, Vector256<int> lows) = Decompose(MLDsaRing.Canonicalize(Load(w, i)), gamma2);
                highs.CopyTo(high[i..]);
                lows.CopyTo(w[i..]);
            }
        }

        MLDsaRing.Canonicalize(w[i..]);
        for (; i < w.Length; i++) high[i] = Decompose(w[i], gamma2, out w[i]);
    }

    /// <summary>
    /// FIPS 204, Algorithm 36: r = r1 · 2γ2 + r0 mod q with -γ2 &lt; r0 ≤ γ2, but r1 = 0 and r0 less by one where r -
    /// r0 = q - 1.
    /// </summary>
    public static int Decompose(int r, int gamma2, out int low)
    {
        unchecked
        {
            int high = (r + 127) >> 7;
            if (gamma2 == (Q - 1) / 32)
            {
                // round(r / 2γ2) = round(ceil(r / 2^7) / 4092), and 1025 / 2^22 is near enough to 1 / 4092; then mod
                // 16.
                high = (((high * 1025) + (1 << 21)) >> 22) & 15;
            }
            else
            {
                // Likewise with 1488 and 11275 / 2^24; then 44 becomes 0.
                high = ((high * 11275) + (1 << 23)) >> 24;
                high ^= ((43 - high) >> 31) & high;
            }

            low = r - (high * 2 * gamma2);
            low -= (((Q - 1) / 2 - low) >> 31) & Q;
            return high;
        }
    }

    /// <summary>
    /// FIPS 204, Algorithm 39, of every coefficient that is <paramref name="high"/> · 2γ2 + <paramref name="low"/>: 1
    /// where the low bits leave the range of <see cref="Decompose(int, int, out int)"/>, so that the high ones change.
    /// </summary>
    /// <returns>How many ones there are.</returns>
    public static int MakeHints(ReadOnlySpan<int> high, ReadOnlySpan<int> low, int gamma2, Span<byte> hints)
    {
        unchecked
        {
            int i = 0, count = 0;
            if (CodePath.IsAvx2)
            {
                Vector256<int> bound = Vector256.Create(gamma2), ones = Vector256<int>.Zero;
                for (; i <= high.Length - 8; i += 8)
                {
                    Vector256<int> r0 = Load(low, i);
                    Vector256<int> isFirst = Vector256.Equals(Load(high, i), Vector256<int>.Zero);
                    Vector256<int> beyond = Vector256.GreaterThan(Vector256.Abs(r0), bound)
                        | Vector256.AndNot(Vector256.Equals(r0, -bound), isFirst);
                    ones -= beyond;
                    Vector128<short> narrow = Sse2.PackSignedSaturate(beyond.GetLower(), beyond.GetUpper());
                    Vector128<byte> bytes = Vector128.Abs(Sse2.PackSignedSaturate(narrow, narrow)).AsByte();
                    bytes.GetLower().CopyTo(hints[i..]);
                }

                count = Vector256.Sum(ones);
            }

            for (; i < high.Length; i++)
            {
                int above = gamma2 - low[i], below = low[i] + gamma2; // negative where it leaves the range
                int atEdge = ~(below | -below) & -high[i]; // and at its lower end, but in the first interval
                int hint = ((above | below | atEdge) >> 31) & 1;
                hints[i] = (byte)hint;
                count += hint;
            }

            return count;
        }
    }

    /// <summary>
    /// FIPS 204, Algorithm 40, of every coefficient, in place: its high bits, moved by one towards its low bits where
    /// the hint says so.
    /// </summary>
    public static void UseHints(ReadOnlySpan<byte> hints, Span<int> w, int gamma2)
    {
        hints = hints[..w.Length];
        int i = 0;
        if (CodePath.IsAvx2)
        {
            Vector256<int> one = Vector256<int>.One, last = Vector256.Create(((Q - 1) / (2 * gamma2)) - 1);
            for (; i <= w.Length - 8; i += 8)
            {
                (Vector256<int> high, Vector256<int> low) = Decompose(MLDsaRing.Canonicalize(Load(w, i)), gamma2);
                Vector256<int> hint = Avx2.ConvertToVector256Int32(
                    Vector128.CreateScalarUnsafe(BitConverter.ToUInt64(hints[i..])).AsByte());
                Vector256<int> up = Vector256.GreaterThan(low, Vector256<int>.Zero); // -1 where it goes up
                high += hint * (-one - up - up); // 1 where up, else -1
                high = Vector256.ConditionalSelect(Vector256.GreaterThan(high, last), Vector256<int>.Zero, high);
                high = Vector256.ConditionalSelect(Vector256.LessThan(high, Vector256<int>.Zero), last, high);
                high.CopyTo(w[i..]);
            }
        }

        MLDsaRing.Canonicalize(w[i..]);
        for (; i < w.Length; i++) w[i] = UseHint(hints[i], w[i], gamma2);
    }

    /// <summary>
    /// FIPS 204, Algorithm 40: the high bits of r, moved by one towards its low bits where the hint says so.
    /// </summary>
    public static int UseHint(int hint, int r, int gamma2)
    {
        int high = Decompose(r, gamma2, out int low);
        if (hint == 0) return high;

        int last = ((Q - 1) / (2 * gamma2)) - 1;
        return low > 0
            ? (high == last ? 0 : high + 1)
            : (high == 0 ? last : high - 1);
    }

    // As of one coefficient, of eight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<int> High, Vector256<int> Low) Decompose(Vector256<int> r, int gamma2)
    {
        Vector256<int> high = (r + Vector256.Create(127)) >> 7;
        if (gamma2 == (Q - 1) / 32)
        {
            high = (((high * 1025) + Vector256.Create(1 << 21)) >> 22) & Vector256.Create(15);
        }
        else
        {
            high = ((high * 11275) + Vector256.Create(1 << 23)) >> 24;
            high ^= ((Vector256.Create(43) - high) >> 31) & high;
        }

        Vector256<int> low = r - (high * (2 * gamma2));
        low -= ((Vector256.Create((Q - 1) / 2) - low) >> 31) & Vector256.Create(Q);
        return (high, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Load(ReadOnlySpan<int> a, int i)
    {
        Debug.Assert(i <= a.Length - Vector256<int>.Count, "a whole vector");
        return Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(a), (nuint)i);
    }
}
