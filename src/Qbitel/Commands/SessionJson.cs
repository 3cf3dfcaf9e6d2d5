using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Discovery.Sessions;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>Sessions and what contradicts them, for programs.</summary>
internal static class SessionJson
{
    public static string Write(DiscoverySession session, SessionModel model) => Write(writer =>
    {
        writer.WritePropertyName("session");
        JsonNode.Parse(session.ToString())!.WriteTo(writer);
        writer.WriteStartArray("fields");
        foreach (SessionField field in model.Fields)
        {
            writer.WriteStartObject();
            writer.WriteString("type", field.Type);
            writer.WriteString("name", field.Name);
            writer.WriteString("size", field.Size);
            writer.WriteString("encoding", field.Encoding);
            writer.WriteString("semantic", field.Semantic);
            writer.WriteString("rule", field.Rule);
            writer.WriteNumber("confidence", Math.Round(field.Confidence, 4));
            writer.WriteBoolean("said", field.IsSaid);
            writer.WriteString("evidence", field.Evidence);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static string Write(SessionDifference difference) => Write(writer =>
    {
        writer.WriteNumber("judged", difference.Judged);
        writer.WriteStartArray("contradictions");
        foreach (SessionContradiction each in difference.Contradictions)
        {
            writer.WriteStartObject();
            writer.WriteString("type", each.Type);
            writer.WriteString("field", each.Path);
            writer.WriteString("code", each.Code);
            writer.WriteNumber("messages", each.Count);
            writer.WriteNumber("firstMessage", each.FirstMessage);
            writer.WriteNumber("offset", each.Offset);
            writer.WriteString("expected", each.Expected);
            writer.WriteString("found", each.Found);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("otherProtocols");
        foreach (string other in difference.Others) writer.WriteStringValue(other);
        writer.WriteEndArray();
    });

    private static string Write(Action<Utf8JsonWriter> content)
    {
        return IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        });
    }
}
