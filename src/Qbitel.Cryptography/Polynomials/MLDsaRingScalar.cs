namespace Qbitel.Cryptography.Polynomials;

/// <summary>The kernels of <see cref="MLDsaRing"/> in portable code.</summary>
internal static class MLDsaRingScalar
{
    private const int N = MLDsaRing.N;
    private const int Q = MLDsaRing.Q;

    public static void Ntt(Span<int> w)
    {
        unchecked
        {
            int m = 0;
            for (int length = 128; length >= 1; length >>= 1)
            {
                for (int start = 0; start < N; start += 2 * length)
                {
                    int zeta = MLDsaZetas.Forward.Values[++m], quotient = MLDsaZetas.Forward.Quotients[m];
                    Span<int> low = w.Slice(start, length);
                    Span<int> high = w.Slice(start + length, length);
                    for (int j = 0; j < low.Length; j++)
                    {
                        // Each of the eight layers adds little more than q to |w|.
                        int t = Times(high[j], zeta, quotient);
                        high[j] = low[j] - t;
                        low[j] += t;
                    }
                }
            }
        }
    }

    public static void InverseNtt(Span<int> w)
    {
        unchecked
        {
            for (int length = 1; length < N; length <<= 1)
            {
                int k = N / 2 / length;
                for (int start = 0; start < N; start += 2 * length, k++)
                {
                    int zeta = MLDsaZetas.Inverse.Values[k], quotient = MLDsaZetas.Inverse.Quotients[k];
                    Span<int> low = w.Slice(start, length);
                    Span<int> high = w.Slice(start + length, length);
                    for (int j = 0; j < low.Length; j++)
                    {
                        // A sum doubles in each of the eight layers at most: below 256 q < 2^31.
                        int t = low[j];
                        low[j] = t + high[j];
                        high[j] = Times(t - high[j], zeta, quotient);
                    }
                }
            }

            foreach (ref int a in w[..(N / 2)]) a = Times(a, MLDsaZetas.Scale, MLDsaZetas.QuotientOfScale);
        }
    }

    public static void InnerProduct(Span<int> sum, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        unchecked
        {
            for (int i = 0; i < N; i++)
            {
                long total = 0;
                for (int j = i; j < b.Length; j += N) total += (long)a[j] * b[j];
                sum[i] = MontgomeryReduce(total);
            }
        }
    }

    // a / 2^32 mod q, below q in magnitude, for |a| ≤ q · 2^31.
    private static int MontgomeryReduce(long a) =>
        unchecked((int)((a - ((long)((int)a * MLDsaRing.QInverse) * Q)) >> 32));

    // MLDsaZetas says why.
    private static int Times(int a, int zeta, int quotient) =>
        unchecked((a * zeta) - ((int)(((long)a * quotient) >> 32) * Q));
}
