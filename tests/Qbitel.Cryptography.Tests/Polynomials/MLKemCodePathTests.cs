using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Polynomials;

/// <summary>Each kernel of ML-KEM against its scalar form, in one process; a form the processor lacks skips.</summary>
public sealed class MLKemCodePathTests
{
    private const int N = MLKemRing.N;
    private const int Q = MLKemRing.Q;

    public static readonly TheoryData<string> VectorPaths = ["AVX2", "AVX-512"];

    [Theory, MemberData(nameof(VectorPaths))]
    public void Transforms_agree(string path)
    {
        Require(path);
        foreach (short[] f in Polynomials())
        {
            short[] expected = [.. f], actual = [.. f];
            MLKemRingScalar.Ntt(expected);
            if (path == "AVX2") MLKemRingAvx2.Ntt(actual);
            else MLKemRingAvx512.Ntt(actual);
            Assert.Equal(expected.Select(Canonical), actual.Select(Canonical));
            Assert.All(actual, a => Assert.InRange(a, -Q / 2, Q / 2));

            (expected, actual) = ([.. f], [.. f]);
            MLKemRingScalar.InverseNtt(expected);
            if (path == "AVX2") MLKemRingAvx2.InverseNtt(actual);
            else MLKemRingAvx512.InverseNtt(actual);
            Assert.Equal(expected.Select(Canonical), actual.Select(Canonical));
            Assert.All(actual, a => Assert.InRange(a, 1 - Q, Q - 1));
        }
    }

    [Theory, MemberData(nameof(VectorPaths))]
    public void Products_agree(string path)
    {
        Require(path);
        short[][] all = [.. Polynomials()];
        for (int k = 1; k <= 4; k++)
        {
            short[] a = [.. all.Take(k * k).SelectMany(f => f)], expected = new short[N], actual = new short[N];
            short[] expectedOperands = new short[k * MLKemRing.OperandSize],
                operands = new short[k * MLKemRing.OperandSize];
            for (int j = 0; j < k; j++)
            {
                short[] b = [.. all[^(j + 1)]];
                MLKemRingScalar.Ntt(b);
                MLKemRingScalar.PrepareOperand(b, expectedOperands.AsSpan(j * MLKemRing.OperandSize));
                Span<short> operand = operands.AsSpan(j * MLKemRing.OperandSize);
                if (path == "AVX2") MLKemRingAvx2.PrepareOperand(b, operand);
                else MLKemRingAvx512.PrepareOperand(b, operand);

                short[] restored = new short[N];
                MLKemRing.RestoreOperand(operand, restored);
                Assert.Equal(b, restored);
            }

            Assert.Equal(expectedOperands.Select(Canonical), operands.Select(Canonical));
            foreach (int stride in (ReadOnlySpan<int>)[N, k * N])
            {
                MLKemRingScalar.InnerProduct(expected, a, stride, expectedOperands);
                if (path == "AVX2") MLKemRingAvx2.InnerProduct(actual, a, stride, operands);
                else MLKemRingAvx512.InnerProduct(actual, a, stride, operands);
                Assert.Equal(expected.Select(Canonical), actual.Select(Canonical));
            }
        }
    }

