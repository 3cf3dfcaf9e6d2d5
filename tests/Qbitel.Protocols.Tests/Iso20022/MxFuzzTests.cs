using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Schemas;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso20022;

public sealed class MxFuzzTests(ITestOutputHelper output)
{
    // A message of each kind made from the facts, and containers around them.
    private static readonly byte[][] Originals =
    [
        MxCostTests.Message, Pacs008Tests.Build().Source.ToArray(),
        .. new MxSamples(11).All("pain.001.001.09", "camt.053.001.08", "pacs.004.001.10", "camt.029.001.09",
            "head.001.001.02", "pain.008.001.02", "pacs.002.001.10", "admi.004.001.02"),
        [.. "<e><d><![CDATA["u8, .. Pacs008Tests.Build().Source.Span, .. "]]></d></e>"u8],
        [.. Encoding.Unicode.Preamble,
            .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(Pacs008Tests.Build().Source.Span))],
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Pacs008Tests.Build().Source.Span)
            .Replace(" xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08\"", "", StringComparison.Ordinal)),
    ];

    private static readonly Regex Number = new(@"\[[0-9]+\]", RegexOptions.NonBacktracking);

    [Fact, Trait("Soak", "iso20022-fuzz")]
    public void Any_change_ends_in_a_report_in_bounded_time()
    {
        MxMutation mutation = new(1);
        int times = Soak.Times(10_000, 1_000_000), read = 0;
        TimeSpan longest = TimeSpan.Zero;
        long memory = 0;
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = mutation.Of(Originals[mutation.Next(Originals.Length)]);
            long start = Stopwatch.GetTimestamp();
            ParseReport report = MessageParser.Parse(bytes, "iso20022");
            FrameStatus status = MessageIdentifier.TryReadMessage("iso20022", bytes, out int consumed, out _);
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            double allowed = 50 * Math.Max(1, bytes.Length / 1024.0);

            Assert.True(report.IsValid || report.Errors.Any(), Encoding.UTF8.GetString(bytes));
            Assert.True(report.Findings.All(finding => finding.Offset >= 0 && finding.Offset <= bytes.Length * 3L));
            Assert.True(consumed <= bytes.Length && (status == FrameStatus.Incomplete) == (consumed == 0)
                || bytes.Length == 0);
            // A slow run may be the machine's, which has other work; twenty of the same bytes are ours.
            for (int again = 0; taken.TotalMilliseconds > allowed && again < 20; again++)
            {
                start = Stopwatch.GetTimestamp();
                MessageParser.Parse(bytes, "iso20022");
                taken = Stopwatch.GetElapsedTime(start);
            }

            Assert.True(taken.TotalMilliseconds <= allowed, Encoding.UTF8.GetString(bytes));
            if (taken > longest) longest = taken;
            if (report.MessageType is not null) read++;
            if (i == times / 10) memory = GC.GetTotalMemory(forceFullCollection: true);
        }

        // Alone in its process; in the gate other tests fill memory meanwhile.
        if (Soak.IsOn) Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 4 << 20);
        output.WriteLine($"{times} changed inputs, {read} still read as messages; the longest took "
            + $"{longest.TotalMilliseconds:F1} ms");
    }

    [Fact]
    public void Any_bytes_end_in_a_report()
    {
        Prop.ForAll<byte[]>(bytes => bytes.Length == 0
            || MessageParser.Parse(bytes, "iso20022") is { IsValid: false } report && report.Errors.Any())
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Edited_value_is_read_back_and_the_rest_is_as_it_was()
    {
        Pacs008 original = Pacs008.Parse(MxCostTests.Message);
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            MxMutation choice = new((ulong)seed);
            string[] leaves = [.. original.Root.All().Where(each => each.Value is not null).Select(each => each.Path)];
            string path = leaves[choice.Next(leaves.Length)];
            string value = new([.. Enumerable.Range(0, choice.Next(20))
                .Select(_ => "aB9 <>&'\"äß漢\t\n"[choice.Next(14)])]);

            byte[] edited = original.With(path["/Document/".Length..], value);
            MxElement before = original.Root.All().First(element => element.Path == path);
            Pacs008 after = Pacs008.Parse(edited);
            return after.Root.All().First(element => element.Path == path).Value == value
                && edited.AsSpan(0, before.ValueOffset).SequenceEqual(original.Source.Span[..before.ValueOffset])
                && edited.AsSpan().EndsWith(original.Source.Span[(before.ValueOffset + before.ValueLength)..]);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Draft_is_read_back_as_it_was_set()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            string name = MxSchema.Known[seed % MxSchema.Known.Count];
            Assert.True(MxInput.TryRead(new MxSamples((ulong)seed).Make(name), out MxInput made, out _));
            MxElement root = made.Documents[0].Root;
            MxDraft draft = new(name);
            foreach (MxElement leaf in root.All().Where(each => each.Value is not null && !each.Path.Contains("/any",
                StringComparison.Ordinal)))
            {
                string path = leaf.Path[(leaf.Path.IndexOf('/', 1) + 1)..];
                if (leaf.Currency is { } currency) draft.Set(path, leaf.Value!, currency);
                else draft.Set(path, leaf.Value);
            }

            // An element without any value is not written, so repetitions may count from another number.
            Assert.True(MxInput.TryRead(draft.ToBytes(), out MxInput written, out _));
            Assert.Equal(Leaves(root), Leaves(written.Documents[0].Root));
        }).QuickCheckThrowOnFailure();

        static List<string> Leaves(MxElement root) => [.. root.All()
            .Where(each => each.Value is not null && !each.Path.Contains("/any", StringComparison.Ordinal))
            .Select(each => $"{Number.Replace(each.Path, "")} {each.Currency} {each.Value}")];
    }
}
