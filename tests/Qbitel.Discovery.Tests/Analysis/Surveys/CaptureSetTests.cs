using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Analysis.Surveys;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Tests.Traces;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Sampling;

namespace Qbitel.Discovery.Tests.Analysis.Surveys;

/// <summary>A capture that was rotated into several files: the document of the one file it could have been.</summary>
public sealed partial class CaptureSetTests
{
    private static readonly byte[] Capture = SurveyCaptures.Mixed();
    private static readonly byte[][] Rotated = Rotate(Capture, 4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rotated_files_give_the_document_of_one_file_in_whatever_order_they_are_named()
    {
        string one = Text(Discoveries.Of(Capture));
        foreach (int[] order in (int[][])[[0, 1, 2, 3], [3, 1, 0, 2]])
        {
            CaptureSet set = await SetAsync([.. order.Select(i => Rotated[i])]);
            Traffic traffic = await TrafficReader.ReadAsync(set, null, Cancellation);

            Assert.Equal(["0", "1", "2", "3"], set.Files.Select(f => $"{order[int.Parse(f.Name, null)]}"));
            Assert.Equal(one, Text(ProtocolDiscoveryOrchestrator.Discover(traffic, new DiscoveryConfig())));
        }

        // Alone, the files tell of connections without their beginnings.
        Assert.NotEqual(one, Text(Discoveries.Of(Rotated[0])));
    }

    [Fact]
    public async Task A_survey_of_a_set_is_that_of_one_file_in_parts_and_from_run_to_run()
    {
        string one = Text((await ReadAsync(new CaptureSurvey(), Capture)).Discover());
        Assert.Equal(one, Text((await ReadAsync(new CaptureSurvey(), Rotated)).Discover()));

        List<CaptureSurvey> parts = [];
        for (int i = 1; i <= 3; i++)
            parts.Add(Again(await ReadAsync(new CaptureSurvey(new CapturePart(i, 3)), Rotated)));
        Assert.Equal(one, Text(CaptureSurvey.Merge(parts)));

        // First two files, of which the second is still being written; then it is whole and there are more.
        byte[] begun = Rotated[1][..(Rotated[1].Length - 700)];
        CaptureSurvey growing = Again(await ReadAsync(new CaptureSurvey(), Rotated[0], begun));
        growing = Again(await ReadAsync(growing, Rotated[0], Rotated[1], Rotated[2]));
        growing = Again(await ReadAsync(growing, Rotated[2], Rotated[3])); // the first ones are gone
        Assert.Equal(one, Text((await ReadAsync(growing, Rotated)).Discover()));
        Assert.Equal(Rotated.Sum(f => f.Length), growing.Position);
    }

    [Fact]
    public async Task Files_that_do_not_go_on_are_refused()
    {
        CaptureSurvey survey = await ReadAsync(new CaptureSurvey(), Rotated[1], Rotated[2]);
        await RefusedAsync(Rotated[0], Rotated[1], Rotated[2]); // begins before what was read
        await RefusedAsync(Rotated[1]); // the one read last is missing
        await RefusedAsync(Rotated[3]);
        await RefusedAsync([.. Rotated[1], .. Rotated[2][^100..]], Rotated[2]); // grew behind the file after it
        await RefusedAsync(Rotated[2], Rotated[2]);

        CaptureSurvey first = await ReadAsync(new CaptureSurvey(new CapturePart(1, 2)), Rotated),
            second = await ReadAsync(new CaptureSurvey(new CapturePart(2, 2)), Rotated[..3]);
        Assert.Throws<ArgumentException>(() => CaptureSurvey.Merge([first, second]));

        async Task RefusedAsync(params byte[][] files)
        {
            CaptureSurvey copy = Again(survey);
            await Assert.ThrowsAsync<InputFormatException>(() => ReadAsync(copy, files));
        }
    }

    [Fact]
    public async Task A_file_that_is_damaged_is_named_with_the_place_in_it()
    {
        byte[] damaged = [.. Rotated[1]];
        int at = Blocks(damaged).ElementAt(5).Start;
        BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(at + 4), 7);
        CaptureSet set = await SetAsync(Rotated[0], damaged);

        foreach (InputFormatException error in (InputFormatException[])[
            await Assert.ThrowsAsync<InputFormatException>(
                async () => await TrafficReader.ReadAsync(set, null, Cancellation)),
            await Assert.ThrowsAsync<InputFormatException>(
                () => new CaptureSurvey().ReadAsync(set, null, Cancellation))])
        {
            Assert.Equal(("1", at + 4L), (error.Input, error.Offset));
        }

        InputFormatException other = await Assert.ThrowsAsync<InputFormatException>(
            () => SetAsync(Rotated[0], "{}"u8.ToArray()));
        Assert.Equal("1", other.Input);
    }

