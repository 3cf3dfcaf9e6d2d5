using System.Text;
using Qbitel.Discovery.Analysis.Surveys;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Tests.Traces;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Packets;
using Qbitel.Discovery.Traces.Sampling;

namespace Qbitel.Discovery.Tests.Analysis.Surveys;

/// <summary>In one go, in pieces or in parts: the same document.</summary>
public sealed class SurveyTests
{
    private static readonly byte[] Capture = SurveyCaptures.Mixed();
    private static readonly Lazy<Task<string>> InOneGo = new(async () => Text((await ReadAsync(Capture)).Discover()));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_small_capture_gives_the_document_of_a_whole_reading_and_what_was_counted()
    {
        DiscoveryDocument whole = Discoveries.Of(Capture), survey = (await ReadAsync(Capture)).Discover();

        TrafficCoverage coverage = Assert.IsType<TrafficCoverage>(survey.Summary.Coverage);
        Assert.Equal(Text(whole), Text(survey with { Summary = survey.Summary with { Coverage = null } }));
        Assert.Equal([("", 4L), ("fix", 17L), ("iso8583", 3L), ("swift-mt", 2L)],
            coverage.Protocols.Select(p => (p.Protocol, p.Flows)));
        Assert.Equal(coverage.SampledSize, coverage.Protocols.Sum(p => p.Size));
        Assert.Equal(26, coverage.SampledFlows);
    }

    [Fact]
    public async Task A_capture_that_grew_is_read_on_to_the_same_document_and_only_the_growth_is_read()
    {
        string expected = await InOneGo.Value;
        for (int cut = 30; cut < Capture.Length; cut += (Capture.Length / 5) + 1)
        {
            CaptureSurvey first = await ReadAsync(Capture[..cut]);
            if (cut < Capture.Length / 4) _ = first.Discover(); // a document does not end a survey
            using MemoryStream state = new();
            first.WriteTo(state);
            var second = CaptureSurvey.Read(state.ToArray());
            await using CountingStream grown = new(Capture);

            await second.ReadAsync(grown, null, Cancellation);

            Assert.Equal(Capture.Length, second.Position);
            Assert.Equal(expected, Text(second.Discover()));
            // What identifies the capture is read too: 64 KiB from each end, before and after.
            Assert.InRange(grown.BytesRead, 0, Capture.Length - first.Position + (4 * (64 << 10)));
        }
    }

