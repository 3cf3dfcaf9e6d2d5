using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Streams;

namespace Qbitel.Protocols.Tests.Streams;

public sealed class MessageScannerTests
{
    private static readonly byte[] Mixed =
    [
        .. ScanSamples.Fix, .. ScanSamples.Fix, .. "\r\n"u8, .. ScanSamples.Swift, .. "\r\n"u8, .. ScanSamples.Mx,
        .. "\n"u8, .. ScanSamples.Iso8583, .. ScanSamples.Iso8583, .. ScanSamples.Swift,
    ];

    [Fact]
    public void A_stream_that_mixes_protocols_is_counted_by_each()
    {
        StreamSummary summary = Scan(Mixed, Mixed.Length);

        Assert.Equal([("fix", 2L, 0L), ("swift-mt", 2, 0), ("iso20022", 1, 0), ("iso8583", 2, 0)],
            summary.Protocols.Select(each => (each.Protocol!, each.Summary.Messages, each.Summary.Invalid)));
        Assert.Equal(Mixed.Length, summary.Bytes);
        Assert.Equal([new("amount", "EUR 2001.00")], summary.Protocols[1].Summary.Totals);
        Assert.Equal([new("amount", "EUR 250.25")], summary.Protocols[2].Summary.Totals);
        Assert.Equal(1, summary.Protocols[2].Summary.MessageTypes["pacs.008.001.08"]);
    }

