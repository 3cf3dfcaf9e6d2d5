using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Falcon;

namespace Qbitel.Cryptography.Tests.Falcon;

public sealed class FalconEncodingTests
{
    private const int N = FalconRing.N;

    [Fact]
    public void Decompress_undoes_Compress()
    {
        Prop.ForAll<int>(seed =>
        {
            Random random = new(seed);
            short[] s2 = [.. Enumerable.Range(0, N).Select(_ => (short)random.Next(-400, 401))];
            s2[random.Next(N)] = 2047;
            s2[random.Next(N)] = -2047;
            byte[] bytes = new byte[1200];
            int size = FalconEncoding.Compress(s2, bytes);
            short[] again = new short[N];
            Assert.Equal(size, FalconEncoding.Decompress(bytes.AsSpan(0, size), again));
            Assert.Equal(s2, again);
            Assert.Equal(size, FalconEncoding.Decompress(bytes, again)); // and does not mind what follows
            Assert.False(bytes.AsSpan(size).ContainsAnyExcept((byte)0));
            for (int cut = 0; cut < size; cut++)
                Assert.Equal(0, FalconEncoding.Decompress(bytes.AsSpan(0, cut), again));
            Assert.Equal(0, FalconEncoding.Compress(s2, bytes.AsSpan(0, size - 1)));
            Assert.Equal(size, FalconEncoding.Compress(s2, bytes.AsSpan(0, size)));
        }).QuickCheckThrowOnFailure();
    }

    // 512 numbers below 128 take nine bits each: 576 bytes exactly, and the bits of each are easy to find.
    [Fact]
    public void Compress_writes_sign_low_bits_and_the_rest_in_unary()
    {
        short[] s2 = new short[N];
        (s2[0], s2[1], s2[2]) = (-1, 127, 300);
        byte[] bytes = new byte[577];
        Assert.Equal(577, FalconEncoding.Compress(s2, bytes)); // two bits more

        // 1 0000001 1, 0 1111111 1, 0 0101100 001, 0 0000000 1, …
        Assert.Equal("81BFCB080402", Convert.ToHexString(bytes[..6]));
    }

    [Fact]
    public void Compress_refuses_coefficients_beyond_2047()
    {
        foreach (short value in (short[])[2048, -2048, short.MaxValue, short.MinValue])
        {
            short[] s2 = new short[N];
            s2[^1] = value;
            byte[] untouched = new byte[1200];
            Assert.Equal(0, FalconEncoding.Compress(s2, untouched));
        }
    }

    [Fact]
    public void Decompress_refuses_a_zero_with_a_sign()
    {
        byte[] zeros = Zeros();
        zeros[0] = 0x80; // the first coefficient: sign, seven zeros, then the 1 that is there already
        Assert.Equal(0, FalconEncoding.Decompress(zeros, new short[N]));
    }

    [Fact]
    public void Decompress_refuses_bits_after_the_last_coefficient()
    {
        short[] s2 = new short[N];
        s2[0] = 128; // one bit more than 576 bytes
        byte[] bytes = new byte[577];
        Assert.Equal(577, FalconEncoding.Compress(s2, bytes));
        Assert.Equal(0x80, bytes[^1]);
        for (int bit = 0; bit < 7; bit++)
        {
            byte[] spoiled = [.. bytes];
            spoiled[^1] |= (byte)(1 << bit);
            Assert.Equal(0, FalconEncoding.Decompress(spoiled, new short[N]));
        }
    }

    [Fact]
    public void Decompress_refuses_a_coefficient_beyond_2047()
    {
        byte[] zeros = [0, .. new byte[2], .. Zeros()]; // more than fifteen zeros in unary
        Assert.Equal(0, FalconEncoding.Decompress(zeros, new short[N]));
        Assert.Equal(0, FalconEncoding.Decompress(new byte[5000], new short[N]));
        Assert.Equal(0, FalconEncoding.Decompress([], new short[N]));
    }

    [Fact]
    public void A_public_key_has_its_header_and_coefficients_below_q()
    {
        uint[] h = [.. Enumerable.Range(0, N).Select(i => (uint)(i * 24 % 12289))];
        h[7] = 12288;
        byte[] encoded = new byte[FalconEncoding.PublicKeySize];
        FalconEncoding.EncodePublicKey(h, encoded);
        uint[] again = new uint[N];
        Assert.True(FalconEncoding.TryDecodePublicKey(encoded, again));
        Assert.Equal(h, again);

        h[7] = 12289;
        FalconEncoding.EncodePublicKey(h, encoded);
        Assert.False(FalconEncoding.TryDecodePublicKey(encoded, again));
        foreach (byte header in (byte[])[0x00, 0x08, 0x0A, 0x19, 0x59, 0x89])
            Assert.False(FalconEncoding.TryDecodePublicKey([header, .. new byte[896]], again));
        Assert.False(FalconEncoding.TryDecodePublicKey([0x09, .. new byte[895]], again));
        Assert.False(FalconEncoding.TryDecodePublicKey([0x09, .. new byte[897]], again));
        Assert.True(FalconEncoding.TryDecodePublicKey([0x09, .. new byte[896]], again));
    }

    [Fact]
    public void A_private_key_has_its_header_and_no_coefficient_without_a_negative()
    {
        sbyte[] f = [.. Enumerable.Range(0, N).Select(i => (sbyte)((i % 63) - 31))];
        sbyte[] bigF = [.. Enumerable.Range(0, N).Select(i => (sbyte)((i % 255) - 127))];
        sbyte[] a = new sbyte[N], b = new sbyte[N], c = new sbyte[N];
        byte[] encoded = new byte[FalconEncoding.PrivateKeySize];
        FalconEncoding.EncodePrivateKey(f, [.. f.Reverse()], bigF, encoded);
        Assert.True(FalconEncoding.TryDecodePrivateKey(encoded, a, b, c));
        Assert.Equal(f, a);
        Assert.Equal(f.Reverse(), b);
        Assert.Equal(bigF, c);

        Assert.False(FalconEncoding.TryDecodePrivateKey([0x5A, .. encoded[1..]], a, b, c));
        Assert.False(FalconEncoding.TryDecodePrivateKey(encoded.AsSpan(1), a, b, c));
        foreach ((int index, byte value) in ((int, byte)[])[(1, 0x80), (385, 0x80), (769, 0x80)])
        {
            byte[] spoiled = [.. encoded];
            if (index < 769) spoiled[index] &= 0x03; // 100000 is -32
            spoiled[index] = (byte)(index < 769 ? spoiled[index] | value : value); // 10000000 is -128
            Assert.False(FalconEncoding.TryDecodePrivateKey(spoiled, a, b, c));
        }
    }

    private static byte[] Zeros()
    {
        byte[] bytes = new byte[576];
        Assert.Equal(576, FalconEncoding.Compress(new short[N], bytes));
        return bytes;
    }
}