    [Fact]
    public async Task Reading_on_a_large_capture_costs_the_growth_alone()
    {
        byte[] large = SurveyCaptures.Known(8 << 20, seed: 1);
        int cut = large.Length - (1 << 20);
        CaptureSurvey survey = await ReadAsync(large[..cut]);
        await using CountingStream grown = new(large);

        await survey.ReadAsync(grown, null, Cancellation);

        Assert.InRange(grown.BytesRead, 1 << 20, (1 << 20) + (5 * (64 << 10)));
        Assert.Equal(Text((await ReadAsync(large)).Discover()), Text(survey.Discover()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Parts_from_several_machines_merge_to_the_document_of_one(int count)
    {
        List<CaptureSurvey> parts = [];
        for (int i = count; i > 0; i--)
        {
            using MemoryStream state = new();
            (await ReadAsync(Capture, new CapturePart(i, count))).WriteTo(state);
            parts.Add(CaptureSurvey.Read(state.ToArray()));
        }

        Assert.Equal(await InOneGo.Value, Text(CaptureSurvey.Merge(parts)));
    }

    [Fact]
    public async Task Parts_that_do_not_make_a_whole_are_refused()
    {
        CaptureSurvey one = await ReadAsync(Capture, new CapturePart(1, 2)),
            two = await ReadAsync(Capture, new CapturePart(2, 2)),
            older = await ReadAsync(Capture[..^500], new CapturePart(2, 2));

        Assert.Throws<ArgumentException>(() => CaptureSurvey.Merge([one]));
        Assert.Throws<ArgumentException>(() => CaptureSurvey.Merge([one, one]));
        Assert.Throws<ArgumentException>(() => CaptureSurvey.Merge([one, older]));
        Assert.Throws<ArgumentException>(() => CaptureSurvey.Merge([]));
        Assert.NotEmpty(CaptureSurvey.Merge([two, one]).Protocols);
    }

    [Fact]
    public async Task Another_capture_than_before_is_refused()
    {
        CaptureSurvey survey = await ReadAsync(Capture);
        byte[] changed = [.. Capture, .. Capture[..64]];
        changed[Capture.Length - 10] ^= 1;

        await Assert.ThrowsAsync<InputFormatException>(
            () => survey.ReadAsync(new MemoryStream(changed), null, Cancellation));
        await Assert.ThrowsAsync<InputFormatException>(
            () => survey.ReadAsync(new MemoryStream(Capture[..^1]), null, Cancellation));
    }

    [Fact]
    public async Task Of_long_flows_only_the_beginning_is_looked_at()
    {
        byte[] large = SurveyCaptures.Known(8 << 20, seed: 2);
        DiscoveryDocument document = (await ReadAsync(large)).Discover();

        TrafficCoverage coverage = document.Summary.Coverage!;
        Assert.Equal(["fix", "iso8583", "swift-mt"], document.Protocols.Select(p => p.Name));
        Assert.Equal(["fix", "iso8583", "swift-mt"], coverage.Protocols.Select(p => p.Protocol));
        Assert.Empty(document.Unassigned);
        Assert.Empty(document.Summary.Invalid);
        Assert.InRange(coverage.SampledSize, 1, 4 << 20);
        Assert.InRange(coverage.Protocols.Sum(p => p.Size), 6 << 20, 8 << 20);
    }

    [Fact]
    public async Task More_flows_than_there_is_room_for_are_ended_and_counted()
    {
        byte[][] packets = [.. Enumerable.Range(0, 5_000).SelectMany(i => (byte[][])
            [EthernetFrame.Udp(new Endpoint(Packets.Client.Address, (ushort)(10_000 + i)), Packets.Server,
                Samples.Fix(i))])];
        CaptureSurvey survey = new(null, new CaptureLimits { MaxFlows = 100 });
        await survey.ReadAsync(new MemoryStream(Packets.Pcap(packets)), null, Cancellation);

        DiscoveryDocument document = survey.Discover();

        ProtocolCoverage fix = Assert.Single(document.Summary.Coverage!.Protocols);
        Assert.Equal(("fix", 5_000L), (fix.Protocol, fix.Flows));
        Assert.Equal(64, document.Summary.Coverage.SampledFlows);
        Assert.True(document.Summary.WarningCounts["Capture.Flows"] > 100);
    }

    [Fact]
    public async Task A_state_that_was_cut_or_changed_is_refused()
    {
        using MemoryStream state = new();
        (await ReadAsync(Capture)).WriteTo(state);
        byte[] bytes = state.ToArray();
        for (int i = 0; i < bytes.Length; i += 211)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 0x10;
            Assert.Throws<InputFormatException>(() => CaptureSurvey.Read(changed));
            Assert.Throws<InputFormatException>(() => CaptureSurvey.Read(bytes.AsSpan(0, i)));
        }
    }

    [Theory]
    [InlineData("1/1", 1, 1)]
    [InlineData("2/4", 2, 4)]
    public void A_part_is_a_number_of_a_count(string text, int number, int count)
    {
        Assert.True(CapturePart.TryParse(text, out CapturePart part));
        Assert.Equal((number, count, text), (part.Number, part.Count, part.ToString()));
    }

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1")]
    [InlineData("1/")]
    [InlineData("1/2000")]
    [InlineData("-1/2")]
    public void Nothing_else_is_a_part(string text) => Assert.False(CapturePart.TryParse(text, out _));

    private static async Task<CaptureSurvey> ReadAsync(byte[] capture, CapturePart? part = null)
    {
        CaptureSurvey survey = new(part);
        await survey.ReadAsync(new MemoryStream(capture), null, Cancellation);
        return survey;
    }

    private static string Text(DiscoveryDocument document) => Encoding.UTF8.GetString(Discoveries.Json(document));

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long BytesRead { get; private set; }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await base.ReadAsync(buffer, cancellationToken);
            BytesRead += count;
            return count;
        }
    }
}
