using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Polynomials;

public sealed class MLDsaEncodingTests
{
    private static readonly MLDsaParameters Parameters = MLDsaParameters.MLDsa44; // omega 80, k 4

    [Fact]
    public void Hints_come_back_from_their_only_encoding()
    {
        byte[] hints = new byte[4 * 256], again = new byte[4 * 256];
        foreach (int index in (ReadOnlySpan<int>)[0, 3, 255, 512, 513, 1023]) hints[index] = 1;
        byte[] encoded = Pack(hints);
        Assert.True(MLDsaEncoding.TryUnpackHints(encoded, Parameters, again));
        Assert.Equal(hints, again);
    }

    [Fact]
    public void Omega_hints_fill_the_encoding()
    {
        byte[] hints = new byte[4 * 256], again = new byte[4 * 256];
        hints.AsSpan(256, 80).Fill(1);
        byte[] encoded = Pack(hints);
        Assert.Equal([0, 80, 80, 80], encoded[80..]);
        Assert.True(MLDsaEncoding.TryUnpackHints(encoded, Parameters, again));
        Assert.Equal(hints, again);
    }

    // FIPS 204, Algorithm 21, lines 4, 9 and 16: each of these would be a second encoding of the same hints, or of
    // none.
    [Theory]
    [InlineData("two equal indices", new byte[] { 7, 7 }, new byte[] { 2, 2, 2, 2 })]
    [InlineData("indices in descending order", new byte[] { 9, 7 }, new byte[] { 2, 2, 2, 2 })]
    [InlineData("a count that falls", new byte[] { 7, 9 }, new byte[] { 2, 1, 2, 2 })]
    [InlineData("a count above omega", new byte[] { 7, 9 }, new byte[] { 2, 2, 2, 81 })]
    [InlineData("a first count above omega", new byte[] { 7, 9 }, new byte[] { 255, 255, 255, 255 })]
    [InlineData("padding that is not zero", new byte[] { 7, 9, 1 }, new byte[] { 2, 2, 2, 2 })]
    [InlineData("an index without a count", new byte[] { 7 }, new byte[] { 0, 0, 0, 0 })]
    public void Hints_in_any_other_encoding_are_refused(string what, byte[] indices, byte[] counts)
    {
        byte[] encoded = new byte[84];
        indices.CopyTo(encoded, 0);
        counts.CopyTo(encoded, 80);
        Assert.False(MLDsaEncoding.TryUnpackHints(encoded, Parameters, new byte[4 * 256]), what);
    }

    [Fact]
    public void The_last_byte_of_padding_counts()
    {
        byte[] encoded = new byte[84];
        Assert.True(MLDsaEncoding.TryUnpackHints(encoded, Parameters, new byte[4 * 256]));
        encoded[79] = 1;
        Assert.False(MLDsaEncoding.TryUnpackHints(encoded, Parameters, new byte[4 * 256]));
    }

    [Fact]
    public void Equal_indices_in_neighbouring_polynomials_are_no_repetition()
    {
        byte[] encoded = new byte[84];
        encoded[0] = encoded[1] = 7;
        encoded[80] = 1;
        encoded[81] = encoded[82] = encoded[83] = 2;
        byte[] hints = new byte[4 * 256];
        Assert.True(MLDsaEncoding.TryUnpackHints(encoded, Parameters, hints));
        Assert.Equal([7, 256 + 7], Enumerable.Range(0, hints.Length).Where(i => hints[i] == 1));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(13, 4096)]
    [InlineData(18, 1 << 17)]
    [InlineData(20, 1 << 19)]
    public void PackFrom_and_UnpackFrom_undo_each_other(int bits, int top)
    {
        int[] f = [.. Enumerable.Range(0, 256).Select(i => top - (int)(i * 4099L % (1 << bits)))], again = new int[256];
        byte[] bytes = new byte[32 * bits];
        MLDsaEncoding.PackFrom(top, f, bits, bytes);
        MLDsaEncoding.UnpackFrom(top, bytes, bits, again);
        Assert.Equal(f, again);
    }

    private static byte[] Pack(byte[] hints)
    {
        byte[] encoded = new byte[84];
        MLDsaEncoding.PackHints(hints, Parameters, encoded);
        return encoded;
    }
}