    [Fact]
    public void Where_the_pieces_are_cut_makes_no_difference()
    {
        byte[] stream = [.. Mixed, .. "some noise {1 <a> 8=FI"u8, .. Mixed, .. ScanSamples.Fix[..40]];
        string whole = Words(Scan(stream, stream.Length));
        foreach (int size in (int[])[1, 2, 3, 7, 64, 1000, 4096]) Assert.Equal(whole, Words(Scan(stream, size)));
        Assert.Contains("fix: 4 messages", whole, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_is_one_place_and_reading_goes_on_behind_it()
    {
        byte[] stream = [.. ScanSamples.Swift, .. "noise here\r\nand there"u8, .. ScanSamples.Swift];

        ScanSummary swift = Scan(stream, 100).Protocols[0].Summary;

        Assert.Equal((2L, 1L), (swift.Messages, swift.Invalid));
        Assert.Equal(ScanSamples.Swift.Length, swift.Findings[0].Offset);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n\r\n")]
    public void A_line_end_at_the_end_is_no_message(string end)
    {
        foreach (byte[] sample in (byte[][])[ScanSamples.Fix, ScanSamples.Swift, ScanSamples.Mx])
        {
            byte[] line = [.. sample, .. System.Text.Encoding.ASCII.GetBytes(end)];
            ScanSummary only = Assert.Single(Scan([.. line, .. line], 64).Protocols).Summary;
            Assert.Equal((2L, 0L), (only.Messages, only.Invalid));
        }
    }

    [Fact]
    public void A_protocol_that_nothing_announces_is_found_again_behind_noise()
    {
        byte[] stream = [.. ScanSamples.Iso8583, .. "noise"u8, .. ScanSamples.Iso8583, .. ScanSamples.Swift];

        StreamSummary summary = Scan(stream, 100);

        Assert.Equal([("iso8583", 2L, 1L), ("swift-mt", 1, 0)],
            summary.Protocols.Select(each => (each.Protocol!, each.Summary.Messages, each.Summary.Invalid)));
    }

    [Fact]
    public void An_invalid_message_is_counted_and_its_finding_lies_where_it_is_in_the_stream()
    {
        byte[] bad = [.. ScanSamples.Fix];
        bad[^2] ^= 1;
        byte[] stream = [.. ScanSamples.Fix, .. bad, .. ScanSamples.Fix];

        ScanSummary fix = Scan(stream, 50).Protocols[0].Summary;

        Assert.Equal((2L, 1L), (fix.Messages, fix.Invalid));
        Diagnostic finding = fix.Findings.First(each => each.Code == "Fix.CheckSum");
        Assert.InRange(finding.Offset!.Value, bad.Length, (2 * bad.Length) - 1);
    }

    [Fact]
    public void A_message_past_the_limit_is_not_waited_for()
    {
        FramedScan scan = new(MessageIdentifier.Format("iso20022"), ParseOptions.Default, limit: 1 << 20);
        scan.Append("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08\">"u8);
        byte[] filler = new byte[1 << 16];
        filler.AsSpan().Fill((byte)'a');
        for (int i = 0; i < 20; i++) scan.Append(filler);

        ScanSummary summary = scan.Complete();

        Assert.Equal(0, summary.Messages);
        Assert.Equal("Common.MessageTooLarge", Assert.Single(summary.Findings).Code);
    }

    [Fact]
    public void A_protocols_own_reader_gets_its_bytes_and_ends_where_another_begins()
    {
        Ruled own = new();
        CountedStream stream = new([MessageIdentifier.Format("fix"), MessageIdentifier.Format("swift-mt"), own],
            usesOwnScans: true, ParseOptions.Default, MessageStream.MessageLimit);
        byte[] lines = [.. "RULED1\n"u8, .. "RULED2\n"u8];
        byte[] input = [.. ScanSamples.Fix, .. lines, .. ScanSamples.Swift, .. lines];
        foreach (byte each in input) stream.Append([each]);

        StreamSummary summary = stream.Complete();

        Assert.Equal([("fix", 1L), ("ruled", 4), ("swift-mt", 1)],
            summary.Protocols.Select(each => (each.Protocol!, each.Summary.Messages)));
    }

    [Fact]
    public void Any_bytes_in_any_pieces_end_in_a_summary() =>
        Prop.ForAll<byte[], PositiveInt>((bytes, size) =>
        {
            byte[] stream = [.. bytes, .. ScanSamples.Fix.AsSpan(0, bytes.Length % ScanSamples.Fix.Length), .. bytes];
            StreamSummary summary = Scan(stream, size.Get);
            Assert.Equal(stream.Length, summary.Bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Totals_of_parts_add_up_by_their_units()
    {
        static ScanSummary With(params string[] totals) => new(0, 0, 0, 0, new Dictionary<string, long>(),
            [.. totals.Select(total => KeyValuePair.Create("total", total))], new Dictionary<string, long>(), []);

        ScanSummary joined = ScanSummaries.Join([With("EUR 1.50", "7", "2.25 USD"), With("EUR 2.50", "8", "1.00 USD",
            "much")]);

        Assert.Equal(["EUR 4.00", "15", "3.25 USD", "much"], joined.Totals.Select(total => total.Value));
    }

    [Fact]
    public void A_profile_that_no_protocol_has_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() =>
            new MessageScanner(options: new ParseOptions { Profile = "no-such-profile" }));

    private static StreamSummary Scan(byte[] stream, int size)
    {
        MessageScanner scanner = new();
        for (int at = 0; at < stream.Length; at += size)
            scanner.Append(stream.AsSpan(at, Math.Min(size, stream.Length - at)));
        return scanner.Complete();
    }

    private static string Words(StreamSummary summary) => string.Join('\n', summary.Protocols.Select(each =>
        $"{each.Protocol}: {each.Summary.Messages} messages, {each.Summary.Invalid} invalid, {each.Summary.Bytes} "
            + "bytes, "
        + string.Join(", ", each.Summary.Findings)));

    /// <summary>A protocol of lines that begin with RULED, which reads them itself.</summary>
    private sealed class Ruled : MessageFormat
    {
        public override string Name => "ruled";

        public override bool Claims(ReadOnlySpan<byte> bytes) => bytes.StartsWith("RULED"u8);

        public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes) =>
            Claims(bytes) && bytes.Contains((byte)'\n') ? new(Name, null, null, bytes.IndexOf((byte)'\n') + 1, 0.5)
            : null;

        public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed,
            out ParseError? error) =>
            throw new InvalidOperationException("its own reader reads it");

        public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options) =>
            throw new InvalidOperationException("its own reader reads it");

        public override MessageScan CreateScan(ParseOptions options) => new Lines();

        private sealed class Lines : MessageScan
        {
            private long _lines, _bytes;

            public override void Append(ReadOnlySpan<byte> bytes)
            {
                _lines += bytes.Count((byte)'\n');
                _bytes += bytes.Length;
            }

            public override ScanSummary Complete() => new(_bytes, _lines, 0, _lines,
                new Dictionary<string, long>(), [], new Dictionary<string, long>(), []);
        }
    }
}
