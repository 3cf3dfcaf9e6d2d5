using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Polynomials;

public sealed class MLDsaRingTests
{
    private const int N = MLDsaRing.N;
    private const int Q = MLDsaRing.Q;

    [Fact]
    public void Products_of_transforms_are_products_of_polynomials() =>
        Prop.ForAll<int, int>((a, b) =>
        {
            int[] f = Polynomial(a), g = Polynomial(b);
            return Multiply([f], [g]).SequenceEqual(Schoolbook(f, g));
        }).QuickCheckThrowOnFailure();

    // The sums before reduction are largest here: nothing may overflow for l = 7.
    [Fact]
    public void An_inner_product_of_extremes_is_exact()
    {
        foreach (int value in (ReadOnlySpan<int>)[Q - 1, -(Q - 1), Q / 2, 1])
        {
            int[] f = [.. Enumerable.Repeat(value, N)], g = [.. Enumerable.Repeat(Q - 1, N)];
            int[] one = Schoolbook(f, g);
            Assert.Equal(one.Select(c => (int)(7L * c % Q)),
                Multiply([.. Enumerable.Repeat(f, 7)], [.. Enumerable.Repeat(g, 7)]));
        }
    }

    // Every coefficient q - 1 makes the sums of the inverse transform as large as they get.
    [Fact]
    public void InverseNtt_undoes_ntt_for_the_largest_sums()
    {
        int[] one = new int[N], f = [.. Enumerable.Repeat(Q - 1, N)];
        one[0] = 1;
        MLDsaRing.Ntt(one);
        MLDsaRing.Multiply(f, f, one); // f / R
        MLDsaRing.InverseNtt(f);
        MLDsaRing.Canonicalize(f);
        Assert.Equal(Q - 1, f[0]); // a constant transform is a constant polynomial
        Assert.All(f[1..], c => Assert.Equal(0, c));
    }

    [Fact]
    public void Reduce_and_canonicalize_keep_the_residue()
    {
        const int half = 1 << 22;
        int[] extremes =
            [0, 1, -1, Q, -Q, Q - 1, 1 - Q, half - 1, half, -half, int.MaxValue - half, int.MinValue + half];
        int[] reduced = [.. extremes], canonical = [.. extremes];
        MLDsaRing.Reduce(reduced);
        MLDsaRing.Canonicalize(canonical);
        Assert.All(extremes.Zip(reduced, canonical), t =>
        {
            Assert.Equal(((t.First % Q) + Q) % Q, t.Third);
            Assert.Equal(t.Third, ((t.Second % Q) + Q) % Q);
            Assert.InRange(t.Second, -6291456, 6291456);
        });
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(99, true)]
    [InlineData(-99, true)]
    [InlineData(100, false)]
    [InlineData(-100, false)]
    [InlineData(int.MaxValue, false)]
    [InlineData(-int.MaxValue, false)]
    public void IsBelow_is_strict_on_both_sides(int coefficient, bool isBelow)
    {
        int[] f = new int[N];
        f[N - 1] = coefficient;
        Assert.Equal(isBelow, MLDsaRing.IsBelow(f, 100));
    }

    private static int[] Multiply(int[][] f, int[][] g)
    {
        int[] a = [.. f.SelectMany(Transform)], b = [.. g.SelectMany(Transform)], product = new int[N];
        MLDsaRing.InnerProduct(product, a, b);
        MLDsaRing.InverseNtt(product);
        MLDsaRing.Canonicalize(product);
        return product;

        static int[] Transform(int[] polynomial)
        {
            int[] transformed = [.. polynomial];
            MLDsaRing.Ntt(transformed);
            return transformed;
        }
    }

    private static int[] Schoolbook(int[] f, int[] g)
    {
        Int128[] product = new Int128[N];
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < N; j++)
            {
                Int128 term = f[i] * (long)g[j];
                product[(i + j) % N] += i + j < N ? term : -term; // X^256 = -1
            }
        }

        return [.. product.Select(c => (int)(((c % Q) + Q) % Q))];
    }

    private static int[] Polynomial(int seed) =>
        [.. Enumerable.Range(0, N).Select(i => (int)((((seed + 1L) * (i + 3) * (i + 11) % Q * 5003) + Q) % Q))];
}
