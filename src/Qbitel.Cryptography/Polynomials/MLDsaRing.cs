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

    private const int QInverse = 58728449; // q^-1 mod 2^32
    private const int InverseFactor = 41978; // 2^64 / 256 mod q
    private const int Zeta = 1753; // a primitive 512th root of unity

    // FIPS 204, appendix B: zeta^BitRev8(i), times R, centred.
    private static readonly int[] Zetas = MakeZetas();

    /// <summary>FIPS 204, Algorithm 41, in place. The result is centred, as <see cref="Reduce"/> leaves it.</summary>
    public static void Ntt(Span<int> w)
    {
        unchecked
        {
            ReadOnlySpan<int> zetas = Zetas;
            w = w[..N];
            int m = 0;
            for (int length = 128; length >= 1; length >>= 1)
            {
                for (int start = 0; start < N; start += 2 * length)
                {
                    long zeta = zetas[++m];
                    Span<int> low = w.Slice(start, length);
                    Span<int> high = w.Slice(start + length, length);
                    for (int j = 0; j < low.Length; j++)
                    {
                        // Each of the eight layers adds at most q to |w|: it stays below 9q < 2^27.
                        int t = MontgomeryReduce(zeta * high[j]);
                        high[j] = low[j] - t;
                        low[j] += t;
                    }
                }
            }
        }

        Reduce(w);
    }

    /// <summary>FIPS 204, Algorithm 42, in place, times R.</summary>
    public static void InverseNtt(Span<int> w)
    {
        unchecked
        {
            ReadOnlySpan<int> zetas = Zetas;
            w = w[..N];
            int m = N;
            for (int length = 1; length < N; length <<= 1)
            {
                for (int start = 0; start < N; start += 2 * length)
                {
                    long zeta = -zetas[--m];
                    Span<int> low = w.Slice(start, length);
                    Span<int> high = w.Slice(start + length, length);
                    for (int j = 0; j < low.Length; j++)
                    {
                        // A sum doubles in each of the eight layers at most: below 256 q < 2^31.
                        int t = low[j];
                        low[j] = t + high[j];
                        high[j] = MontgomeryReduce(zeta * (t - high[j]));
                    }
                }
            }

            for (int j = 0; j < w.Length; j++) w[j] = MontgomeryReduce((long)InverseFactor * w[j]);
        }
    }

    /// <summary>The product coefficient by coefficient, divided by R.</summary>
    public static void Multiply(Span<int> product, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        unchecked
        {
            a = a[..product.Length];
            b = b[..product.Length];
            for (int i = 0; i < product.Length; i++) product[i] = MontgomeryReduce((long)a[i] * b[i]);
        }
    }

    /// <summary>Σ a_j ∘ b_j / R over the polynomials of two vectors.</summary>
    public static void InnerProduct(Span<int> sum, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        unchecked
        {
            a = a[..b.Length];
            for (int i = 0; i < N; i++)
            {
                // At most seven products below q^2: below q · 2^31 as the reduction needs.
                long total = 0;
                for (int j = i; j < b.Length; j += N) total += (long)a[j] * b[j];
                sum[i] = MontgomeryReduce(total);
            }
        }
    }

    /// <summary>a + b, in place of a, not reduced.</summary>
    public static void Add(Span<int> a, ReadOnlySpan<int> b)
    {
        unchecked
        {
            b = b[..a.Length];
            for (int i = 0; i < a.Length; i++) a[i] += b[i];
        }
    }

    /// <summary>a - b, in place of a, not reduced.</summary>
    public static void Subtract(Span<int> a, ReadOnlySpan<int> b)
    {
        unchecked
        {
            b = b[..a.Length];
            for (int i = 0; i < a.Length; i++) a[i] -= b[i];
        }
    }

    /// <summary>Representatives with |a| &lt; 6,291,456 &lt; q, in place, of any |a| ≤ 2^31 - 2^22.</summary>
    public static void Reduce(Span<int> a)
    {
        unchecked
        {
            for (int i = 0; i < a.Length; i++) a[i] -= ((a[i] + (1 << 22)) >> 23) * Q;
        }
    }

    /// <summary>Representatives in [0, q), in place.</summary>
    public static void Canonicalize(Span<int> a)
    {
        Reduce(a);
        unchecked
        {
            for (int i = 0; i < a.Length; i++) a[i] += (a[i] >> 31) & Q;
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
            int excess = 0;
            foreach (int coefficient in a)
            {
                int sign = coefficient >> 31;
                excess |= bound - 1 - ((coefficient ^ sign) - sign);
            }

            return excess >= 0;
        }
    }

    // a / 2^32 mod q, below q in magnitude, for |a| ≤ q · 2^31.
    private static int MontgomeryReduce(long a) => unchecked((int)((a - ((long)((int)a * QInverse) * Q)) >> 32));

    private static int[] MakeZetas()
    {
        int[] zetas = new int[N];
        long power = (1L << 32) % Q;
        for (int i = 0; i < N; i++, power = power * Zeta % Q)
        {
            int reversed = 0;
            for (int bit = 0; bit < 8; bit++) reversed |= ((i >> bit) & 1) << (7 - bit);
            zetas[reversed] = (int)(power > Q / 2 ? power - Q : power);
        }

        return zetas;
    }
}
