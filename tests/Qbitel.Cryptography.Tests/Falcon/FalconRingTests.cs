using Qbitel.Cryptography.Falcon;

namespace Qbitel.Cryptography.Tests.Falcon;

public sealed class FalconRingTests
{
    private const int N = FalconRing.N;
    private const int Q = (int)FalconRing.Q;

    [Fact]
    public void Values_multiply_as_the_polynomials_do()
    {
        Random random = new(1);
        foreach (uint top in (uint[])[1, 2, FalconRing.Q])
        {
            uint[] a = Below(random, top), b = Below(random, top), x = [.. a], y = [.. b];
            if (top == 1) (x[3], a[3]) = (FalconRing.Q - 1, FalconRing.Q - 1);
            if (top == 1) (y[511], b[511]) = (FalconRing.Q - 1, FalconRing.Q - 1);
            FalconRing.Transform(x);
            FalconRing.Transform(y);
            FalconRing.ToMontgomery(y);
            FalconRing.Multiply(x, y);
            FalconRing.Inverse(x);

            long[] expected = new long[N];
            for (int i = 0; i < N; i++)
                for (int j = 0; j < N; j++) expected[(i + j) % N] += (i + j < N ? 1 : -1) * (long)a[i] * b[j];
            Assert.Equal(expected.Select(value => (uint)(((value % Q) + Q) % Q)), x);
        }
    }

    [Fact]
    public void TryInvert_finds_every_inverse_and_reports_a_zero()
    {
        for (uint start = 1; start < FalconRing.Q; start += N)
        {
            uint[] values = [.. Enumerable.Range(0, N).Select(i => ((start + (uint)i - 1) % (FalconRing.Q - 1)) + 1)];
            uint[] inverses = [.. values];
            Assert.True(FalconRing.TryInvert(inverses));
            for (int i = 0; i < N; i++) Assert.Equal(1u, values[i] * inverses[i] % FalconRing.Q);
        }

        uint[] withZero = [.. Enumerable.Repeat(5u, N)];
        withZero[N - 1] = 0;
        Assert.False(FalconRing.TryInvert(withZero));
    }

    [Fact]
    public void Residues_and_signed_numbers_correspond()
    {
        for (int value = -(Q - 1) / 2; value <= (Q - 1) / 2; value++)
        {
            uint residue = FalconRing.FromSigned(value);
            Assert.Equal((uint)((value + Q) % Q), residue);
            Assert.Equal(value, FalconRing.ToSigned(residue));
        }
    }

    private static uint[] Below(Random random, uint top) =>
        [.. Enumerable.Range(0, N).Select(_ => (uint)random.NextInt64(top))];
}
