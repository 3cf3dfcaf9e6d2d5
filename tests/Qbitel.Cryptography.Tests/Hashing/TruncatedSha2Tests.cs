using System.Text;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Tests.Hashing;

public sealed class TruncatedSha2Tests
{
    // The digests of "" and "abc" are NIST's examples; those of 112 and 1,000 letters a, around the padding, are
    // OpenSSL's.
    [Theory]
    [InlineData("", 1, "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f")]
    [InlineData("abc", 1, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    [InlineData("a", 112, "0336b66821946e7f1052102e3b9c29f3039efe9b261746370305f894")]
    [InlineData("a", 1000, "4e8f0ce90b64661a2b5e84be6d93a7d9b76871062f1814433d04a03d")]
    public void Sha224_gives_the_published_digest(string text, int times, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(TruncatedSha2.Sha224(Repeat(text, times))));

    [Theory]
    [InlineData(224, "", 1, "6ed0dd02806fa89e25de060c19d3ac86cabb87d6a0ddd05c333b84f4")]
    [InlineData(224, "abc", 1, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa")]
    [InlineData(224, "a", 112, "79b41fef2a0439d2705724a67615f7bcbcd2bf5664a7774b80818eb6")]
    [InlineData(224, "a", 1000, "ffdfa284ae9e562222e2a37cd683823f7e669f3636477701f4ce9abe")]
    [InlineData(256, "", 1, "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a")]
    [InlineData(256, "abc", 1, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23")]
    [InlineData(256, "a", 112, "9216b5303edb66504570bee90e48ea5beaa5e9fe9f760bbd3e0460559fc005f6")]
    [InlineData(256, "a", 1000, "40eb4a70d4d69815407a9e272f0101cd67e3d11262a4a0bfc087712749c7fb53")]
    public void Sha512_truncated_gives_the_published_digest(int t, string text, int times, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(TruncatedSha2.Sha512(t, Repeat(text, times))));

    private static byte[] Repeat(string text, int times) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times)));
}
