namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 204, section 7.4: high bits, low bits and hints. Coefficients come in [0, q).</summary>
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
            for (int i = 0; i < t.Length; i++)
            {
                int high = (t[i] + (1 << (MLDsaParameters.D - 1)) - 1) >> MLDsaParameters.D;
                t0[i] = t[i] - (high << MLDsaParameters.D);
                t1[i] = high;
            }
        }
    }

    /// <summary>FIPS 204, Algorithm 36, of every coefficient.</summary>
    public static void Decompose(ReadOnlySpan<int> w, int gamma2, Span<int> high, Span<int> low)
    {
        for (int i = 0; i < w.Length; i++) high[i] = Decompose(w[i], gamma2, out low[i]);
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
}
