using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Nacha;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Nacha;

public sealed class NachaScanTests
{
    private static readonly TimeSpan LongestPerKibibyte = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void A_scan_sums_up_what_it_read()
    {
        byte[] bytes = NachaText.File().ToBytes();
        NachaScan scan = new();
        scan.Append(bytes);
        ScanSummary summary = scan.Complete();

        Assert.Equal((bytes.Length, 1L, 0L, 3L), ((int)summary.Bytes, summary.Messages, summary.Invalid,
            summary.Records));
        Assert.Equal(1, summary.MessageTypes["PPD"]);
        Assert.Equal(1, summary.MessageTypes["CCD"]);
        Assert.Equal(
            ["batches 2", "entries 3", "addenda 1", "debits 77.10 USD", "credits 2400.25 USD"],
            summary.Totals.Select(pair => $"{pair.Key} {pair.Value}"));
        Assert.Empty(summary.Findings);
        Assert.Throws<InvalidOperationException>(() => scan.Append(bytes));
    }

    [Fact]
    public void The_format_offers_the_scan()
    {
        MessageScan? scan = MessageIdentifier.Format("nacha").CreateScan(ParseOptions.Default);
        Assert.IsType<NachaScan>(scan);
        Assert.Null(MessageIdentifier.Format("fix").CreateScan(ParseOptions.Default));
    }

    [Fact]
    public void Nothing_is_allocated_for_an_entry()
    {
        NachaGenerator generator = new();
        byte[] small = generator.Make(entries: 1_000, withAddenda: true);
        byte[] large = generator.Make(entries: 100_000, withAddenda: true);
        long few = Allocation.Least(() => Read(small), enough: 64 * 1024);

        Assert.InRange(Allocation.Least(() => Read(large), enough: few + 1024), 0, few + 1024);

        static void Read(byte[] bytes)
        {
            NachaScan scan = new();
            for (int at = 0; at < bytes.Length; at += 65_536)
            {
                scan.Append(bytes.AsSpan(at, Math.Min(65_536, bytes.Length - at)));
            }

            Assert.Equal(0, scan.Errors);
        }
    }

    [Fact]
    public void A_file_that_is_wrong_in_every_line_does_not_fill_memory()
    {
        byte[] record = System.Text.Encoding.ASCII.GetBytes("6" + new string('X', 93) + "\n");
        NachaScan scan = new();
        scan.Append(NachaText.File().ToBytes().AsSpan(0, 190));
        for (int i = 0; i < 2_000; i++) scan.Append(record);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20_000; i++) scan.Append(record);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        ScanSummary summary = scan.Complete();
        Assert.InRange(summary.Findings.Count, 1_000, 1_002);
        Assert.Contains(summary.Findings, finding => finding.Code == "Common.TooManyErrors");
        Assert.True(summary.Codes["Nacha.FieldFormat"] > 22_000);
    }

    [Fact]
    public void Any_bytes_end_in_a_report_and_in_a_file_or_an_error() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            bool isRead = NachaFile.TryParse(bytes, out NachaFile file, out ParseError error);
            ParseReport report = MessageParser.Parse(bytes, "nacha");
            return (isRead ? file.ToBytes().AsSpan().SequenceEqual(bytes) : error is not null) && !report.IsValid;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cutting_the_input_changes_nothing() =>
        Prop.ForAll(Mutations().ToArbitrary(), Gen.Choose(1, 200).ToArbitrary(), (bytes, size) =>
        {
            NachaScan scan = new();
            foreach (byte[] piece in bytes.Chunk(size)) scan.Append(piece);
            ScanSummary cut = scan.Complete();
            return cut.Bytes == bytes.Length && cut.Findings.SequenceEqual(NachaText.Judge(bytes));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_read_is_written_back() =>
        Prop.ForAll(Mutations().ToArbitrary(), bytes =>
            !NachaFile.TryParse(bytes, out NachaFile file, out _)
            || (file.ToBytes().AsSpan().SequenceEqual(bytes) && file.Validate().SequenceEqual(NachaText.Judge(bytes))))
            .QuickCheckThrowOnFailure();

    [Fact, Trait("Soak", "nacha-fuzz")]
    public void Damaged_files_end_in_a_report_soon()
    {
        byte[][] seeds = [.. NachaClassText.Codes.Select(code => NachaClassText.File(code).ToBytes()),
            NachaText.File("\r\n").ToBytes(), NachaText.File("").ToBytes()];
        int times = Soak.Times(gate: 2_000, soak: 1_000_000);
        ulong state = 20260320;
        uint Next(int bound)
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            return (uint)((state >> 33) % (uint)bound);
        }

        long longest = 0;
        long most = 0;
        _ = NachaText.Judge(seeds[0]);
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = Damage(seeds[i % seeds.Length], Next);
            IReadOnlyList<Diagnostic> found = [];
            long took = long.MaxValue;
            for (int turn = 0; turn < 4 && took > LongestPerKibibyte.Ticks; turn++) // other processes take turns too
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                found = NachaText.Judge(bytes);
                _ = NachaFile.TryParse(bytes, out _, out _);
                _ = MessageIdentifier.TryReadMessage("nacha", bytes, out _, out _);
                took = Math.Min(took, Stopwatch.GetElapsedTime(start).Ticks * 1024 / Math.Max(bytes.Length, 1024));
                most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            longest = Math.Max(longest, took);
            Assert.All(found, each => Assert.True(each.Offset is >= 0 && each.Offset <= bytes.Length));
        }

        Assert.InRange(most, 0, 1024 * 1024);
        Assert.InRange(longest, 0, LongestPerKibibyte.Ticks);
        Console.WriteLine($"{times} damaged files: "
            + $"at most {TimeSpan.FromTicks(longest).TotalMilliseconds:F2} ms a KiB, "
            + $"{most} bytes allocated");
    }

    private static Gen<byte[]> Mutations()
    {
        byte[][] seeds = [NachaText.File().ToBytes(), NachaText.File("").ToBytes(),
            NachaClassText.File("IAT").ToBytes()];
        return from seed in Gen.Elements(seeds)
               from places in Gen.Choose(0, seed.Length - 1).ArrayOf(3)
               from values in Gen.Choose(0, 255).ArrayOf(3)
               select Set(seed, places, values);
    }

    private static byte[] Set(byte[] seed, int[] places, int[] values)
    {
        byte[] bytes = [.. seed];
        foreach ((int place, int value) in places.Zip(values)) bytes[place] = (byte)value;
        return bytes;
    }

    // Bytes set, stretches removed, repeated, or exchanged; digits more often than other bytes.
    private static byte[] Damage(byte[] seed, Func<int, uint> next)
    {
        List<byte> bytes = [.. seed];
        for (uint i = 0; i <= next(3); i++)
        {
            int at = (int)next(bytes.Count);
            int length = Math.Min((int)next(200), bytes.Count - at);
            switch (next(5))
            {
                case 0: bytes[at] = (byte)next(256); break;
                case 1 or 2: bytes[at] = (byte)('0' + next(10)); break;
                case 3 when bytes.Count > length + 1: bytes.RemoveRange(at, length); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
            }
        }

        return [.. bytes];
    }
}
