namespace Qbitel.Cryptography.Polynomials;

/// <summary>
/// FIPS 203, section 4.3: arithmetic in Z_q[X]/(X^256 + 1), q = 3329, and its number-theoretic transform.
/// </summary>
/// <remarks>
/// Every method is a kernel over whole polynomials of 256 coefficients, and nothing else multiplies or reduces: faster
/// versions of these methods are all that a vector path needs. Portable version, without branch, index or division that
/// depends on a coefficient. Unless a method says otherwise a coefficient may be any representative with |a| &lt; q.
/// Products are Montgomery reduced, which divides by R = 2^16: the inverse transform puts that factor back.
/// </remarks>
internal static class MLKemRing
{
    public const int N = 256;
    public const int Q = 3329;

    private const int QInverse = -3327; // q^-1 mod 2^16
    private const int RSquared = 1353; // 2^32 mod q
    private const int InverseFactor = 1441; // 2^32 / 128 mod q
    private const int BarrettFactor = 20159; // round(2^26 / q)
    private const int Zeta = 17; // a primitive 256th root of unity

    // FIPS 203, appendix A: zeta^BitRev7(i), times R, centred.
    private static readonly short[] Zetas = MakeZetas();

    /// <summary>FIPS 203, Algorithm 9, in place. The result is centred: |a| ≤ q/2.</summary>
    public static void Ntt(Span<short> f)
    {
        unchecked
        {
            ReadOnlySpan<short> zetas = Zetas;
            f = f[..N];
            int i = 1;
            for (int length = 128; length >= 2; length >>= 1)
            {
                for (int start = 0; start < N; start += 2 * length)
                {
                    int zeta = zetas[i++];
                    Span<short> low = f.Slice(start, length);
                    Span<short> high = f.Slice(start + length, length);
                    for (int j = 0; j < low.Length; j++)
                    {
                        // Each of the seven layers adds at most q to |f|: it stays below 8q < 2^15.
                        int t = MontgomeryReduce(zeta * high[j]);
                        high[j] = (short)(low[j] - t);
                        low[j] = (short)(low[j] + t);
                    }
                }
            }

            for (int j = 0; j < f.Length; j++) f[j] = BarrettReduce(f[j]);
        }
    }

    /// <summary>FIPS 203, Algorithm 10, in place, times R.</summary>
    public static void InverseNtt(Span<short> f)
    {
        unchecked
        {
            ReadOnlySpan<short> zetas = Zetas;
            f = f[..N];
            int i = 127;
            for (int length = 2; length <= 128; length <<= 1)
            {
                for (int start = 0; start < N; start += 2 * length)
                {
                    int zeta = zetas[i--];
                    Span<short> low = f.Slice(start, length);
                    Span<short> high = f.Slice(start + length, length);
                    for (int j = 0; j < low.Length; j++)
                    {
                        int t = low[j];
                        low[j] = BarrettReduce(t + high[j]);
                        high[j] = MontgomeryReduce(zeta * (high[j] - t));
                    }
                }
            }

            for (int j = 0; j < f.Length; j++) f[j] = MontgomeryReduce(f[j] * InverseFactor);
        }
    }

    /// <summary>
    /// For each right-hand operand b of <see cref="InnerProduct"/>, the products b[2i+1] · zeta that FIPS 203,
    /// Algorithm 12 needs. They are made once and used in every product with that operand: 128 for each polynomial.
    /// </summary>
    public static void PrepareOperand(ReadOnlySpan<short> b, Span<short> oddTimesZeta)
    {
        unchecked
        {
            ReadOnlySpan<short> zetas = Zetas.AsSpan(64);
            for (int i = 0; i < oddTimesZeta.Length; i += 2)
            {
                int zeta = zetas[(i >> 1) & 63];
                oddTimesZeta[i] = MontgomeryReduce(zeta * b[(2 * i) + 1]);
                oddTimesZeta[i + 1] = MontgomeryReduce(-zeta * b[(2 * i) + 3]);
            }
        }
    }

