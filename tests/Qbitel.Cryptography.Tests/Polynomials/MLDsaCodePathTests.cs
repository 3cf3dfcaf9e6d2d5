using System.Runtime.Intrinsics.X86;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Polynomials;

/// <summary>Each kernel of ML-DSA against its scalar form, in one process; a form the processor lacks skips.</summary>
public sealed class MLDsaCodePathTests
{
    private const int N = MLDsaRing.N;
    private const int Q = MLDsaRing.Q;

    public static readonly TheoryData<string> VectorPaths = ["AVX2", "AVX-512"];

    [Theory, MemberData(nameof(VectorPaths))]
    public void Transforms_agree_to_the_last_bit(string path)
    {
        Require(path);
        foreach (int[] f in Polynomials())
        {
            int[] expected = [.. f], actual = [.. f];
            MLDsaRingScalar.Ntt(expected);
            if (path == "AVX2") MLDsaRingAvx2.Ntt(actual);
            else MLDsaRingAvx512.Ntt(actual);
            Assert.Equal(expected, actual);
            Assert.All(actual, a => Assert.InRange(a, -10L * Q, 10L * Q));

            (expected, actual) = ([.. f], [.. f]);
            MLDsaRingScalar.InverseNtt(expected);
            if (path == "AVX2") MLDsaRingAvx2.InverseNtt(actual);
            else MLDsaRingAvx512.InverseNtt(actual);
            Assert.Equal(expected, actual);
            Assert.All(actual, a => Assert.InRange(a, 1 - Q, (5 * (long)Q / 4) - 1));
        }
    }

    [Theory, MemberData(nameof(VectorPaths))]
    public void Inner_products_agree_to_the_last_bit(string path)
    {
        Require(path);
        int[][] all = [.. Polynomials()];
        for (int terms = 1; terms <= 8; terms++)
        {
            int[] a = [.. all.Take(terms).SelectMany(f => f)], b = [.. all.TakeLast(terms).SelectMany(f => f)];
            int[] expected = new int[N], actual = new int[N];
            MLDsaRingScalar.InnerProduct(expected, a, b);
            if (path == "AVX2") MLDsaRingAvx2.InnerProduct(actual, a, b);
            else MLDsaRingAvx512.InnerProduct(actual, a, b);
            Assert.Equal(expected, actual);
        }
    }

