namespace Qbitel.Cryptography.Polynomials;

/// <summary>The kernels of <see cref="MLKemRing"/> in plain integers, for any processor.</summary>
internal static class MLKemRingScalar
{
    private const int N = MLKemRing.N;
    private const int Q = MLKemRing.Q;
    private const int QInverse = MLKemRing.QInverse;
    private const int BarrettFactor = MLKemRing.BarrettFactor;

    public static void Ntt(Span<short> f)
    {
        unchecked
        {
            ReadOnlySpan<short> zetas = MLKemZetas.All;
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

    public static void InverseNtt(Span<short> f)
    {
        unchecked
        {
            ReadOnlySpan<short> zetas = MLKemZetas.All;
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

            for (int j = 0; j < f.Length; j++) f[j] = MontgomeryReduce(f[j] * MLKemRing.InverseFactor);
        }
    }

    public static void PrepareOperand(ReadOnlySpan<short> b, Span<short> operand)
    {
        unchecked
        {
            ReadOnlySpan<short> zetas = MLKemZetas.All[64..];
            for (int i = 0; i < N; i += 2)
            {
                int zeta = (i & 2) == 0 ? zetas[i >> 2] : -zetas[i >> 2];
                operand[i] = b[i];
                operand[i + 1] = MontgomeryReduce(zeta * b[i + 1]);
                operand[N + i] = b[i + 1];
                operand[N + i + 1] = b[i];
            }
        }
    }

    public static void InnerProduct(Span<short> h, ReadOnlySpan<short> a, int stride, ReadOnlySpan<short> operands)
    {
        unchecked
        {
            for (int i = 0; i < N; i += 2)
            {
                int even = 0, odd = 0;
                for (int left = i, right = i; right < operands.Length; left += stride, right += MLKemRing.OperandSize)
                {
                    int a0 = a[left], a1 = a[left + 1];
                    even += (a0 * operands[right]) + (a1 * operands[right + 1]);
                    odd += (a0 * operands[N + right]) + (a1 * operands[N + right + 1]);
                }

                h[i] = MontgomeryReduce(even);
                h[i + 1] = MontgomeryReduce(odd);
            }
        }
    }

    public static void TimesR(Span<short> f)
    {
        unchecked
        {
            for (int i = 0; i < f.Length; i++) f[i] = MontgomeryReduce(f[i] * MLKemRing.RSquared);
        }
    }

    public static void DivideByR(Span<short> f)
    {
        for (int i = 0; i < f.Length; i++) f[i] = MontgomeryReduce(f[i]);
    }

    public static void Add(Span<short> f, ReadOnlySpan<short> g)
    {
        unchecked
        {
            g = g[..f.Length];
            for (int i = 0; i < f.Length; i++) f[i] = BarrettReduce(f[i] + g[i]);
        }
    }

    public static void SubtractFrom(Span<short> f, ReadOnlySpan<short> g)
    {
        unchecked
        {
            g = g[..f.Length];
            for (int i = 0; i < f.Length; i++) f[i] = BarrettReduce(g[i] - f[i]);
        }
    }

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
}
