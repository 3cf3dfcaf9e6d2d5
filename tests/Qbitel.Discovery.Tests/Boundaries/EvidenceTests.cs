using Qbitel.Discovery.Boundaries.Evidence;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Tests.Analysis;

namespace Qbitel.Discovery.Tests.Boundaries;

/// <summary>What the features look at, each on messages small enough to check by eye.</summary>
public sealed class EvidenceTests
{
    [Fact]
    public void Alignment_finds_the_bytes_one_message_has_more()
    {
        byte[] first = "HEAD1234abcTAIL5678"u8.ToArray(), second = "HEAD1234TAIL5678"u8.ToArray();
        short[] partner = new short[first.Length], skipped = new short[first.Length];

        new PairAlignment().Align(first, second, partner, skipped);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, -1, -1, -1, 8, 9, 10, 11, 12, 13, 14, 15], partner);
        Assert.All(skipped, s => Assert.Equal(0, s));
    }

    [Fact]
    public void Alignment_finds_the_bytes_one_message_lacks()
    {
        byte[] first = "HEAD1234TAIL5678"u8.ToArray(), second = "HEAD1234abcTAIL5678"u8.ToArray();
        short[] partner = new short[first.Length], skipped = new short[first.Length];

        new PairAlignment().Align(first, second, partner, skipped);

        Assert.Equal(3, skipped[8]);
        Assert.Equal(11, partner[8]);
    }

    [Theory]
    [InlineData("0104 50006100790073 00000007", 2, 8)] // Pays
    [InlineData("0104 0050006100790073FF", 2, 8)] // with the greater byte first
    [InlineData("0100 50006100790073000000", 2, 8)] // behind a zero
    [InlineData("0100 0200 0300 0400 0500", -1, 0)] // small numbers
    [InlineData("3100 3100 3100 3100 3100", -1, 0)] // one number again and again
    [InlineData("5000610079", -1, 0)] // too short
    public void Text_of_two_bytes_a_character_is_told_from_small_numbers(string hex, int start, int length)
    {
        byte[] message = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        Assert.Equal(start < 0 ? [] : [(start, length)], WideText.Find(message));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("A", "")]
    [InlineData("", "A")]
    [InlineData("A", "B")]
    public void Alignment_of_next_to_nothing_ends(string first, string second)
    {
        byte[] one = System.Text.Encoding.ASCII.GetBytes(first), other = System.Text.Encoding.ASCII.GetBytes(second);
        short[] partner = new short[one.Length], skipped = new short[one.Length];

        new PairAlignment().Align(one, other, partner, skipped);

        Assert.All(partner, p => Assert.InRange(p, -1, other.Length - 1));
    }

    [Fact]
    public void A_chain_links_to_the_end_and_not_beyond()
    {
        ChainForm form = new(1, new NumberForm(1, true), CountsHeader: false);
        byte[] message = [9, 9, 1, 2, 0xAA, 0xBB, 2, 1, 0xCC]; // two bytes, then two values
        short[] links = new short[message.Length];

        form.Links(message, links);

        Assert.Equal(2, links[2]);
        Assert.Equal(1, links[6]);
        Assert.Equal(0, links[0]);
    }

    [Fact]
    public void Noise_has_no_length_and_no_chain()
    {
        byte[][] noise = [.. Enumerable.Range(0, 60).Select(i => Samples.Noise(i, 20 + (i % 30)))];
        int[] all = [.. Enumerable.Range(0, noise.Length)];

        Assert.Empty(new LengthFields(noise, all).Found);
        Assert.Null(Chains.Find(noise, all));
    }

    [Fact]
    public void A_length_is_found_in_its_order_of_bytes()
    {
        byte[][] messages = [.. Enumerable.Range(0, 40).Select(Samples.Proprietary)];
        LengthFields lengths = new(messages, [.. Enumerable.Range(0, messages.Length)]);

        Assert.Contains((4, new NumberForm(4, false)), lengths.Found);
        Assert.DoesNotContain((4, new NumberForm(4, true)), lengths.Found);
    }

    [Fact]
    public void The_order_of_bytes_shows()
    {
        ByteOrder big = OrderOf(i => [0, 0, 0, (byte)i, 0, 7, 0, (byte)(i % 5 + 1)]),
            little = OrderOf(i => [(byte)i, 0, 0, 0, 7, 0, (byte)(i % 5 + 1), 0]);

        Assert.True(big.Words > 0.5 && big.Pairs > 0.5);
        Assert.True(little.Words < -0.5 && little.Pairs < -0.5);

        static ByteOrder OrderOf(Func<int, byte[]> message) => new TraceView([.. Enumerable.Range(1, 40).Select(i =>
            new Sample(i, message(i), Flow.None, FlowDirection.Unknown, null))], new int[40]).Order;
    }
}
