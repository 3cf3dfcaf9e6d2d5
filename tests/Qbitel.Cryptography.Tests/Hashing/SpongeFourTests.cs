using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Tests.Hashing;

public sealed class SpongeFourTests
{
    [Fact]
    public void Each_stream_is_what_the_platform_makes_of_its_input()
    {
        Assert.SkipUnless(Shake128.IsSupported && Shake256.IsSupported, "this platform has no SHAKE to compare with");
        for (int length = 0; length <= 400; length++)
        {
            byte[][] inputs = Inputs(length);
            AssertEqual(inputs.Select(i => Shake128.HashData(i, length + 170)),
                Streams(SpongeFour.Shake128(), inputs, length + 170));
            AssertEqual(inputs.Select(i => Shake256.HashData(i, length + 140)),
                Streams(SpongeFour.Shake256(), inputs, length + 140));
        }
    }

    [Fact]
    public void Each_stream_is_what_one_sponge_makes_of_its_input()
    {
        foreach (int length in (ReadOnlySpan<int>)[0, 33, 34, 135, 136, 168, 169])
        {
            byte[][] inputs = Inputs(length);
            AssertEqual(inputs.Select(One), Streams(SpongeFour.Shake256(), inputs, 1000));
        }

        static byte[] One(byte[] input)
        {
            byte[] output = new byte[1000];
            Fips202.Shake256(output, input);
            return output;
        }
    }

    [Fact]
    public void Pieces_of_any_size_give_the_same_streams() =>
        Prop.ForAll<byte[], byte[]>((a, cuts) =>
        {
            byte[][] inputs = Inputs(a.Length + 2);
            for (int j = 0; j < 4; j++) a.CopyTo(inputs[j], 0);
            byte[][] whole = Streams(SpongeFour.Shake128(), inputs, 700),
                pieces = [.. Enumerable.Range(0, 4).Select(_ => new byte[700])];

            SpongeFour four = SpongeFour.Shake128();
            four.Absorb(a);
            four.Absorb(inputs[0][^2], inputs[1][^2], inputs[2][^2], inputs[3][^2]);
            four.Absorb(inputs[0][^1], inputs[1][^1], inputs[2][^1], inputs[3][^1]);
            int position = 0;
            foreach (int size in cuts.Select(cut => Math.Min(cut, 700 - position)).Append(700))
            {
                int end = Math.Min(position + size, 700);
                four.Squeeze(
                    pieces[0].AsSpan(position..end), pieces[1].AsSpan(position..end),
                    pieces[2].AsSpan(position..end), pieces[3].AsSpan(position..end));
                position = end;
            }

            return whole.Zip(pieces).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Clear_starts_again_empty()
    {
        byte[][] inputs = Inputs(34), expected = Streams(SpongeFour.Shake256(), inputs, 64);
        byte[] first = new byte[64], second = new byte[64], third = new byte[64], fourth = new byte[64];
        SpongeFour four = SpongeFour.Shake256();
        four.Absorb("something else"u8);
        four.Squeeze(first, second, third, fourth);
        four.Clear();
        four.Absorb(inputs[0], inputs[1], inputs[2], inputs[3]);
        four.Squeeze(first, second, third, fourth);
        AssertEqual(expected, [first, second, third, fourth]);
    }

    [Fact]
    public void Four_inputs_of_several_lengths_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() =>
        {
            SpongeFour four = SpongeFour.Shake128();
            four.Absorb(new byte[8], new byte[8], new byte[7], new byte[8]);
        });
    }

    private static byte[][] Inputs(int length) =>
        [.. Enumerable.Range(1, 4)
            .Select(j => Enumerable.Range(0, length).Select(i => (byte)((i * 7 * j % 251) + j)).ToArray())];

    private static byte[][] Streams(SpongeFour four, byte[][] inputs, int size)
    {
        byte[][] streams = [.. Enumerable.Range(0, 4).Select(_ => new byte[size])];
        four.Absorb(inputs[0], inputs[1], inputs[2], inputs[3]);
        four.Squeeze(streams[0], streams[1], streams[2], streams[3]);
        return streams;
    }

    private static void AssertEqual(IEnumerable<byte[]> expected, byte[][] actual) =>
        Assert.Equal([.. expected], actual);
}
