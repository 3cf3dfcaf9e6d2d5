using System.Buffers.Binary;
using System.Text;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;
using Qbitel.Discovery.Tests.Analysis;

namespace Qbitel.Discovery.Tests.Relations;

/// <summary>Each relation is found where it was put, with what a parser needs to know of it.</summary>
public sealed class RelationTests
{
    [Fact]
    public void Lengths_counters_and_clocks_are_found_where_they_are()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 200).Select(i => Traces.Framed(i, _ => [])));

        IReadOnlyList<Hint> hints = Traces.Hints(samples)[7];

        Assert.Equal([(2, 2, "uint16be", "length"), (4, 4, "uint32be", "sequence"), (8, 4, "uint32be", "timestamp")],
            hints.Where(h => h.IsExact).Select(h => (h.Start, h.Length, h.Type, h.Semantic)));
        Assert.Contains(hints, h => h.Relation.Parameters.Contains(new("of", "message")));
        Assert.All(hints.Where(h => h.IsExact), h => Assert.Matches("in (200|199) of \\1 messages, p < 1e-9$",
            h.Relation.Evidence));
    }

    [Theory]
    [InlineData("crc32", 4)]
    [InlineData("crc32c", 4)]
    [InlineData("adler32", 4)]
    [InlineData("crc16-ccitt-false", 2)]
    [InlineData("crc16-modbus", 2)]
    [InlineData("crc16-x25", 2)]
    [InlineData("fletcher16", 2)]
    [InlineData("crc8", 1)]
    [InlineData("xor8", 1)]
    [InlineData("sum8", 1)]
    [InlineData("lrc8", 1)]
    public void Checksums_are_found_with_their_algorithm(string algorithm, int size)
    {
        Checksum sum = Checksum.All.Single(c => c.Name == algorithm);
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 100).Select(i => Traces.Framed(i, message =>
        {
            byte[] value = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(value, sum.Of(message));
            return value[^size..];
        })));

        Hint? found = Traces.Hints(samples)[3].SingleOrDefault(h => h.Semantic == "checksum");

        Assert.NotNull(found);
        Assert.Equal((samples[3].Bytes.Length - size, size), (found.Start, found.Length));
        Assert.Contains(new("algorithm", algorithm), found.Relation.Parameters);
    }

    [Fact]
    public void Checksums_agree_with_the_check_values_of_their_catalogue()
    {
        byte[] digits = Encoding.ASCII.GetBytes("123456789");
        Dictionary<string, uint> expected = new(StringComparer.Ordinal)
        {
            ["crc32"] = 0xCBF43926,
            ["crc32c"] = 0xE3069283,
            ["crc32-jamcrc"] = 0x340BC6D9,
            ["crc32-mpeg2"] = 0x0376E6E7,
            ["crc32-bzip2"] = 0xFC891918,
            ["crc32-cksum"] = 0x765E7680,
            ["adler32"] = 0x091E01DE,
            ["crc16-ccitt-false"] = 0x29B1,
            ["crc16-xmodem"] = 0x31C3,
            ["crc16-genibus"] = 0xD64E,
            ["crc16-aug-ccitt"] = 0xE5CC,
            ["crc16-kermit"] = 0x2189,
            ["crc16-x25"] = 0x906E,
            ["crc16-mcrf4xx"] = 0x6F91,
            ["crc16-arc"] = 0xBB3D,
            ["crc16-modbus"] = 0x4B37,
            ["crc16-usb"] = 0xB4C8,
            ["crc16-buypass"] = 0xFEE8,
            ["crc16-dnp"] = 0xEA82,
            ["crc8"] = 0xF4,
            ["crc8-itu"] = 0xA1,
            ["crc8-maxim"] = 0xA1,
            ["crc8-rohc"] = 0xD0,
            ["crc8-sae-j1850"] = 0x4B,
            ["crc8-wcdma"] = 0x25,
            ["crc8-autosar"] = 0xDF,
            ["fletcher16"] = 0x1EDE,
        };

        Assert.All(expected, pair => Assert.Equal(pair.Value.ToString("X"),
            Checksum.All.Single(c => c.Name == pair.Key).Of(digits).ToString("X")));
    }

    [Fact]
    public void Chains_are_walked_and_their_links_counted()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 120).Select(i =>
        {
            List<byte> body = [];
            int links = 1 + (i * 5 % 4);
            for (int k = 0; k < links; k++)
            {
                byte[] value = Samples.Noise((i * 10) + k, 3 + ((i + (k * 3)) % 9));
                body.AddRange([0, (byte)(0x20 + k), 0, (byte)value.Length]);
                body.AddRange(value);
            }

            return (byte[])[0x5A, (byte)(i % 7), 0, (byte)links, .. body];
        }));

        IReadOnlyList<IReadOnlyList<Hint>> hints = Traces.Hints(samples);

        for (int i = 0; i < samples.Count; i++)
        {
            Assert.Equal(1 + (i * 5 % 4), hints[i].Count(h => h.Name!.StartsWith("value", StringComparison.Ordinal)));
            Assert.Contains(hints[i], h => h is { Semantic: "count", Start: <= 3 } && h.Start + h.Length == 4);
            Assert.Equal(samples[i].Bytes.Length, hints[i][^1].Start + hints[i][^1].Length);
        }
    }

    // The bytes before a text are never the same number twice in a row, so that no place is one in all messages.
    private static byte[] Scattered(int i, int width)
    {
        List<byte> message = [0x90, (byte)(i % 5)];
        for (int k = 0; k < 3; k++)
        {
            message.AddRange(Samples.Noise((i * 3) + k, 1 + ((i * (k + 7)) % 23)).Select(b => (byte)(b | 0x80)));
            string text = "settlement of the week"[..(3 + ((i + (k * 5)) % 17))];
            message.AddRange(new byte[width - 1]);
            message.Add((byte)text.Length);
            message.AddRange(Encoding.ASCII.GetBytes(text));
        }

        message.Add(0x81);
        return [.. message];
    }

    [Theory, InlineData(1), InlineData(2), InlineData(4)]
    public void Texts_are_found_behind_their_lengths_wherever_they_stand(int width)
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 60).Select(i => Scattered(i, width)));

        IReadOnlyList<IReadOnlyList<Hint>> hints = Traces.Hints(samples);

        Assert.All(hints, own => Assert.Equal(3, own.Count(h => h.Semantic == "string")));
        Assert.All(hints, own => Assert.All(own.Where(h => h.Semantic == "string"), text =>
            Assert.Contains(own, h => h.Semantic == "length" && h.Start + h.Length == text.Start
                && h.Length == width)));
    }

    [Fact]
    public void Texts_without_lengths_are_left_alone()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 60).Select(i =>
        {
            byte[] message = Scattered(i, 1);
            for (int at = 2; at < message.Length; at++) if (message[at] is >= 3 and < 0x20) message[at] = 0x02;
            return message;
        }));

        Assert.DoesNotContain(Traces.Hints(samples), own => own.Any(h => h.Semantic == "string"));
    }

    [Fact]
    public void What_a_reply_repeats_is_an_identifier()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 80).Select(i =>
            (byte[])[(byte)(i % 2), .. Samples.Noise(i / 2, 4), (byte)(i % 2 * 7), .. Samples.Noise(i + 900, 9)]),
            hasReplies: true);

        Hint hint = Assert.Single(Traces.Hints(samples)[0], h => h.IsExact);

        Assert.Equal((1, 4, "id", RelationKind.Echo), (hint.Start, hint.Length, hint.Semantic, hint.Relation.Kind));
    }

    [Theory]
    [InlineData(4, "unknown")] // zeros at 6 and 7: it may be a number of four bytes
    [InlineData(2, "id")] // at 0 and 1 stands something else
    public void What_is_repeated_beside_zeros_of_a_wider_number_has_no_meaning(int at, string semantic)
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 80).Select(i =>
        {
            byte[] message = [(byte)(i % 2), 9, 0, 0, 0, 0, 0, 0, .. Samples.Noise(i + 900, 9)];
            Samples.Noise(i / 2, 2).CopyTo(message, at);
            return message;
        }), hasReplies: true);

        Hint hint = Assert.Single(Traces.Hints(samples)[0], h => h.Relation.Kind == RelationKind.Echo);

        Assert.Equal((at, 2, semantic), (hint.Start, hint.Length, hint.Semantic));
    }

    [Fact]
    public void A_counter_behind_a_byte_that_is_always_zero_has_two_bytes_and_not_three()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 80).Select(i =>
            (byte[])[1, .. Samples.Noise(i + 500, 2), 0, 0, (byte)i, .. Samples.Noise(i, 6)]));

        Hint hint = Assert.Single(Traces.Hints(samples)[0], h => h.Relation.Kind == RelationKind.Sequence);

        Assert.Equal((4, 2), (hint.Start, hint.Length));
    }
}
