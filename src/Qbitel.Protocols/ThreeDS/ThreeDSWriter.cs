using System.Text.Encodings.Web;
using System.Text.Json;
using Qbitel.Protocols.ThreeDS.Json;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>Writes messages in one way: without white space, each text with no more escapes than JSON needs.</summary>
internal static class ThreeDSWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it is no page, and no script reads it
        SkipValidation = true, // a name that comes twice is kept
    };

    /// <summary>A text with its quotes.</summary>
    public static byte[] Quoted(string text)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Options)) writer.WriteStringValue(text);
        return stream.ToArray();
    }

    public static byte[] Canonical(ThreeDSMessage message)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Options))
        {
            FieldScope? scope = message.Kind is { } kind && message.VersionNumber >= 0
                ? FieldTable.Scope(kind, message.VersionNumber) : null;
            Write(writer, message.Parts, 0, scope);
        }

        return stream.ToArray();
    }

    /// <summary>The order of a field in the table, with those that are not in it after all others.</summary>
    public static int OrderOf(string name) => FieldTable.Named(name)?.Order ?? int.MaxValue;

    private static void Write(Utf8JsonWriter writer, JsonParts parts, int part, FieldScope? scope)
    {
        JsonPart value = parts[part];
        if (value.IsObject)
        {
            List<(int Order, string Name, int Part, FieldRule? Rule)> members = [];
            for (int i = part + 1; i < value.End; i = parts[i].End)
            {
                string name = parts.NameOf(parts[i]);
                FieldRule? rule = scope?.Find(name);
                members.Add((rule?.Order ?? int.MaxValue, name, i, rule));
            }

            writer.WriteStartObject();
            foreach ((_, string name, int member, FieldRule? rule) in members.OrderBy(each => each.Order))
            {
                writer.WritePropertyName(name);
                Write(writer, parts, member, rule is null ? null : scope!.Inside(rule));
            }

            writer.WriteEndObject();
        }
        else if (value.IsArray)
        {
            writer.WriteStartArray();
            for (int i = part + 1; i < value.End; i = parts[i].End) Write(writer, parts, i, scope);
            writer.WriteEndArray();
        }
        else if (value.IsString)
        {
            writer.WriteStringValue(parts.ValueOf(value));
        }
        else
        {
            writer.WriteRawValue(parts.RawValue(value), skipInputValidation: true);
        }
    }
}