    /// <summary>FIPS 203, Algorithm 11, summed over k products, divided by R: h = Σ a_j ∘ b_j / R.</summary>
    /// <param name="h">The sum, |h| &lt; q.</param>
    /// <param name="a">The left-hand polynomials, the j-th at <paramref name="stride"/> · j.</param>
    /// <param name="stride">N along a row, k · N along a column of a matrix.</param>
    /// <param name="b">The right-hand polynomials, one after another, centred.</param>
    /// <param name="oddTimesZeta">What <see cref="PrepareOperand"/> makes of <paramref name="b"/>.</param>
    public static void InnerProduct(
        Span<short> h, ReadOnlySpan<short> a, int stride, ReadOnlySpan<short> b, ReadOnlySpan<short> oddTimesZeta)
    {
        unchecked
        {
            for (int i = 0; i < N; i += 2)
            {
                // At most 2 · 4 products below q · 2^12, together below q · 2^15 as the reduction needs.
                int even = 0, odd = 0;
                for (int j = 0, left = i, right = i; right < b.Length; j++, left += stride, right += N)
                {
                    int a0 = a[left], a1 = a[left + 1], b0 = b[right], b1 = b[right + 1];
                    even += (a0 * b0) + (a1 * oddTimesZeta[right >> 1]);
                    odd += (a0 * b1) + (a1 * b0);
                }

                h[i] = MontgomeryReduce(even);
                h[i + 1] = MontgomeryReduce(odd);
            }
        }
    }

    /// <summary>Multiplies by R, in place: the sum of products that stays in the transformed domain.</summary>
    public static void TimesR(Span<short> f)
    {
        unchecked
        {
            for (int i = 0; i < f.Length; i++) f[i] = MontgomeryReduce(f[i] * RSquared);
        }
    }

    /// <summary>Divides by R, in place: what <see cref="InverseNtt"/> then gives is not multiplied by it.</summary>
    public static void DivideByR(Span<short> f)
    {
        for (int i = 0; i < f.Length; i++) f[i] = MontgomeryReduce(f[i]);
    }

    /// <summary>f + g, centred, in place.</summary>
    public static void Add(Span<short> f, ReadOnlySpan<short> g)
    {
        unchecked
        {
            g = g[..f.Length];
            for (int i = 0; i < f.Length; i++) f[i] = BarrettReduce(f[i] + g[i]);
        }
    }

    /// <summary>g - f, centred, in place of f.</summary>
    public static void SubtractFrom(Span<short> f, ReadOnlySpan<short> g)
    {
        unchecked
        {
            g = g[..f.Length];
            for (int i = 0; i < f.Length; i++) f[i] = BarrettReduce(g[i] - f[i]);
        }
    }

    /// <summary>
    /// True if every coefficient is within <paramref name="bound"/> of zero; it looks at all of them.
    /// </summary>
    public static bool IsShort(ReadOnlySpan<short> f, int bound)
    {
        unchecked
        {
            int excess = 0;
            foreach (short coefficient in f)
            {
                int a = BarrettReduce(coefficient);
                excess |= bound - ((a ^ (a >> 31)) - (a >> 31));
            }

            return excess >= 0;
        }
    }

    // a / 2^16 mod q, below q in magnitude, for |a| < q · 2^15.
    private static short MontgomeryReduce(int a) => unchecked((short)((a - ((short)(a * QInverse) * Q)) >> 16));

    // a mod q, centred, for any a of 16 bits.
    private static short BarrettReduce(int a) =>
        unchecked((short)(a - ((((BarrettFactor * a) + (1 << 25)) >> 26) * Q)));

    private static short[] MakeZetas()
    {
        short[] zetas = new short[128];
        int power = 65536 % Q;
        for (int i = 0; i < zetas.Length; i++, power = power * Zeta % Q)
        {
            int reversed = 0;
            for (int bit = 0; bit < 7; bit++) reversed |= ((i >> bit) & 1) << (6 - bit);
            zetas[reversed] = (short)(power > Q / 2 ? power - Q : power);
        }

        return zetas;
    }
}
