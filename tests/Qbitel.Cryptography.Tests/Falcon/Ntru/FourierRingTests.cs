using Qbitel.Cryptography.Falcon.Ntru;

namespace Qbitel.Cryptography.Tests.Falcon.Ntru;

public sealed class FourierRingTests
{
    public static readonly TheoryData<int> Degrees = [2, 4, 8, 16, 32, 64, 128, 256, 512];

    [Fact]
    public void Roots_are_the_doubles_nearest_to_the_true_values()
    {
        Assert.Equal(1, ComplexRoots.Real[0]);
        Assert.Equal(0, ComplexRoots.Imaginary[0]);
        Assert.Equal(0, ComplexRoots.Real[1]);
        Assert.Equal(1, ComplexRoots.Imaginary[1]);
        Assert.Equal(0.70710678118654752440, ComplexRoots.Real[2]);
        Assert.Equal(0.70710678118654752440, ComplexRoots.Imaginary[2]);
        Assert.Equal(0.99998117528260111, ComplexRoots.Real[256]); // cos(π/512)
        Assert.Equal(0.0061358846491544753, ComplexRoots.Imaginary[256]);
        for (int k = 0; k < 512; k++)
        {
            int reversed = 0;
            for (int bit = 0; bit < 9; bit++) reversed |= ((k >> bit) & 1) << (8 - bit);
            (double sin, double cos) = Math.SinCos(Math.PI * reversed / 512);

            // The angle is rounded, and the functions may be off in the last place.
            Assert.Equal(cos, ComplexRoots.Real[k], 6e-16);
            Assert.Equal(sin, ComplexRoots.Imaginary[k], 6e-16);
        }
    }

    [Theory, MemberData(nameof(Degrees))]
    public void Values_multiply_as_the_polynomials_do(int n)
    {
        Random random = new(n);
        int[] a = Small(random, n), b = Small(random, n);
        double[] x = [.. a], y = [.. b];
        FourierRing.Transform(x);
        FourierRing.Transform(y);
        FourierRing.Multiply(x, y);
        FourierRing.Inverse(x);

        for (int i = 0; i < n; i++)
        {
            long expected = 0;
            for (int j = 0; j < n; j++) expected += (long)a[j] * (j <= i ? b[i - j] : -b[n + i - j]);
            Assert.Equal(expected, x[i], 1e-6);
        }
    }

    [Theory, MemberData(nameof(Degrees))]
    public void Merge_undoes_Split_and_the_halves_are_the_even_and_odd_coefficients(int n)
    {
        int[] f = Small(new Random(n), n);
        double[] values = [.. f], merged = new double[n], even = new double[n / 2], odd = new double[n / 2];
        FourierRing.Transform(values);
        FourierRing.Split(values, even, odd);
        FourierRing.Merge(merged, even, odd);
        Assert.All(Enumerable.Range(0, n), i => Assert.Equal(values[i], merged[i], 1e-9));

        FourierRing.Inverse(even);
        FourierRing.Inverse(odd);
        for (int i = 0; i < n / 2; i++)
        {
            Assert.Equal(f[2 * i], even[i], 1e-9);
            Assert.Equal(f[(2 * i) + 1], odd[i], 1e-9);
        }
    }

    // One operation after the other, without vectors: what the reference's order of operations gives.
    [Theory, MemberData(nameof(Degrees))]
    public void Vectors_round_exactly_as_one_number_after_the_other(int n)
    {
        Random random = new(n);
        double[] f = [.. Enumerable.Range(0, n).Select(_ => (random.NextDouble() - 0.5) * 1e6)];
        double[] g = [.. Enumerable.Range(0, n).Select(_ => (random.NextDouble() - 0.5) * 1e3)];
        int half = n / 2, quarter = n / 4;

        double[] expected = [.. f], actual = [.. f];
        for (int m = 2, t = half; m < n; m <<= 1, t >>= 1)
        {
            for (int i = 0; i < m / 2; i++)
            {
                for (int j = i * t; j < (i * t) + (t / 2); j++)
                {
                    (double re, double im) = Times(
                        expected[j + (t / 2)], expected[j + (t / 2) + half],
                        ComplexRoots.Real[m + i], ComplexRoots.Imaginary[m + i]);
                    (expected[j], expected[j + (t / 2)]) = (expected[j] + re, expected[j] - re);
                    double sum = expected[j + half] + im, difference = expected[j + half] - im;
                    (expected[j + half], expected[j + (t / 2) + half]) = (sum, difference);
                }
            }
        }

        FourierRing.Transform(actual);
        Assert.Equal(expected, actual);

        for (int i = 0; i < half; i++)
            (expected[i], expected[i + half]) = Times(expected[i], expected[i + half], g[i], g[i + half]);
        FourierRing.Multiply(actual, g);
        Assert.Equal(expected, actual);

        double[] even = new double[half], odd = new double[half], merged = new double[n];
        FourierRing.Split(actual, even, odd);
        FourierRing.Merge(merged, even, odd);
        double[] expectedMerged = new double[n];
        for (int i = 0; i < quarter; i++)
        {
            double sRe = ComplexRoots.Real[half + i], sIm = ComplexRoots.Imaginary[half + i];
            Assert.Equal((expected[2 * i] + expected[(2 * i) + 1]) * 0.5, even[i]);
            Assert.Equal((expected[(2 * i) + half] + expected[(2 * i) + 1 + half]) * 0.5, even[i + quarter]);
            (double re, double im) = Times(
                expected[2 * i] - expected[(2 * i) + 1],
                expected[(2 * i) + half] - expected[(2 * i) + 1 + half], sRe, -sIm);
            Assert.Equal((re * 0.5, im * 0.5), (odd[i], odd[i + quarter]));

            (re, im) = Times(odd[i], odd[i + quarter], sRe, sIm);
            (expectedMerged[2 * i], expectedMerged[(2 * i) + 1]) = (even[i] + re, even[i] - re);
            expectedMerged[(2 * i) + half] = even[i + quarter] + im;
            expectedMerged[(2 * i) + 1 + half] = even[i + quarter] - im;
        }

        if (n > 2) Assert.Equal(expectedMerged, merged);

        for (int m = n, t = 1; m > 2; m >>= 1, t <<= 1)
        {
            for (int i = 0; i * 2 * t < half; i++)
            {
                for (int j = i * 2 * t; j < (i * 2 * t) + t; j++)
                {
                    (double re, double im) = Times(
                        expected[j] - expected[j + t], expected[j + half] - expected[j + t + half],
                        ComplexRoots.Real[(m / 2) + i], -ComplexRoots.Imaginary[(m / 2) + i]);
                    expected[j] += expected[j + t];
                    expected[j + half] += expected[j + t + half];
                    (expected[j + t], expected[j + t + half]) = (re, im);
                }
            }
        }

        for (int i = 0; i < n; i++) expected[i] *= 2.0 / n;
        FourierRing.Inverse(actual);
        Assert.Equal(expected, actual);
    }

    private static (double Re, double Im) Times(double aRe, double aIm, double bRe, double bIm) =>
        ((aRe * bRe) - (aIm * bIm), (aRe * bIm) + (aIm * bRe));

    private static int[] Small(Random random, int n) => [.. Enumerable.Range(0, n).Select(_ => random.Next(-100, 101))];
}
