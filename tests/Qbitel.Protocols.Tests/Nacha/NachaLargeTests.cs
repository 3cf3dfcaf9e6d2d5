using System.Diagnostics;
using Qbitel.Protocols.Nacha;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Nacha;

/// <summary>Files longer than anyone sends, made while they are read.</summary>
public sealed class NachaLargeTests
{
    private const long Mebibyte = 1024 * 1024;

    [Fact, Trait("Soak", "nacha-large")]
    public void A_file_of_any_length_is_read_in_constant_memory()
    {
        int entries = Soak.Times(gate: 200_000, soak: 11_300_000); // a gibibyte and a little
        using ScanStream warm = new();
        new NachaGenerator().Write(warm, 50_000);
        using ScanStream stream = new();
        new NachaGenerator().Write(stream, entries);
        ScanSummary summary = stream.Scan.Complete();

        Assert.Equal((entries, 1, 0), (summary.Records, summary.Messages, summary.Invalid));
        Assert.Empty(summary.Findings);
        Assert.InRange(stream.Allocated, 0, 64 * 1024);
        using Process process = Process.GetCurrentProcess();
        double rate = entries / stream.Took.TotalSeconds;
        Console.WriteLine($"{summary.Bytes / Mebibyte} MiB, {entries} entries in {stream.Took.TotalSeconds:F2} s: "
            + $"{rate / 1e6:F2} million entries a second; {stream.Allocated} bytes allocated, "
            + $"peak working set of the tests {process.PeakWorkingSet64 / Mebibyte} MiB");
    }

    /// <summary>What is written to it is scanned, in pieces of 64 KiB, and only that is timed.</summary>
    private sealed class ScanStream : Stream
    {
        private readonly Stopwatch _watch = new();

        public NachaScan Scan { get; } = new();

        public TimeSpan Took => _watch.Elapsed;

        public long Allocated { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException(); set =>
            throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            _watch.Start();
            for (int at = 0; at < count; at += 65_536)
            {
                Scan.Append(buffer.AsSpan(offset + at, Math.Min(65_536, count - at)));
            }

            _watch.Stop();
            Allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