    // A single coefficient takes the scalar way through the same method as eight take the other.
    [Fact]
    public void Elementwise_kernels_agree()
    {
        Require("AVX2");
        foreach (int[] f in Polynomials())
        {
            int[] g = [.. f.Reverse()];
            Agree(f, (a, i) => MLDsaRing.Reduce(a));
            Agree(f, (a, i) => MLDsaRing.Canonicalize(a));
            Agree(f, (a, i) => MLDsaRing.Add(a, g.AsSpan(i, a.Length)));
            Agree(f, (a, i) => MLDsaRing.Add(a, g.AsSpan(i, a.Length), 1));
            Agree(f, (a, i) => MLDsaRing.Subtract(a, g.AsSpan(i, a.Length), 1));
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(99, true)]
    [InlineData(-99, true)]
    [InlineData(100, false)]
    [InlineData(-100, false)]
    public void Sums_and_differences_are_below_a_bound_or_not(int coefficient, bool isBelow)
    {
        for (int place = 0; place < N; place++)
        {
            int[] f = new int[N], g = new int[N];
            f[place] = 1000;
            g[place] = coefficient - 1000;
            Assert.Equal(isBelow, MLDsaRing.Add(f, g, 100));
            f[place] = 1000 + Q;
            g[place] = 1000 - coefficient;
            Assert.Equal(isBelow, MLDsaRing.Subtract(f, g, 100));
            Assert.Equal(coefficient, f[place]);
        }
    }

    [Theory]
    [InlineData((Q - 1) / 88)]
    [InlineData((Q - 1) / 32)]
    public void Rounding_agrees_for_every_element_of_the_field(int gamma2)
    {
        const int chunk = 8192;
        int[] r = new int[chunk], low = new int[chunk], high = new int[chunk], t1 = new int[chunk], t0 = new int[chunk];
        int[] used = new int[chunk];
        byte[] hints = new byte[chunk];
        for (int start = 0; start < Q; start += chunk)
        {
            for (int i = 0; i < chunk; i++)
            {
                r[i] = Math.Min(start + i, Q - 1);
                hints[i] = (byte)(i / 3 % 2);
            }

            MLDsaRounding.Power2Round(r, t1, t0);
            r.CopyTo(low, 0);
            MLDsaRounding.Decompose(low, gamma2, high);
            r.CopyTo(used, 0);
            MLDsaRounding.UseHints(hints, used, gamma2);
            for (int i = 0; i < chunk; i++)
            {
                int top = (r[i] + 4095) >> 13;
                if (t1[i] != top || t0[i] != r[i] - (top << 13)
                    || high[i] != MLDsaRounding.Decompose(r[i], gamma2, out int expected) || low[i] != expected
                    || used[i] != MLDsaRounding.UseHint(hints[i], r[i], gamma2))
                {
                    Assert.Fail($"r = {r[i]}: {t1[i]} {t0[i]} {high[i]} {low[i]} {used[i]}");
                }
            }
        }
    }

    [Theory]
    [InlineData((Q - 1) / 88)]
    [InlineData((Q - 1) / 32)]
    public void Hints_are_where_the_high_bits_change(int gamma2)
    {
        int[] edges = [-gamma2 - 2, -gamma2 - 1, -gamma2, -gamma2 + 1, -1, 0, 1, gamma2 - 1, gamma2, gamma2 + 1,
            (2 * gamma2) - 1];
        int[] low = [.. Enumerable.Range(0, 24 * edges.Length).Select(i => edges[i % edges.Length])];
        int[] high = [.. Enumerable.Range(0, low.Length).Select(i => i / edges.Length % ((Q - 1) / (2 * gamma2)))];
        byte[] expected = new byte[low.Length], hints = new byte[low.Length];
        for (int i = 0; i < low.Length; i++)
        {
            int r = ((high[i] * 2 * gamma2) + low[i] + Q) % Q;
            expected[i] = MLDsaRounding.Decompose(r, gamma2, out _) == high[i] ? (byte)0 : (byte)1;
        }

        Assert.Equal(expected.Count(h => h == 1), MLDsaRounding.MakeHints(high, low, gamma2, hints));
        Assert.Equal(expected, hints);
        for (int i = 0; i < low.Length; i++)
        {
            Assert.Equal(expected[i], MLDsaRounding.MakeHints(high.AsSpan(i, 1), low.AsSpan(i, 1), gamma2, hints));
            Assert.Equal(expected[i], hints[0]);
        }
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(4, 0)]
    [InlineData(6, 0)]
    [InlineData(10, 0)]
    [InlineData(13, 4096)]
    [InlineData(18, 1 << 17)]
    [InlineData(20, 1 << 19)]
    public void Encodings_agree_and_stay_inside_their_spans(int bits, int top)
    {
        byte[] source = Stream(32 * bits * 2), packed = new byte[source.Length + 1];
        int[] expected = new int[2 * N], f = new int[2 * N];
        BitReader reader = new(source);
        for (int i = 0; i < f.Length; i++)
            expected[i] = top == 0 ? (int)reader.Read(bits) : top - (int)reader.Read(bits);

        if (top == 0) MLDsaEncoding.Unpack(source, bits, f);
        else MLDsaEncoding.UnpackFrom(top, source, bits, f);
        Assert.Equal(expected, f);

        packed[^1] = 0xA5;
        if (top == 0) MLDsaEncoding.Pack(f, bits, packed);
        else MLDsaEncoding.PackFrom(top, f, bits, packed);
        Assert.Equal(source, packed[..^1]);
        Assert.Equal(0xA5, packed[^1]);
    }

    [Fact]
    public void Numbers_below_q_are_taken_in_their_order()
    {
        Require("AVX2");
        for (int round = 0; round < 200; round++)
        {
            // Of three bytes in a row, most are of the numbers from q on; in some streams nearly all.
            byte[] stream = Stream(840, round);
            for (int i = 0; i < stream.Length; i += 3)
            {
                if (stream[i] % 100 < round / 2) stream.AsSpan(i, 3).Fill(0xFF);
            }

            foreach (int length in (ReadOnlySpan<int>)[N, 9, 8, 7, 1, 0])
            {
                List<int> expected = [];
                for (int i = 0; i < stream.Length && expected.Count < length; i += 3)
                {
                    int z = stream[i] | (stream[i + 1] << 8) | ((stream[i + 2] & 0x7F) << 16);
                    if (z < Q) expected.Add(z);
                }

                int[] a = new int[length];
                int count = MLDsaSamplingAvx2.TakeBelowQ(stream, a);
                Assert.Equal(expected, a[..count]);
            }
        }
    }

    // FIPS 204, Algorithm 31, as it is written.
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Secrets_are_those_of_the_standards_algorithm(int eta)
    {
        int[] actual = new int[15 * N];
        for (int round = 0; round < 20; round++)
        {
            byte[] rho = Stream(64, round);
            MLDsaSampling.ExpandSecret(actual, eta, rho);
            for (int i = 0; i < 15; i++)
            {
                List<int> expected = [];
                byte[] stream = new byte[1000];
                Fips202.Shake256(stream, rho, [(byte)i, 0]);
                foreach (int half in stream.SelectMany(b => (int[])[b & 15, b >> 4]))
                {
                    if (eta == 2 && half < 15) expected.Add(2 - (half % 5));
                    if (eta == 4 && half < 9) expected.Add(4 - half);
                }

                Assert.Equal(expected.Take(N), actual[(i * N)..((i + 1) * N)]);
            }
        }
    }

    // FIPS 204, Algorithms 30 and 34, as they are written.
    [Fact]
    public void The_matrix_and_the_mask_are_those_of_the_standards_algorithms()
    {
        byte[] rho = Stream(32), maskSeed = Stream(64), stream = new byte[2000];
        int[] matrix = new int[6 * 6 * N], mask = new int[4 * N];
        MLDsaSampling.ExpandMatrix(matrix, 6, 5, 6, rho);
        for (int i = 0; i < 30; i++)
        {
            Fips202.Shake128(stream, rho, [(byte)(i % 5), (byte)(i / 5)]);
            IEnumerable<int> expected = stream.Chunk(3).Where(b => b.Length == 3)
                .Select(b => b[0] | (b[1] << 8) | ((b[2] & 0x7F) << 16)).Where(z => z < Q).Take(N);
            Assert.Equal(expected, matrix.Skip(((i / 5 * 6) + (i % 5)) * N).Take(N));
        }

        foreach (MLDsaParameters set in MLDsaParameters.All)
        {
            MLDsaSampling.ExpandMask(mask, set, maskSeed, 254); // the second byte of the nonce changes among these
            for (int i = 0; i < 4; i++)
            {
                Fips202.Shake256(stream, maskSeed, [(byte)((254 + i) & 0xFF), (byte)((254 + i) >> 8)]);
                BitReader reader = new(stream);
                for (int j = 0; j < N; j++) Assert.Equal(set.Gamma1 - (int)reader.Read(set.ZBits), mask[(i * N) + j]);
            }
        }
    }

    private static void Agree(int[] f, Action<Span<int>, int> kernel)
    {
        int[] expected = [.. f], actual = [.. f];
        for (int i = 0; i < N; i++) kernel(expected.AsSpan(i, 1), i);
        kernel(actual, 0);
        Assert.Equal(expected, actual);
    }

    private static void Require(string path)
    {
        if (path == "AVX2") Assert.SkipUnless(Avx2.IsSupported, "this processor, or a switch, has no AVX2");
        else Assert.SkipUnless(CodePath.IsAvx512, "this processor, or a switch, has no AVX-512");
    }

    private static IEnumerable<int[]> Polynomials()
    {
        foreach (int value in (int[])[0, 1, -1, Q - 1, 1 - Q, Q / 2]) yield return [.. Enumerable.Repeat(value, N)];
        yield return [.. Enumerable.Range(0, N).Select(i => i % 2 == 0 ? Q - 1 : 1 - Q)];
        yield return [.. Enumerable.Range(0, N).Select(i => i < N / 2 ? Q - 1 : 1 - Q)];
        for (int round = 0; round < 50; round++)
        {
            byte[] stream = Stream(4 * N, round);
            yield return [.. Enumerable.Range(0, N).Select(i => BitConverter.ToInt32(stream, 4 * i) % Q)];
        }
    }

    private static byte[] Stream(int size, int number = 0)
    {
        byte[] stream = new byte[size];
        Fips202.Shake128(stream, BitConverter.GetBytes(number));
        return stream;
    }
}
