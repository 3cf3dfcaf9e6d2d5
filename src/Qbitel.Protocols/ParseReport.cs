using System.Text;
using System.Text.Json;

namespace Qbitel.Protocols;

/// <summary>What reading one input gave: the document of <c>qbitel parse</c>. Values in it are masked.</summary>
/// <param name="Protocol">The canonical name; null where the input is of no protocol known here.</param>
/// <param name="Version">The protocol's version, where the message names one.</param>
/// <param name="MessageType">The type of the first message.</param>
/// <param name="Findings">Errors, warnings and notes in the order of the input.</param>
/// <param name="Summary">What a person asks first: amounts, references, counts.</param>
/// <param name="Fields">Every field, in the order of the input.</param>
public sealed record ParseReport(
    string? Protocol,
    string? Version,
    string? MessageType,
    IReadOnlyList<Diagnostic> Findings,
    IReadOnlyList<KeyValuePair<string, string>> Summary,
    IReadOnlyList<ReportField> Fields)
{
    /// <summary>Whether the input is a message and breaks no rule that is checked here.</summary>
    public bool IsValid => Protocol is not null && Findings.All(finding => finding.Severity != Severity.Error);

    public IEnumerable<Diagnostic> Errors => Findings.Where(finding => finding.Severity == Severity.Error);

    /// <summary>Warnings and notes.</summary>
    public IEnumerable<Diagnostic> Warnings => Findings.Where(finding => finding.Severity != Severity.Error);

    /// <summary>The document as JSON: the same input gives the same bytes.</summary>
    public string ToJson(bool indented = true)
    {
        using MemoryStream stream = new();
        JsonWriterOptions options = new() { Indented = indented, NewLine = "\n" };
        using (Utf8JsonWriter writer = new(stream, options)) WriteTo(writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        WriteMembersTo(writer);
        writer.WriteEndObject();
    }

    /// <summary>The members of the document, for an object that has others as well.</summary>
    public void WriteMembersTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteString("protocol", Protocol);
        writer.WriteString("version", Version);
        writer.WriteString("messageType", MessageType);
        writer.WriteBoolean("valid", IsValid);
        WriteFindings(writer, "errors", Errors);
        WriteFindings(writer, "warnings", Warnings);
        writer.WriteStartObject("summary");
        foreach ((string name, string value) in Summary) writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteStartArray("fields");
        foreach (ReportField field in Fields)
        {
            writer.WriteStartObject();
            writer.WriteString("tag", field.Tag);
            WriteOptional(writer, "name", field.Name);
            WriteOptional(writer, "path", field.Path);
            writer.WriteNumber("offset", field.Offset);
            writer.WriteNumber("length", field.Length);
            writer.WriteString("value", field.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFindings(Utf8JsonWriter writer, string name, IEnumerable<Diagnostic> findings)
    {
        writer.WriteStartArray(name);
        foreach (Diagnostic finding in findings) finding.WriteTo(writer);
        writer.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }
}
