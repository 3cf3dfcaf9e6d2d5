using System.Globalization;
using System.Text;
using System.Text.Json;
using Qbitel.Protocols;

namespace Qbitel.Messages;

/// <summary>
/// Settings of a message as JSON: an object is a step of the path, an array its repetitions, <c>@Ccy</c> an attribute,
/// <c>#text</c> the value beside one.
/// </summary>
internal static class SettingsJson
{
    /// <exception cref="RefusedException">It is not JSON, or not an object.</exception>
    public static List<MessageSetting> Read(ReadOnlyMemory<byte> json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json,
                new JsonDocumentOptions { MaxDepth = 64, CommentHandling = JsonCommentHandling.Skip });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("it is not an object");
            List<MessageSetting> settings = [];
            Add(document.RootElement, "", settings);
            return settings;
        }
        catch (JsonException error)
        {
            throw new RefusedException($"{name} holds no settings: {error.Message}",
                "'qbitel build FORMAT --type TYPE --template' prints an object to fill in.", error);
        }
    }

    /// <summary>An object to be filled in: the places a message cannot do without, each with what it must be.</summary>
    public static string Template(IEnumerable<MessageSlot> slots)
    {
        Node root = new();
        foreach (MessageSlot slot in slots.Where(slot => slot.IsRequired))
        {
            Node at = root;
            foreach (string step in slot.Path.Split('/')) at = at.Child(step);
            at.Value = $"<{(slot.Name is null ? "" : slot.Name + ": ")}{slot.Form}>";
        }

        using MemoryStream bytes = new();
        JsonWriterOptions options = new()
        {
            Indented = true,
            NewLine = "\n",
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (Utf8JsonWriter writer = new(bytes, options)) root.Write(writer);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Add(JsonElement element, string path, List<MessageSetting> settings)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    string own = member.Name == "#text" ? path : path.Length == 0 ? member.Name
                        : $"{path}/{member.Name}";
                    Add(member.Value, own, settings);
                }

                break;
            case JsonValueKind.Array:
                int number = 0;
                foreach (JsonElement item in element.EnumerateArray())
                    Add(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{++number}]"), settings);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                break;
            default:
                // Numbers as they are written: 10.00 is not 10.
                settings.Add(new MessageSetting(path, element.ValueKind == JsonValueKind.String
                    ? element.GetString()! : element.GetRawText()));
                break;
        }
    }

    private sealed class Node
    {
        private readonly List<(string Name, Node Node)> _children = [];

        public string? Value { get; set; }

        public Node Child(string step)
        {
            int index = _children.FindIndex(child => child.Name == step);
            if (index >= 0) return _children[index].Node;
            _children.Add((step, new Node()));
            return _children[^1].Node;
        }

        public void Write(Utf8JsonWriter writer)
        {
            if (_children.Count == 0)
            {
                writer.WriteStringValue(Value);
                return;
            }

            writer.WriteStartObject();
            if (Value is not null) writer.WriteString("#text", Value);
            for (int i = 0; i < _children.Count; i++)
            {
                (string name, Node node) = _children[i];
                int bracket = name.IndexOf('[', StringComparison.Ordinal);
                writer.WritePropertyName(bracket < 0 ? name : name[..bracket]);
                if (bracket < 0)
                {
                    node.Write(writer);
                    continue;
                }

                string repeated = name[..(bracket + 1)];
                writer.WriteStartArray();
                node.Write(writer);
                while (i + 1 < _children.Count && _children[i + 1].Name.StartsWith(repeated, StringComparison.Ordinal))
                    _children[++i].Node.Write(writer);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }
    }
}
