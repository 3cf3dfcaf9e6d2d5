using System.Text.Json;

namespace Qbitel.Discovery.Sessions;

internal static class SessionReader
{
    /// <exception cref="FormatException">It is no session, and where.</exception>
    public static DiscoverySession Read(JsonElement root, int maxEdits)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "format", "$") != DiscoverySession.Format
            || Text(root, "version", "$") != "1")
        {
            throw new FormatException($"$: expected format {DiscoverySession.Format}, version 1");
        }

        if (!root.TryGetProperty("edits", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw new FormatException("$: expected edits, a list");
        if (list.GetArrayLength() > maxEdits) throw new FormatException($"$.edits: more than {maxEdits}");
        List<SessionEdit> edits = [];
        foreach (JsonElement element in list.EnumerateArray())
        {
            string path = $"$.edits[{edits.Count}]";
            if (element.ValueKind != JsonValueKind.Object) throw new FormatException($"{path}: expected an object");
            edits.Add(new SessionEdit(Text(element, "field", path))
            {
                Type = Optional(element, "type", path),
                Name = Optional(element, "name", path),
                Encoding = Optional(element, "encoding", path),
                Semantic = Optional(element, "semantic", path),
                MergeWith = Optional(element, "mergeWith", path),
                SplitAt = Bytes(element, "splitAt", path, 1),
                Start = Bytes(element, "start", path, 0),
                Length = Bytes(element, "length", path, 1),
            });
        }

        return new DiscoverySession
        {
            Protocol = Text(root, "protocol", "$"),
            Capture = Text(root, "capture", "$"),
            Edits = edits,
        };
    }

    private static int? Bytes(JsonElement element, string member, string path, int least) =>
        !element.TryGetProperty(member, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int bytes) && bytes >= least ? bytes
        : throw new FormatException($"{path}.{member}: expected a number of bytes");

    private static string Text(JsonElement element, string member, string path) =>
        Optional(element, member, path) ?? throw new FormatException($"{path}: expected {member}, a text");

    private static string? Optional(JsonElement element, string member, string path)
    {
        if (!element.TryGetProperty(member, out JsonElement value)) return null;
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()
                : throw new FormatException($"{path}.{member}: expected a text");
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException($"{path}.{member}: half of a surrogate pair", fault);
        }
    }
}
