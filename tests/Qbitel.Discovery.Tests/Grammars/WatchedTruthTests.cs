using System.Globalization;
using System.Text.Json.Nodes;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Boundaries;
using Qbitel.Discovery.Boundaries.Training;
using Qbitel.Discovery.Grammars;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Traces;
using Qbitel.Protocols.Layouts;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Grammars;

/// <summary>What a watch makes of open traces and of made-up ones: half of the messages are the baseline, the others
/// are judged, first as they are and then with something wrong in each.</summary>
public sealed class WatchedTruthTests(ITestOutputHelper output)
{
    [Fact, Trait("Soak", "watch")]
    public void Clean_messages_seldom_raise_alarms_and_broken_relations_do()
    {
        if (!Soak.IsOn) Assert.Skip("a run of minutes: build/soak.sh watch");

        Tally all = new();
        output.WriteLine("| file | judged | false alarms | broken relations noticed | 8 foreign bytes noticed |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (string path in Directory.EnumerateFiles(SharedFiles.Path("discovery/truth"), "*.jsonl")
            .Order(StringComparer.Ordinal))
        {
            SplitMix half = new(1);
            ILookup<bool, string> lines = File.ReadLines(path).Where(l => l.Length > 0).ToLookup(_ => half.Chance(0.5));
            DiscoveryDocument document = ProtocolDiscoveryOrchestrator.Discover(Read(lines[true]));
            var watch = TrafficWatch.Learn(document);
            if (watch.Protocols.Count == 0) continue;

            Layout[] layouts = [.. document.Protocols.Select(p => p.Basis).OfType<InferredProtocol>()
                .Select(p => AnomalyModel.Learn(p).Grammar.Layout)];
            Tally own = new();
            own.Add([.. lines[false]], Changed, layouts,
                judged => judged.Length == 0 ? 0 : watch.Watch(Read(judged)).Alerts.Count);
            all.Add(own);
            output.WriteLine($"| {Path.GetFileNameWithoutExtension(path)} | {own} |");
        }

        output.WriteLine($"| **all** | {all} |");
        Assert.True(all.Alarms <= 0.01 * all.Clean, $"{all}");
        Assert.True(all.Noticed >= 0.95 * all.Broken, $"{all}");
        Assert.True(all.Strange >= 0.5 * all.Clean, $"{all}");
    }

    // Seeds that no model was trained with; in the gate a few that have lengths to break.
    [Fact, Trait("Soak", "watch")]
    public void So_they_do_in_protocols_that_are_made_up()
    {
        Tally all = new();
        foreach (int seed in Soak.IsOn ? Enumerable.Range(2_000_001, 60) : [2_000_009, 2_000_026])
        {
            TruthFile file = FormatGenerator.Trace(seed, seed % 3 == 0 ? 60 : 300);
            SplitMix half = new(1);
            ILookup<bool, Sample> samples = file.Samples.ToLookup(_ => half.Chance(0.5));
            AnomalyModel model = AnomalyModel.Learn(UnknownProtocol.Infer([.. samples[true]]));
            all.Add([.. samples[false].Select(s => s.Bytes.ToArray())], (bytes, change) => change([.. bytes]),
                [model.Grammar.Layout], judged => judged.Count(bytes => model.Score(bytes).IsAlarm));
        }

        output.WriteLine($"made-up protocols: | {all} |");
        Assert.True(all.Alarms <= Math.Max(1, 0.005 * all.Clean), $"{all}");
        Assert.True(all.Noticed >= 0.9 * all.Broken, $"{all}");
        Assert.True(all.Strange >= 0.35 * all.Clean, $"{all}");
    }

    private sealed class Tally
    {
        public int Clean { get; private set; }

        public int Alarms { get; private set; }

        public int Broken { get; private set; }

        public int Noticed { get; private set; }

        public int Strange { get; private set; }

        public void Add<T>(T[] clean, Func<T, Func<byte[], byte[]?>, T?> changed, Layout[] layouts,
            Func<T[], int> alarmsOf) where T : class
        {
            SplitMix dice = new(7);
            T[] wrong = [.. clean.Select(m => changed(m, bytes => Break(bytes, layouts, dice))).OfType<T>()];
            T[] foreign = [.. clean.Select(m => changed(m, bytes => Scribble(bytes, dice))).OfType<T>()];
            Clean += clean.Length;
            Alarms += alarmsOf(clean);
            Broken += wrong.Length;
            Noticed += alarmsOf(wrong);
            Strange += alarmsOf(foreign);
        }

        public void Add(Tally other)
        {
            Clean += other.Clean;
            Alarms += other.Alarms;
            Broken += other.Broken;
            Noticed += other.Noticed;
            Strange += other.Strange;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Clean} | {Alarms} | {Noticed} of {Broken} | {Strange} of {Clean}");
    }

    private static Traffic Read(IEnumerable<string> lines)
    {
        using MemoryStream input = new(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return TrafficReader.ReadAsync(input, null, TestContext.Current.CancellationToken).AsTask().GetAwaiter()
            .GetResult(); // memory never waits
    }

    private static string? Changed(string line, Func<byte[], byte[]?> change)
    {
        JsonNode message = JsonNode.Parse(line)!;
        if (change(Convert.FromHexString((string)message["hex"]!)) is not { } bytes) return null;
        message["hex"] = Convert.ToHexStringLower(bytes);
        return message.ToJsonString();
    }

    // One bit of one length, count or check value, of messages that have one and read to their end.
    private static byte[]? Break(byte[] bytes, Layout[] layouts, SplitMix dice)
    {
        ParsedMessage? parsed = layouts.Select(l => LayoutParser.Parse(l, bytes)).FirstOrDefault(p => p.IsValid);
        ParsedPart[] fragile = [.. (parsed?.Fields() ?? []).Select(f => f.Part)
            .Where(p => p.Part is LayoutField { Rule: LengthRule or CountRule or ChecksumRule } && p.Length > 0)];
        if (fragile.Length == 0) return null;
        ParsedPart part = fragile[dice.Below(fragile.Length)];
        bytes[part.Start + dice.Below(part.Length)] ^= (byte)(1 << dice.Below(8));
        return bytes;
    }

    private static byte[] Scribble(byte[] bytes, SplitMix dice)
    {
        int length = Math.Min(8, bytes.Length);
        dice.Bytes(length).CopyTo(bytes, dice.Below(bytes.Length - length + 1));
        return bytes;
    }
}
