using System.Text.Json;
using Qbitel.Printing;
using Qbitel.Protocols;

namespace Qbitel.Messages;

/// <summary>A message that was made, or why it was not, for a program.</summary>
internal sealed record MadeMessage(string Protocol, string Type, string? Output, long? Bytes,
    IReadOnlyList<Diagnostic> Findings)
{
    public string ToJson()
    {
        return IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("protocol", Protocol);
            writer.WriteString("messageType", Type);
            writer.WriteString("output", Output);
            if (Bytes is { } size) writer.WriteNumber("bytes", size);
            writer.WriteBoolean("valid", Findings.All(finding => finding.Severity != Severity.Error));
            Write(writer, "errors", Findings.Where(finding => finding.Severity == Severity.Error));
            Write(writer, "warnings", Findings.Where(finding => finding.Severity != Severity.Error));
            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<Diagnostic> findings)
    {
        writer.WriteStartArray(name);
        foreach (Diagnostic finding in findings) finding.WriteTo(writer);
        writer.WriteEndArray();
    }
}
