using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Polynomials;

public sealed class MLKemRingTests
{
    private const int N = MLKemRing.N;
    private const int Q = MLKemRing.Q;

    [Fact]
    public void Products_of_transforms_are_products_of_polynomials() =>
        Prop.ForAll<int, int>((a, b) =>
        {
            short[] f = Polynomial(a), g = Polynomial(b);
            return Multiply([f], [g]).SequenceEqual(Schoolbook(f, g));
        }).QuickCheckThrowOnFailure();

    // The sums before reduction are largest here: nothing may overflow for k = 4.
    [Fact]
    public void An_inner_product_of_extremes_is_exact()
    {
        foreach (int value in (ReadOnlySpan<int>)[Q - 1, -(Q - 1), Q / 2, 1])
        {
            short[] f = [.. Enumerable.Repeat((short)value, N)], g = [.. Enumerable.Repeat((short)(Q - 1), N)];
            int[] one = Schoolbook(f, g);
            Assert.Equal(one.Select(c => 4 * c % Q), Multiply([f, f, f, f], [g, g, g, g]));
        }
    }

    [Fact]
    public void InverseNtt_undoes_ntt_but_for_the_factor_r()
    {
        short[] f = Polynomial(7), again = [.. f];
        MLKemRing.Ntt(again);
        MLKemRing.DivideByR(again);
        MLKemRing.InverseNtt(again);
        Assert.Equal(f.Select(Canonical), again.Select(Canonical));
    }

    [Fact]
    public void TimesR_and_DivideByR_undo_each_other()
    {
        short[] f = [.. Enumerable.Range(0, Q).Select(a => (short)a)], again = [.. f];
        MLKemRing.TimesR(again);
        MLKemRing.DivideByR(again);
        Assert.Equal(f, again.Select(a => (short)Canonical(a)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(-2, true)]
    [InlineData(3, false)]
    [InlineData(-3, false)]
    [InlineData(Q - 2, true)]
    [InlineData(Q - 3, false)]
    [InlineData(2 - Q, true)]
    [InlineData(Q / 2, false)]
    public void IsShort_measures_the_distance_from_zero(int coefficient, bool isShort)
    {
        short[] f = new short[N];
        f[N - 1] = (short)coefficient;
        Assert.Equal(isShort, MLKemRing.IsShort(f, 2));
    }

    private static int[] Multiply(short[][] f, short[][] g)
    {
        short[] a = [.. f.SelectMany(Transform)], b = [.. g.SelectMany(Transform)];
        short[] operands = new short[2 * b.Length], product = new short[N];
        for (int i = 0; i < b.Length; i += N) MLKemRing.PrepareOperand(b.AsSpan(i, N), operands.AsSpan(2 * i));
        MLKemRing.InnerProduct(product, a, N, operands);
        MLKemRing.InverseNtt(product);
        return [.. product.Select(Canonical)];

        static short[] Transform(short[] polynomial)
        {
            short[] transformed = [.. polynomial];
            MLKemRing.Ntt(transformed);
            return transformed;
        }
    }

    private static int[] Schoolbook(short[] f, short[] g)
    {
        long[] product = new long[N];
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < N; j++)
            {
                long term = f[i] * (long)g[j];
                product[(i + j) % N] += i + j < N ? term : -term; // X^256 = -1
            }
        }

        return [.. product.Select(c => (int)(((c % Q) + Q) % Q))];
    }

    private static short[] Polynomial(int seed) =>
        [.. Enumerable.Range(0, N).Select(i => (short)(((seed + 1L) * (i + 3) * (i + 11) % Q + Q) % Q))];

    private static int Canonical(short a) => ((a % Q) + Q) % Q;
}
