using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Polynomials;

public sealed class MLKemEncodingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(11)]
    public void Compress_is_exact_for_every_coefficient_and_undone_as_well_as_it_can_be(int d)
    {
        Span<byte> bytes = stackalloc byte[32 * d];
        Span<short> f = stackalloc short[MLKemRing.N];
        for (int x = 0; x < MLKemRing.Q; x++)
        {
            // round(2^d x / q), halves up, in whole numbers: floor((2^(d+1) x + q) / 2q)
            uint expected = (uint)(((x << (d + 1)) + MLKemRing.Q) / (2 * MLKemRing.Q)) % (1u << d);
            Assert.Equal(expected, MLKemEncodingScalar.Compress((uint)x, d));

            f.Fill((short)(x % 2 == 0 ? x : x - MLKemRing.Q)); // either representative
            MLKemEncoding.Compress(f, d, bytes);
            MLKemEncoding.Decompress(bytes, d, f);
            int distance = Math.Abs(f[255] - x);
            Assert.InRange(Math.Min(distance, MLKemRing.Q - distance), 0, (MLKemRing.Q + (1 << d)) >> (d + 1));
        }
    }

    [Fact]
    public void Encode12_and_decode12_undo_each_other()
    {
        short[] f = [.. Enumerable.Range(0, MLKemRing.N).Select(i => (short)(i * 13))], again = new short[MLKemRing.N];
        byte[] bytes = new byte[384];
        MLKemEncoding.Encode12(f, bytes);
        Assert.True(MLKemEncoding.TryDecode12(bytes, again));
        Assert.Equal(f, again);
        // the other representative of the same
        MLKemEncoding.Encode12([.. f.Select(a => (short)(a - MLKemRing.Q))], bytes);
        Assert.True(MLKemEncoding.TryDecode12(bytes, again));
        Assert.Equal(f, again);
    }

    [Fact]
    public void A_message_bit_becomes_zero_or_half_of_q()
    {
        short[] f = new short[MLKemRing.N];
        byte[] m = new byte[32];
        m[0] = 0b101;
        MLKemEncoding.Decompress(m, 1, f);
        Assert.Equal([1665, 0, 1665, 0], f[..4]);
    }
}
