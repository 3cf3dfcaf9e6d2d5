using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>A message being made: values by their paths, in any order.</summary>
internal sealed class ThreeDSDraft
{
    private readonly Node _root = new();

    /// <summary>Puts a value at a path, in place of the one that was there; false where the path leads through a value.
    /// </summary>
    public bool TrySet(string path, string value)
    {
        Node at = _root;
        foreach (string step in path.TrimStart('/').Split('/'))
        {
            if (step.Length == 0 || at.Value is not null) return false;
            at = at.Children.TryGetValue(step, out Node? next) ? next : at.Children[step] = new Node();
        }

        if (at.Children.Count > 0) return false;
        at.Value = value;
        return true;
    }

    /// <summary>Writes the fields in the order of the table.</summary>
    public byte[] ToBytes(MessageKind kind, int version)
    {
        using MemoryStream stream = new();
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        FieldScope scope = FieldTable.Scope(kind, version);
        using (Utf8JsonWriter writer = new(stream, options)) Write(writer, _root, scope, null);
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, Node node, FieldScope? scope, FieldForm? form)
    {
        if (node.Value is { } value)
        {
            // Truth is written as such where the table has it so, and what is not in the table where it is one.
            bool mayBeTruth = form is null or { IsBoolean: true };
            if (mayBeTruth && value is "true" or "false") writer.WriteBooleanValue(value == "true");
            else writer.WriteStringValue(value);
            return;
        }

        bool isList = node.Children.Count > 0 && node.Children.Keys.All(IsNumber);
        if (isList)
        {
            writer.WriteStartArray();
            foreach ((_, Node child) in node.Children.OrderBy(Number)) Write(writer, child, scope, form?.Entry);
            writer.WriteEndArray();
            return;
        }

        writer.WriteStartObject();
        foreach ((string name, Node child) in node.Children.OrderBy(Order))
        {
            FieldRule? rule = scope?.Find(name);
            writer.WritePropertyName(name);
            Write(writer, child, rule is null ? null : scope!.Inside(rule), rule?.Form);
        }

        writer.WriteEndObject();

        static int Number(KeyValuePair<string, Node> each) => int.Parse(each.Key, CultureInfo.InvariantCulture);

        int Order(KeyValuePair<string, Node> each) => scope?.Find(each.Key)?.Order ?? int.MaxValue;
    }

    public static bool IsNumber(string step) =>
        step.Length is > 0 and <= 6 && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private sealed class Node
    {
        public string? Value { get; set; }

        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);
    }
}