    [Fact]
    public async Task A_file_without_packets_is_left_out_and_a_set_may_mix_formats()
    {
        byte[] header = Rotated[1][..Blocks(Rotated[1]).ElementAt(2).Start];
        Assert.Equal(["0", "2"], (await SetAsync(Rotated[0], header, Rotated[1])).Files.Select(f => f.Name));
        Assert.Equal(["0"], (await SetAsync(header)).Files.Select(f => f.Name));

        byte[] call = Packets.Tcp(Packets.Client, Packets.Server, 1, Packets.Syn), fix = Samples.Fix(1);
        byte[] first =
            Packets.Pcap(call, Packets.Tcp(Packets.Client, Packets.Server, 2, Packets.Ack, fix.AsSpan(0, 30)));
        using MemoryStream second = new();
        PcapNgWriter writer = new(second);
        writer.WritePacket(writer.AddInterface(LinkType.Ethernet), Packets.Time.AddMinutes(1),
            Packets.Tcp(Packets.Client, Packets.Server, 32, Packets.Ack, fix.AsSpan(30)));

        Traffic traffic = await TrafficReader.ReadAsync(await SetAsync(second.ToArray(), first), null, Cancellation);

        Assert.Equal("pcap, pcapng", traffic.Source);
        Assert.Equal(fix, Assert.Single(traffic.Streams).Bytes.ToArray());
        Assert.Equal([1L, 2L], traffic.Streams[0].Segments.Select(s => s.Packet));
    }

    private static async Task<CaptureSurvey> ReadAsync(CaptureSurvey survey, params byte[][] files)
    {
        await survey.ReadAsync(await SetAsync(files), null, Cancellation);
        return survey;
    }

    private static Task<CaptureSet> SetAsync(params byte[][] files) => CaptureSet.OrderAsync(
        [.. files.Select((bytes, i) => new CaptureFile($"{i}", () => new MemoryStream(bytes)))], null, Cancellation);

    private static CaptureSurvey Again(CaptureSurvey survey)
    {
        using MemoryStream state = new();
        survey.WriteTo(state);
        return CaptureSurvey.Read(state.ToArray());
    }

    // As a program does that begins another file with the header of the first.
    private static byte[][] Rotate(byte[] capture, int count)
    {
        List<(int Start, int End)> blocks = [.. Blocks(capture)];
        byte[] header = capture[..blocks[1].End]; // the section and its interface
        List<(int Start, int End)> packets = blocks[2..];
        int size = (packets.Count + count - 1) / count;
        return [.. packets.Chunk(size).Select(part => (byte[])[.. header, .. capture[part[0].Start..part[^1].End]])];
    }

    private static IEnumerable<(int Start, int End)> Blocks(byte[] capture)
    {
        for (int at = 0; at < capture.Length;)
        {
            int end = at + (int)BinaryPrimitives.ReadUInt32LittleEndian(capture.AsSpan(at + 4));
            yield return (at, end);
            at = end;
        }
    }

    // Only the places of warnings differ: each file has a header of its own.
    private static string Text(DiscoveryDocument document) =>
        WarningOffset().Replace(Encoding.UTF8.GetString(Discoveries.Json(document)), "${before}");

    [GeneratedRegex("(?<before>\"code\": ?\"[A-Za-z]+\\.[A-Za-z]+\",\\s*\"offset\": ?)[0-9]+", RegexOptions.None,
        10_000)]
    private static partial Regex WarningOffset();
}
