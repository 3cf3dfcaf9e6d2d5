using System.Diagnostics;
using System.Globalization;
using Qbitel.Discovery.Analysis.Surveys;
using Qbitel.Discovery.Traces.Sampling;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Analysis.Surveys;

/// <summary>How fast a capture of known protocols is read, reassembled and named, and in how much memory.</summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const long Soaked = 10L << 30;
    private const int Sample = 16 << 20; // bytes between two looks at the memory

    [Fact]
    [Trait("Soak", "discovery-throughput")]
    public async Task A_capture_of_known_protocols_is_read_in_flat_memory()
    {
        long size = long.TryParse(Environment.GetEnvironmentVariable("QBITEL_CAPTURE_MIB"),
            CultureInfo.InvariantCulture, out long given) ? given << 20 : Soak.IsOn ? Soaked : 8 << 20;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string path = Path.Combine(Path.GetTempPath(), $"qbitel-throughput-{Environment.ProcessId}.pcap");
        try
        {
            await using (FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
                SurveyCaptures.WriteKnown(file, size, seed: 1);

            List<long> memory = [];
            long next = 0;
            CaptureSurvey survey = new();
            await using FileStream capture = new(path, FileMode.Open, FileAccess.Read,
                FileShare.Read, 0, FileOptions.SequentialScan);
            using var process = Process.GetCurrentProcess();
            TimeSpan processor = process.TotalProcessorTime;
            var watch = Stopwatch.StartNew();

            await survey.ReadAsync(capture, new Watch(position =>
            {
                if (position < next) return;
                next = position + Sample;
                memory.Add(Environment.WorkingSet);
            }), cancellation);

            TimeSpan read = watch.Elapsed;
            process.Refresh();
            TimeSpan used = process.TotalProcessorTime - processor;
            DiscoveryDocument document = survey.Discover();
            long flows = document.Summary.Coverage!.Protocols.Sum(p => p.Flows);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{size / 1e6:N0} MB, {survey.PacketCount:N0} packets, {flows:N0} flows: "
                + $"read in {read.TotalSeconds:0.0} s = {size / 1e6 / read.TotalSeconds:N0} MB/s by the clock, "
                + $"{size / 1e6 / used.TotalSeconds:N0} MB per second of processor time"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"document of {document.Summary.Coverage.SampledFlows} sampled flows, "
                + $"{document.Summary.Coverage.SampledSize / 1024:N0} KiB, "
                + $"{document.Summary.MessageCount:N0} messages in {(watch.Elapsed - read).TotalSeconds:0.0} s"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"working set: {memory[0] >> 20} MiB at the start, most in the first half {Most(memory, 0) >> 20} MiB, "
                + $"in the second {Most(memory, 1) >> 20} MiB, at the end {memory[^1] >> 20} MiB"));

            watch.Restart();
            CaptureSurvey[] parts = await Task.WhenAll(Enumerable.Range(1, 2).Select(number => Task.Run(async () =>
            {
                CaptureSurvey part = new(new CapturePart(number, 2));
                await using FileStream shared = File.OpenRead(path);
                await part.ReadAsync(shared, null, cancellation);
                return part;
            }, cancellation)));
            TimeSpan together = watch.Elapsed;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"two parts at a time: {size / 1e6 / together.TotalSeconds:N0} MB/s by the clock"));

            Assert.Equal(Discoveries.Json(document), Discoveries.Json(CaptureSurvey.Merge(parts)));
            Assert.Equal(["fix", "iso8583", "swift-mt"], document.Summary.Coverage.Protocols.Select(p => p.Protocol));
            Assert.Empty(document.Unassigned);
            if (memory.Count >= 32) Assert.InRange(Most(memory, 1), 0, Most(memory, 0) + (64L << 20));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static long Most(List<long> memory, int half)
    {
        int middle = (memory.Count + 1) / 2;
        IEnumerable<long> part = half == 0 ? memory.Take(middle) : memory.Skip(middle);
        return part.DefaultIfEmpty().Max();
    }

    private sealed class Watch(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
