using System.Text.Json;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Tests.Analysis;

/// <summary>Runs discoveries in tests, and holds every document to its contract.</summary>
internal static class Discoveries
{
    public static DiscoveryDocument Of(byte[] input, DiscoveryConfig? config = null, CaptureLimits? limits = null)
    {
        using MemoryStream stream = new(input);
        DiscoveryDocument document = new ProtocolDiscoveryOrchestrator(limits).DiscoverProtocolsAsync(stream, config)
            .GetAwaiter().GetResult();
        CheckContract(document);
        return document;
    }

    public static byte[] Json(DiscoveryDocument document)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream)) document.WriteTo(writer);
        return stream.ToArray();
    }

    public static byte[] Lines(IEnumerable<(byte[] Message, string Flow)> messages) =>
        [.. messages.SelectMany(m =>
            System.Text.Encoding.UTF8.GetBytes(
            $"{{\"hex\":\"{Convert.ToHexString(m.Message)}\",\"flow\":\"{m.Flow}\"}}\n"))];

    /// <summary>Names with their message and flow counts: <c>fix 12/2</c>.</summary>
    public static string[] Summary(DiscoveryDocument document) =>
        [.. document.Protocols.Select(p => $"{p.Name} {p.Messages.Count}/{p.Flows.Count}")];

    // What the reference says of every document: each index once, fields tile, boundaries ascend inside the message,
    // confidence 0 to 1.
    private static void CheckContract(DiscoveryDocument document)
    {
        List<int> indexes = [.. document.Unassigned,
            .. document.Protocols.SelectMany(p => p.Messages.Select(m => m.Index))];
        Assert.Equal(indexes.Count, indexes.Distinct().Count());
        Assert.Equal(document.Summary.MessageCount, indexes.Count);
        Assert.Equal(document.Unassigned, document.Unassigned.Order());
        foreach (DiscoveredProtocol protocol in document.Protocols)
        {
            Assert.InRange(protocol.Confidence, 0, 1);
            Assert.NotEmpty(protocol.Messages);
            Assert.Equal(protocol.Messages.Count, protocol.MessageTypes.Sum(t => t.Count));
            foreach (DiscoveredMessage message in protocol.Messages)
            {
                int at = 0;
                foreach (DiscoveredField field in message.Fields)
                {
                    Assert.Equal(at, field.Start);
                    Assert.True(field.Length > 0);
                    Assert.InRange(field.Confidence, 0, 1);
                    at += field.Length;
                }
            }
        }
    }
}
