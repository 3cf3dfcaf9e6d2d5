using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Tests.Hashing;

public sealed class SpongeTests
{
    // FIPS 202 test values that NIST publishes for the empty message; the SHAKE128 ones are those C2SP/CCTV gives for
    // its generator.
    [Theory]
    [InlineData(28, "6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7")]
    [InlineData(32, "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")]
    public void Sha3_of_nothing_is_the_published_digest(int size, string digest)
    {
        byte[] actual = new byte[size];
        Sponge sponge = Sponge.Sha3(size);
        sponge.Squeeze(actual);
        Assert.Equal(digest, Convert.ToHexStringLower(actual));
    }

    [Fact]
    public void Shake128_of_nothing_is_the_published_stream()
    {
        byte[] actual = new byte[16];
        Fips202.Shake128(actual, []);
        Assert.Equal("7f9c2ba4e88f827d616045507605853e", Convert.ToHexStringLower(actual));
    }

    [Fact]
    public void Every_function_agrees_with_the_platform()
    {
        Assert.SkipUnless(SHA3_256.IsSupported && Shake128.IsSupported, "this platform has no SHA-3 to compare with");
        Prop.ForAll<byte[]>(small =>
        {
            byte[] data = [.. small, .. new byte[small.Length * 7]]; // past one block now and then
            return Digest(Sponge.Sha3(32), data, 32).AsSpan().SequenceEqual(SHA3_256.HashData(data))
                && Digest(Sponge.Sha3(48), data, 48).AsSpan().SequenceEqual(SHA3_384.HashData(data))
                && Digest(Sponge.Sha3(64), data, 64).AsSpan().SequenceEqual(SHA3_512.HashData(data))
                && Digest(Sponge.Shake128(), data, 777).AsSpan().SequenceEqual(Shake128.HashData(data, 777))
                && Digest(Sponge.Shake256(), data, 777).AsSpan().SequenceEqual(Shake256.HashData(data, 777));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_length_around_a_block_agrees_with_the_platform()
    {
        Assert.SkipUnless(SHA3_256.IsSupported && Shake128.IsSupported, "this platform has no SHA-3 to compare with");
        byte[] data = [.. Enumerable.Range(0, 400).Select(i => (byte)(i * 7 % 256))];
        for (int length = 0; length <= data.Length; length++)
        {
            Assert.Equal(SHA3_512.HashData(data.AsSpan(0, length)),
                Digest(Sponge.Sha3(64), data.AsSpan(0, length), 64));
            Assert.Equal(Shake128.HashData(data.AsSpan(0, length), length),
                Digest(Sponge.Shake128(), data.AsSpan(0, length), length));
        }
    }

    [Fact]
    public void Pieces_of_any_size_give_the_same_stream() =>
        Prop.ForAll<byte[], byte[], byte[]>((a, b, cuts) =>
        {
            byte[] whole = Digest(Sponge.Shake256(), [.. a, .. b, .. cuts], 500);
            byte[] pieces = new byte[500];
            Sponge sponge = Sponge.Shake256();
            sponge.Absorb(a);
            foreach (byte value in b) sponge.Absorb(value);
            sponge.Absorb(cuts);
            int position = 0;
            foreach (byte cut in cuts)
            {
                int size = Math.Min(cut, pieces.Length - position);
                sponge.Squeeze(pieces.AsSpan(position, size));
                position += size;
            }

            sponge.Squeeze(pieces.AsSpan(position));
            return whole.AsSpan().SequenceEqual(pieces);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Clear_starts_again_empty()
    {
        byte[] expected = Digest(Sponge.Shake256(), "data"u8, 32), actual = new byte[32];
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb("something else"u8);
        sponge.Squeeze(actual);
        sponge.Clear();
        sponge.Absorb("data"u8);
        sponge.Squeeze(actual);
        Assert.Equal(expected, actual);
    }

    private static byte[] Digest(Sponge sponge, ReadOnlySpan<byte> data, int size)
    {
        byte[] digest = new byte[size];
        sponge.Absorb(data);
        sponge.Squeeze(digest);
        return digest;
    }
}