    [Fact]
    public void Sums_and_factors_agree()
    {
        Require("AVX2");
        short[][] all = [.. Polynomials()];
        for (int i = 1; i < all.Length; i++)
        {
            Agree(f => MLKemRingScalar.Add(f, all[i - 1]), f => MLKemRingAvx2.Add(f, all[i - 1]));
            Agree(f => MLKemRingScalar.SubtractFrom(f, all[i - 1]), f => MLKemRingAvx2.SubtractFrom(f, all[i - 1]));
            Agree(f => MLKemRingScalar.TimesR(f), f => MLKemRingAvx2.Multiply(f, MLKemRing.RSquared));
            Agree(f => MLKemRingScalar.DivideByR(f), f => MLKemRingAvx2.Multiply(f, 1));

            void Agree(Action<short[]> scalar, Action<short[]> vector)
            {
                short[] expected = [.. all[i]], actual = [.. all[i]];
                scalar(expected);
                vector(actual);
                Assert.Equal(expected.Select(Canonical), actual.Select(Canonical));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(11)]
    public void Compression_agrees_for_every_coefficient(int d)
    {
        Require("AVX2");
        byte[] expected = new byte[32 * d], actual = new byte[32 * d];
        short[] f = new short[N], g = new short[N];
        for (int x = 1 - Q; x < Q; x++)
        {
            for (int i = 0; i < N; i++) f[i] = (short)(((x + Q + (i * 13)) % ((2 * Q) - 1)) + 1 - Q);
            MLKemEncodingScalar.Compress(f, d, expected);
            MLKemEncodingAvx2.Compress(f, d, actual);
            Assert.Equal(expected, actual);

            MLKemEncodingScalar.Decompress(expected, d, f);
            MLKemEncodingAvx2.Decompress(expected, d, g);
            Assert.Equal(f, g);
        }
    }

    [Fact]
    public void Encodings_in_12_bits_agree()
    {
        Require("AVX2");
        foreach (short[] f in Polynomials())
        {
            byte[] expected = new byte[768], actual = new byte[768];
            short[] two = [.. f, .. f.Reverse()], g = new short[2 * N];
            MLKemEncodingScalar.Encode12(two, expected);
            MLKemEncodingAvx2.Encode12(two, actual);
            Assert.Equal(expected, actual);
            Assert.True(MLKemEncodingAvx2.TryDecode12(actual, g));
            Assert.Equal(two.Select(Canonical), g.Select(a => (int)a));
        }
    }

    [Fact]
    public void A_coefficient_of_q_or_more_is_refused_wherever_it_is()
    {
        Require("AVX2");
        foreach (int value in (ReadOnlySpan<int>)[Q, Q + 1, 4095])
        {
            for (int i = 0; i < 3 * N; i++)
            {
                byte[] bytes = new byte[3 * 384];
                bytes[i / 2 * 3 + (i & 1)] |= (byte)(value << (4 * (i & 1)) & 0xFF);
                bytes[i / 2 * 3 + (i & 1) + 1] |= (byte)(value >> (8 - (4 * (i & 1))));
                Assert.False(MLKemEncodingAvx2.TryDecode12(bytes, new short[3 * N]));
                Assert.False(MLKemEncodingScalar.TryDecode12(bytes, new short[3 * N]));
            }
        }
    }

    [Fact]
    public void Noise_agrees()
    {
        Require("AVX2");
        for (int seed = 0; seed < 100; seed++)
        {
            byte[] bytes = Bytes(seed, 192);
            short[] expected = new short[N], actual = new short[N];
            MLKemSampling.SampleCbd2(expected, bytes);
            MLKemNoiseAvx2.SampleCbd2(actual, bytes);
            Assert.Equal(expected, actual);
            MLKemSampling.SampleCbd3(expected, bytes);
            MLKemNoiseAvx2.SampleCbd3(actual, bytes);
            Assert.Equal(expected, actual);
        }
    }

    [Theory, MemberData(nameof(VectorPaths))]
    public void Rejection_agrees_block_by_block(string path)
    {
        Require(path);
        Assert.SkipWhen(path == "AVX-512" && !MLKemRejectionAvx512.IsSupported, "this processor has no VBMI2");
        for (int seed = 0; seed < 300; seed++)
        {
            byte[] stream = Bytes(seed, 504 + MLKemRejectionAvx512.Slack);
            if (seed % 3 == 0) stream.AsSpan(100, 200).Fill(0xFF); // many rejections, so that one block is not enough
            short[] expected = new short[N], actual = new short[N];
            int expectedCount = 0, count = 0;
            foreach (int size in (ReadOnlySpan<int>)[504, 168, 168, 168])
            {
                expectedCount = MLKemSampling.Accept(stream.AsSpan(0, size), expected, expectedCount);
                count = path == "AVX2"
                    ? MLKemRejectionAvx2.Accept(stream, size, actual, count)
                    : MLKemRejectionAvx512.Accept(stream, size, actual, count);
                Assert.Equal(expectedCount, count);
                Assert.Equal(expected[..count], actual[..count]);
            }
        }
    }

    private static void Require(string path) => Assert.SkipUnless(
        path == "AVX2" ? CodePath.IsAvx2 : CodePath.IsAvx512, $"this process has no {path}");

    // Extremes first: constants at both ends of what a kernel accepts, then streams of anything between.
    private static IEnumerable<short[]> Polynomials()
    {
        foreach (int value in (int[])[0, 1, Q - 1, 1 - Q, Q / 2, -Q / 2])
            yield return [.. Enumerable.Repeat((short)value, N)];

        yield return [.. Enumerable.Range(0, N).Select(i => (short)(i % 2 == 0 ? Q - 1 : 1 - Q))];
        for (int seed = 0; seed < 40; seed++)
        {
            byte[] bytes = Bytes(seed, 2 * N);
            yield return [.. Enumerable.Range(0, N)
                .Select(i => (short)((BitConverter.ToUInt16(bytes, 2 * i) % ((2 * Q) - 1)) + 1 - Q))];
        }
    }

    private static byte[] Bytes(int seed, int size)
    {
        byte[] bytes = new byte[size];
        Fips202.Shake128(bytes, BitConverter.GetBytes(seed));
        return bytes;
    }

    private static int Canonical(short a) => ((a % Q) + Q) % Q;
}
