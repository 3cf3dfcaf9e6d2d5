using System.Globalization;
using System.Text.Json.Nodes;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Boundaries.Training;
using Qbitel.Discovery.Grammars;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Traces;
using Qbitel.Protocols.Layouts;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Grammars;

/// <summary>What a watch makes of open traces: half of the messages are the baseline, the others are judged, first as
/// they are and then with something wrong in each.</summary>
public sealed class WatchedTruthTests(ITestOutputHelper output)
{
    [Fact, Trait("Soak", "watch")]
    public void Clean_messages_seldom_raise_alarms_and_broken_relations_do()
    {
        if (!Soak.IsOn) Assert.Skip("a run of minutes: build/soak.sh watch");

        List<double> rates = [], ofLong = [];
        int broken = 0, noticed = 0;
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

            string[] clean = [.. lines[false]];
            SplitMix dice = new(7);
            Layout[] layouts = [.. document.Protocols.Select(p => p.Basis).OfType<InferredProtocol>()
                .Select(p => AnomalyModel.Learn(p).Grammar.Layout)];
            string[] wrong = [.. clean.Select(line => Changed(line, bytes => Break(bytes, layouts, dice))).OfType<string>()];
            string[] foreign = [.. clean.Select(line => Changed(line, bytes => Scribble(bytes, dice))).OfType<string>()];
            int alarms = Alarms(watch, clean), ofWrong = Alarms(watch, wrong), ofForeign = Alarms(watch, foreign);
            rates.Add((double)alarms / clean.Length);
            if (clean.Length >= 100) ofLong.Add(rates[^1]);
            broken += wrong.Length;
            noticed += ofWrong;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Path.GetFileNameWithoutExtension(path)} | "
                + $"{clean.Length} | {alarms} | {ofWrong} of {wrong.Length} | {ofForeign} of {foreign.Length} |"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"mean rate of false alarms {rates.Average():P2}, of baselines of 100 and more {ofLong.Average():P2}; {noticed} of {broken} broken relations noticed"));
        // Short baselines show too little of what a protocol can say, and layouts that leave a length out miss its break.
        Assert.True(ofLong.Average() <= 0.02, $"{ofLong.Average():P2}");
        Assert.True(noticed >= 0.7 * broken, $"{noticed} of {broken}");
    }

    private static int Alarms(TrafficWatch watch, string[] lines) =>
        lines.Length == 0 ? 0 : watch.Watch(Read(lines)).Alerts.Count;

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
