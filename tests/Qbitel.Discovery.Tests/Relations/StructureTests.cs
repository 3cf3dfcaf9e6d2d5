using System.Text;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Tests.Analysis;

namespace Qbitel.Discovery.Tests.Relations;

/// <summary>Whole structures are recognised in messages of our own making, and cut exactly.</summary>
public sealed class StructureTests
{
    private static readonly string[] Words = ["NORTH WIND", "BLUE RIVER", "OAK", "TALL SHIP", "IRON GATE", "FIELD"];

    private static readonly Encoding Ebcdic = CodePagesEncodingProvider.Instance.GetEncoding(37)!;

    [Fact]
    public void Pairs_of_key_and_value_are_cut_and_their_dates_and_counters_told()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 60).Select(i => Encoding.ASCII.GetBytes(
            $"id={1000 + i}|when=2026-{1 + (i % 12):00}-{1 + (i % 28):00}|who={Words[i % 6]}|n={i * 7919 % 100}|")));

        IReadOnlyList<Hint> hints = Traces.Hints(samples)[5];

        Assert.Equal(["id.key", "id", "delimiter", "when.key", "when", "delimiter", "who.key", "who", "delimiter",
            "n.key", "n", "delimiter"], hints.Select(h => h.Name));
        Assert.Equal(("sequence", "date"), (hints[1].Semantic, hints[4].Semantic));
        Assert.Equal("unknown", hints[10].Semantic);
    }

    [Fact]
    public void Columns_between_delimiters_are_cut()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 40).Select(i => Encoding.ASCII.GetBytes(
            $"{i:0000};{Words[i % 6]};{i * 31 % 17}.50;EUR\r\n")));

        Assert.All(Traces.Hints(samples), (hints, i) =>
        {
            Assert.Equal(8, hints.Count);
            Assert.Equal(Words[i % 6].Length, hints[2].Length);
        });
    }

    [Fact]
    public void Values_of_json_and_xml_are_leaves()
    {
        List<Sample> json = Traces.Of(Enumerable.Range(0, 20).Select(i => Encoding.ASCII.GetBytes(
            $"{{\"a\":{{\"id\":\"X{i}\",\"n\":{i}}},\"list\":[true,{i}]}}")));
        List<Sample> xml = Traces.Of(Enumerable.Range(0, 20).Select(i => Encoding.ASCII.GetBytes(
            $"<?xml version=\"1.0\"?>\n<a><id>X{i}</id><n x=\"1\">{i}</n><e/></a>\n")));

        Assert.Equal(["a.id", "a.n", "list", "list"], Leaves(Traces.Hints(json)[3]));
        Assert.Equal(["a.id", "a.n"], Leaves(Traces.Hints(xml)[3]));

        static IEnumerable<string> Leaves(IReadOnlyList<Hint> hints) =>
            hints.Where(h => h.Name != "markup").Select(h => h.Name!.TrimEnd('.'));
    }

    [Fact]
    public void Data_objects_that_nest_are_cut_to_their_leaves()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 30).Select(i => (byte[])
            [0x30, 13, 0x02, 2, 1, (byte)i, 0xA0, 7, 0x0C, 5, .. Encoding.ASCII.GetBytes($"name{i % 10}")]));

        Assert.Equal([0, 1, 2, 3, 4, 6, 7, 8, 9, 10], Traces.Hints(samples)[3].Select(h => h.Start));
    }

    [Fact]
    public void Records_of_text_and_packed_decimals_are_cut_at_their_columns()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 120).Select(i =>
        {
            byte[] noise = Samples.Noise(i, 16);
            string digits = (BitConverter.ToUInt32(noise, 4) % 1_000_000_000).ToString("000000000");
            byte[] packed = Convert.FromHexString(digits + (i % 5 == 0 ? "D" : "C"));
            return (byte[])[.. Ebcdic.GetBytes($"{noise[0] % 90:0000}{Words[noise[1] % 6],-20}"), .. packed,
                .. Ebcdic.GetBytes($"2026{1 + (noise[2] % 12):00}{1 + (noise[3] % 28):00}")];
        }));

        IReadOnlyList<Hint> hints = Traces.Hints(samples)[7];

        Assert.Equal([(0, 4, "ebcdic"), (4, 20, "ebcdic"), (24, 5, "packed"), (29, 8, "ebcdic")],
            hints.Select(h => (h.Start, h.Length, h.Type)));
        Assert.Equal(["unknown", "string", "amount", "date"], hints.Select(h => h.Semantic));
    }

    [Theory]
    [InlineData("ebcdic", true)]
    [InlineData("ebcdic", false)]
    [InlineData("ascii", true)]
    [InlineData("ascii", false)]
    public void Zoned_decimals_are_told_by_the_sign_over_their_last_digit(string code, bool hasBothSigns)
    {
        Encoding encoding = code == "ascii" ? Encoding.ASCII : Ebcdic;
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 120).Select(i =>
        {
            byte[] noise = Samples.Noise(i, 16);
            string amount = (BitConverter.ToUInt32(noise, 4) % 10_000_000).ToString("0000000000");
            string over = hasBothSigns && noise[8] % 3 == 0 ? "}JKLMNOPQR" : "{ABCDEFGHI";
            return encoding.GetBytes(
                $"{noise[0] % 90:0000}{Words[noise[1] % 6],-20}{amount[..^1]}{over[amount[^1] - '0']}"
                + $"2026{1 + (noise[2] % 12):00}{1 + (noise[3] % 28):00}");
        }));

        IReadOnlyList<Hint> hints = Traces.Hints(samples)[7];

        Assert.Equal([(0, 4, code), (4, 20, code), (24, 10, $"zoned-{code}"), (34, 8, code)],
            hints.Select(h => (h.Start, h.Length, h.Type)));
        Assert.Equal(["unknown", "string", hasBothSigns ? "amount" : "unknown", "date"], hints.Select(h => h.Semantic));
        Assert.Contains("zoned decimal", hints[2].Relation!.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ABCDEFGHI")] // no zero: a code of one letter
    [InlineData("{")] // one value
    [InlineData("{A")]
    [InlineData("0123456789{A")] // unsigned beside one sign alone
    [InlineData("{ABCDEFGHIX")]
    public void What_could_be_a_code_behind_digits_is_no_zoned_decimal(string last)
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 120).Select(i =>
        {
            byte[] noise = Samples.Noise(i, 8);
            return Encoding.ASCII.GetBytes($"{noise[0] % 90:0000}{Words[noise[1] % 6],-20}"
                + $"{(noise[2] << 8) + noise[3]:000000}{last[noise[4] % last.Length]}"
                + $"2026{1 + (noise[5] % 12):00}{1 + (noise[6] % 28):00}");
        }));

        Assert.DoesNotContain(Traces.Hints(samples).SelectMany(h => h),
            h => h.Type.StartsWith("zoned", StringComparison.Ordinal));
    }

    [Fact]
    public void Fields_that_a_bitmap_announces_are_found()
    {
        int[] sizes = [3, 4, 6, 2, 8, 5, 1, 7];
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 300).Select(i =>
        {
            byte bitmap = Samples.Noise(i, 1)[0];
            List<byte> message = [0x51, bitmap];
            for (int bit = 0; bit < 8; bit++)
                if ((bitmap & (0x80 >> bit)) != 0) message.AddRange(Samples.Noise((i * 8) + bit, sizes[bit]));
            return message.ToArray();
        }));

        IReadOnlyList<IReadOnlyList<Hint>> hints = Traces.Hints(samples);

        Assert.All(hints, (own, i) =>
        {
            Assert.Contains(own, h => h is { Start: 1, Length: 1, Semantic: "bitmap" });
            Assert.Equal(System.Numerics.BitOperations.PopCount(samples[i].Bytes.Span[1]),
                own.Count(h => h.Name!.StartsWith("bit", StringComparison.Ordinal) && h.Name != "bitmap"));
        });
    }

    [Fact]
    public void Texts_behind_their_lengths_are_cut()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 80).Select(i =>
        {
            string first = new('a', 1 + (i % 9)), second = new('b', 2 + (i * 5 % 11));
            return (byte[])[0x10, (byte)(i % 3), (byte)first.Length, .. Encoding.ASCII.GetBytes(first), 0, 3, 7,
                (byte)second.Length, .. Encoding.ASCII.GetBytes(second), 0xFE];
        }));

        IReadOnlyList<Hint> hints = Traces.Hints(samples)[4];

        Assert.Equal([(2, 1), (3, 5), (11, 1), (12, 11)], hints.Where(h => h.Name!.StartsWith("text",
            StringComparison.Ordinal)).Select(h => (h.Start, h.Length)));
    }

    [Fact]
    public void Bytes_behind_a_header_that_prefer_no_value_are_one_field()
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 100).Select(i =>
        {
            byte[] sealed_ = Samples.Noise(i, 80 + (i % 40));
            return (byte[])[0x17, 3, 3, 0, (byte)sealed_.Length, .. sealed_];
        }));

        Assert.Contains(Traces.Hints(samples)[9], h => h is { Start: 5, Semantic: "bytes", IsExact: true }
            && h.Start + h.Length == samples[9].Bytes.Length);
    }
}
