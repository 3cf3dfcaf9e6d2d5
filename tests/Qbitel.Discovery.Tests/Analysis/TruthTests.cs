using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Tests.Traces;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Analysis;

/// <summary>The open truth files: known protocols found in full, and no other protocol mistaken for one.</summary>
public sealed class TruthTests
{
    // What each file of a known protocol must be called; all others are unknown.
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["ach_nacha"] = "nacha",
        ["emv_apdu"] = "emv-apdu",
        ["fix44"] = "fix",
        ["iso8583_ascii"] = "iso8583",
        ["kerberos"] = "ber",
        ["snmp"] = "ber",
    };

    public static readonly TheoryData<string> Files = SharedFiles.TryFind("discovery/truth", out string folder)
        ? [.. Directory.EnumerateFiles(folder, "*.jsonl").Select(f => Path.GetFileNameWithoutExtension(f))
            .Order(StringComparer.Ordinal)]
        : ["absent"];

    [Theory, MemberData(nameof(Files))]
    public void Every_message_is_named_right_or_called_unknown(string file)
    {
        byte[] input = File.ReadAllBytes(SharedFiles.Path($"discovery/truth/{file}.jsonl"));
        // Card messages in EBCDIC are read as well; their names in the truth are not ours.
        string? expected = file == "iso8583_ebcdic" ? "iso8583" : Known.GetValueOrDefault(file);

        DiscoveryDocument document = Discoveries.Of(input);

        if (expected is not null)
        {
            DiscoveredProtocol protocol = Assert.Single(document.Protocols);
            Assert.Equal(expected, protocol.Name);
            Assert.Empty(document.Unassigned);
            Assert.InRange(protocol.Confidence, 0.97, 1);
            Assert.All(protocol.Messages, message => Assert.NotEmpty(message.Fields));
        }
        else
        {
            Assert.All(document.Protocols, protocol =>
                Assert.StartsWith("unknown-", protocol.Name, StringComparison.Ordinal));
            Assert.All(document.Protocols, protocol =>
                Assert.All(protocol.Messages, message => Assert.NotEmpty(message.Fields)));
        }
    }

    [Theory]
    [InlineData("fix44")]
    [InlineData("iso8583_ascii")]
    public void Fields_of_known_protocols_are_those_of_the_truth(string file)
    {
        byte[] input = File.ReadAllBytes(SharedFiles.Path($"discovery/truth/{file}.jsonl"));
        string[] lines = File.ReadAllLines(SharedFiles.Path($"discovery/truth/{file}.jsonl"));

        DiscoveredProtocol protocol = Assert.Single(Discoveries.Of(input).Protocols);

        for (int i = 0; i < lines.Length; i++)
        {
            using var truth = System.Text.Json.JsonDocument.Parse(lines[i]);
            Assert.Equal(truth.RootElement.GetProperty("boundaries").EnumerateArray().Select(b => b.GetInt32()),
                protocol.Messages[i].Boundaries);
            Assert.Equal(truth.RootElement.GetProperty("msgtype").GetString(), protocol.Messages[i].Type);
        }
    }

    // The figures of docs/decisions/0018, so that a change of thresholds cannot leave them behind.
    [Fact]
    public void Unknown_traffic_is_grouped_as_well_as_the_decision_record_says()
    {
        string folder = SharedFiles.Path("discovery/truth");
        string[] unknown = [.. Directory.EnumerateFiles(folder, "*.jsonl")
            .Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Where(f => f is not ("fix44" or "iso8583_ascii")).Order(StringComparer.Ordinal)];
        Dictionary<string, List<CutMessage>> messages = unknown.ToDictionary(f => f, f => Messages(folder, f),
            StringComparer.Ordinal);

        string[] split = [.. unknown.Where(f => PayloadGroups.Sort([.. messages[f].Take(60)]).Count > 1)];
        string[] mixed = [.. from first in unknown
                             from second in unknown
                             where string.CompareOrdinal(first, second) < 0
                             let groups = PayloadGroups.Sort([.. messages[first].Take(30),
                                 .. messages[second].Take(30)])
                             where groups.Any(g => g.Count(m => Belongs(m, first)) > 1
                                 && g.Count(m => Belongs(m, second)) > 1)
                             select $"{first}+{second}"];

        Assert.Equal(22, unknown.Length);
        Assert.True(split.Length <= 5, string.Join(' ', split));
        Assert.True(mixed.Length <= 3, string.Join(' ', mixed));
    }

    private static bool Belongs(CutMessage message, string file) =>
        message.Flow.Name.StartsWith($"{file} ", StringComparison.Ordinal);

    private static List<CutMessage> Messages(string folder, string file) =>
    [
        .. Packets.Read(File.ReadAllBytes(Path.Combine(folder, $"{file}.jsonl"))).Datagrams.Select(d => new CutMessage
        {
            Order = (d.Packet, 0),
            Flow = new Flow($"{file} {d.Flow.Name}"),
            Bytes = d.Bytes,
            Index = (int)d.Packet,
        }),
    ];
}
