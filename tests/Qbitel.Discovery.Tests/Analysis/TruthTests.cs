using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Analysis;

/// <summary>The open truth files: known protocols found in full, and no other protocol mistaken for one.</summary>
public sealed class TruthTests
{
    // What each file of a known protocol must be called; all others are unknown.
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal) { ["fix44"] = "fix", ["iso8583_ascii"] = "iso8583" };

    public static readonly TheoryData<string> Files = SharedFiles.TryFind("discovery/truth", out string folder)
        ? [.. Directory.EnumerateFiles(folder, "*.jsonl").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)]
        : ["absent"];

    [Theory, MemberData(nameof(Files))]
    public void Every_message_is_named_right_or_called_unknown(string file)
    {
        byte[] input = File.ReadAllBytes(SharedFiles.Path($"discovery/truth/{file}.jsonl"));
        string? expected = Known.GetValueOrDefault(file);
        Assert.SkipWhen(expected is not null && !MessageIdentifier.Protocols.Contains(expected), $"there is no codec for {expected}");

        DiscoveryDocument document = Discoveries.Of(input);

        if (expected is not null)
        {
            DiscoveredProtocol protocol = Assert.Single(document.Protocols);
            Assert.Equal(expected, protocol.Name);
            Assert.Empty(document.Unassigned);
            Assert.InRange(protocol.Confidence, 0.99, 1);
            Assert.All(protocol.Messages, message => Assert.NotEmpty(message.Fields));
        }
        else
        {
            Assert.All(document.Protocols, protocol => Assert.StartsWith("unknown-", protocol.Name, StringComparison.Ordinal));
            Assert.All(document.Protocols, protocol => Assert.All(protocol.Messages, message => Assert.Empty(message.Fields)));
        }
    }

    [Fact]
    public void Fields_of_fix_are_those_of_the_truth()
    {
        byte[] input = File.ReadAllBytes(SharedFiles.Path("discovery/truth/fix44.jsonl"));
        string[] lines = File.ReadAllLines(SharedFiles.Path("discovery/truth/fix44.jsonl"));

        DiscoveredProtocol fix = Assert.Single(Discoveries.Of(input).Protocols);

        for (int i = 0; i < lines.Length; i++)
        {
            using var truth = System.Text.Json.JsonDocument.Parse(lines[i]);
            Assert.Equal(truth.RootElement.GetProperty("boundaries").EnumerateArray().Select(b => b.GetInt32()), fix.Messages[i].Boundaries);
            Assert.Equal(truth.RootElement.GetProperty("msgtype").GetString(), fix.Messages[i].Type);
        }
    }
}
