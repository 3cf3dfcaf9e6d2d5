using System.Text;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Tests.Analysis;
using Qbitel.Discovery.Traces;

namespace Qbitel.Discovery.Tests.Traces;

/// <summary>Files of records and lines of digits, in every form and broken in every way.</summary>
public sealed class RecordFileTests
{
    [Theory]
    [InlineData("lrecl=4", "6162636465666768", "abcd|efgh")]
    [InlineData("lines", "61620D0A0A63640A6566", "ab||cd|ef")]
    [InlineData("length-prefix", "00026162" + "0003636465", "ab|cde")]
    [InlineData("length-prefix=2+", "00046162" + "0005636465", "ab|cde")]
    [InlineData("length-prefix=2le", "02006162" + "0300636465", "ab|cde")]
    [InlineData("length-prefix=4", "000000026162" + "00000000", "ab|")]
    [InlineData("length-prefix=4le", "020000006162", "ab")]
    [InlineData("length-prefix=1", "026162" + "0163", "ab|c")]
    [InlineData("rdw", "000600006162" + "0007000063" + "6465", "ab|cde")]
    [InlineData("rdw", "000601006162" + "0005030063" + "000602006465" + "0005000066", "abcde|f")] // in segments
    [InlineData("bdw", "000F0000" + "000600006162" + "0005000063" + "00090000" + "0005000064", "ab|c|d")]
    [InlineData("bdw", "80000009" + "0005000064", "d")] // a large block
    public void Records_are_read_in_every_form(string form, string hex, string expected)
    {
        Traffic traffic = Raw(Convert.FromHexString(hex), form);

        Assert.Equal("raw", traffic.Source);
        Assert.Equal(expected, string.Join('|', traffic.Datagrams.Select(d => Encoding.ASCII.GetString(d.Bytes.Span))));
        Assert.Empty(traffic.Warnings);
    }

    [Theory]
    [InlineData("lrecl=4", "616263646566", 4)]
    [InlineData("length-prefix", "0002616200", 4)]
    [InlineData("length-prefix", "00026162" + "00036364", 4)]
    [InlineData("length-prefix=2+", "0001", 0)]
    [InlineData("rdw", "000600006162" + "0003000063", 6)] // shorter than its own word
    [InlineData("rdw", "000600006162" + "0009000063", 6)] // longer than the file
    [InlineData("rdw", "000600016162", 2)] // a word that is none
    [InlineData("rdw", "000602006162", 2)] // the last segment of nothing
    [InlineData("rdw", "000601006162", 6)] // no last segment
    [InlineData("rdw", "000601006162" + "000600006162", 8)] // another record begins before it
    [InlineData("bdw", "000F0000" + "000600006162" + "00050000", 0)] // the block is longer than the file
    [InlineData("bdw", "000A0000" + "000700006162" + "63", 4)] // the record is longer than its block
    [InlineData("bdw", "000B0001" + "0007000061" + "6263", 0)]
    [InlineData("lines", "", 0)]
    public void Broken_records_are_a_located_error(string form, string hex, long offset)
    {
        InputFormatException error = Assert.Throws<InputFormatException>(() => Raw(Convert.FromHexString(hex), form));
        Assert.Equal(offset, error.Offset);
    }

    [Theory]
    [InlineData("lrecl=0")]
    [InlineData("lrecl")]
    [InlineData("lrecl=-4")]
    [InlineData("length-prefix=3")]
    [InlineData("length-prefix=")]
    [InlineData("rdw=4")]
    [InlineData("csv")]
    public void What_is_no_form_is_refused(string text) => Assert.False(RecordForm.TryParse(text, out _));

    [Fact]
    public void Descriptor_words_are_recognised_where_the_whole_file_holds_as_such()
    {
        byte[] records = [.. Enumerable.Range(0, 9).SelectMany(i => Described(Samples.Proprietary(i)))];
        byte[] blocks = [.. records.Length.ToBigEndian(4), .. records, .. records.Length.ToBigEndian(4), .. records];

        Assert.Equal(9, Raw(records, null).Datagrams.Count);
        Assert.Equal(18, Raw(blocks, null).Datagrams.Count);
        Assert.Equal(Samples.Proprietary(1), Raw(records, null).Datagrams[1].Bytes.ToArray());
        Assert.Single(Raw([.. records, 0], null).Streams);
    }

    [Fact]
    public void Other_files_are_cut_by_the_rule_that_explains_them()
    {
        byte[] prefixed = [.. Enumerable.Range(0, 60).SelectMany(Samples.Iso8583OnTheWire)];
        Traffic traffic = Raw(prefixed, null);
        DiscoveryDocument document = Qbitel.Discovery.Analysis.ProtocolDiscoveryOrchestrator.Discover(traffic);

        Assert.Equal(["iso8583 60/0"], Discoveries.Summary(document));
    }

    [Fact]
    public void Records_beyond_the_limit_are_left_with_a_warning()
    {
        Traffic traffic = Raw(new byte[100], "lrecl=8", new CaptureLimits { MaxPayloadSize = 60 });

        Assert.Equal(7, traffic.Datagrams.Count);
        Assert.Equal("Capture.Limit", Assert.Single(traffic.Warnings).Code);
    }

    [Fact]
    public void Lines_of_digits_are_recognised_and_keep_their_numbers()
    {
        Traffic traffic = Packets.Read(Packets.Bytes("0800 82 20\r\n\n08:00:82:aF\n0800-8220"));

        Assert.Equal("hex", traffic.Source);
        Assert.Equal([(0L, "08008220"), (2L, "080082AF"), (3L, "08008220")],
            traffic.Datagrams.Select(d => (d.Packet, Convert.ToHexString(d.Bytes.Span))));
    }

    [Theory]
    [InlineData("0011\n22z3\n", 7, 2)]
    [InlineData("001\n", 3, 1)]
    [InlineData("00 1 1", 4, 1)]
    public void A_line_that_is_no_hex_is_a_located_error(string text, long offset, long line)
    {
        InputFormatException error = Assert.Throws<InputFormatException>(
            () => Read(Packets.Bytes(text), InputKind.HexLines, null));
        Assert.Equal((offset, line), (error.Offset, error.Line));
    }

    [Theory]
    [InlineData("1234567890123456\n")] // decimal digits may be anything
    [InlineData("abcdefabcdefabcdef\n")] // a word as well
    [InlineData("cafe\n")]
    public void Lines_that_may_be_something_else_are_not_taken_for_digits(string text) =>
        Assert.Throws<InputFormatException>(() => Packets.Read(Packets.Bytes(text)));

    private static byte[] Described(byte[] record) => [.. record.Length.ToBigEndian(4), .. record];

    private static Traffic Raw(byte[] bytes, string? form, CaptureLimits? limits = null)
    {
        RecordForm? records = null;
        Assert.True(form is null || RecordForm.TryParse(form, out records));
        return Read(bytes, InputKind.Raw, records, limits);
    }

    private static Traffic Read(byte[] bytes, InputKind kind, RecordForm? records, CaptureLimits? limits = null)
    {
        using MemoryStream stream = new(bytes);
        ValueTask<Traffic> read = TrafficReader.ReadAsync(stream, kind, records, limits,
            TestContext.Current.CancellationToken);
        return read.AsTask().GetAwaiter().GetResult(); // a memory stream completes at once
    }
}

file static class Words
{
    /// <summary>A descriptor word of a record or block: its length with the word's own, and two zeros.</summary>
    public static byte[] ToBigEndian(this int length, int word) =>
        [(byte)((length + word) >> 8), (byte)((length + word) & 0xFF), 0, 0];
}
