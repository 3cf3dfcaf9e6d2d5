using System.Text.Json;
using Qbitel.Protocols.Identification;
using Qbitel.Store;
using Qbitel.Views;

namespace Qbitel.Sources;

internal static class StoredProtocols
{
    private const int MostCaptures = 20;

    public static Task<ProtocolsView> ReadAsync(StateStore store, CancellationToken cancellation) =>
        store.ReadAsync(async (state, cancel) =>
        {
            List<CaptureRow> rows = [];
            await foreach (DiscoveryRecord discovery in state.ReadDiscoveriesAsync().WithCancellation(cancel))
            {
                rows.Add(Row(discovery));
                if (rows.Count == MostCaptures) break;
            }

            return new ProtocolsView(store.Time.GetUtcNow(), rows);
        }, cancellation);

    /// <summary>What the published document says, in counts.</summary>
    private static CaptureRow Row(DiscoveryRecord discovery)
    {
        using JsonDocument document = JsonDocument.Parse(discovery.DocumentJson);
        List<ProtocolRow> protocols = [];
        foreach (JsonElement protocol in document.RootElement.GetProperty("protocols").EnumerateArray())
        {
            string name = protocol.GetProperty("name").GetString()!;
            protocols.Add(new(name, MessageIdentifier.Protocols.Contains(name, StringComparer.Ordinal),
                protocol.GetProperty("confidence").GetDouble(),
                protocol.GetProperty("messages").GetArrayLength(),
                [.. protocol.GetProperty("messageTypes").EnumerateArray().Select(Name)]));
        }

        return new(discovery.Id, discovery.At, discovery.Source, Convert.ToHexStringLower(discovery.SourceSha256.Span),
            discovery.MessageCount,
            discovery.FlowCount, document.RootElement.GetProperty("unassigned").GetArrayLength(), protocols);
    }

    // A type is its name, or an object that holds it.
    private static string Name(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => type.GetString()!,
        JsonValueKind.Object when type.TryGetProperty("name", out JsonElement name) => name.ToString(),
        _ => type.GetRawText(),
    };
}
