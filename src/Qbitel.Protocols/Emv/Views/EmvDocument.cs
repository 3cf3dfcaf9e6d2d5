using System.Text;
using System.Text.Json;
using Qbitel.Protocols.Emv.Words;

namespace Qbitel.Protocols.Emv.Views;

/// <summary>Data objects or a trace in words: the document of <c>qbitel emv decode</c>. Values in it are
/// masked.</summary>
/// <param name="Kind">emv-tlv, emv-apdu, or emv-value.</param>
/// <param name="MessageType">The template, or the transmission; null where there is none to name.</param>
/// <param name="Scheme">Whose application it is, as far as the data say.</param>
/// <param name="Nodes">The outermost ones, in the order of the input.</param>
/// <param name="Findings">Errors, warnings and notes.</param>
/// <param name="Summary">What a person asks first.</param>
public sealed record EmvDocument(string Kind, string? MessageType, EmvScheme Scheme, IReadOnlyList<EmvNode> Nodes,
    IReadOnlyList<Diagnostic> Findings, IReadOnlyList<KeyValuePair<string, string>> Summary)
{
    public bool IsValid => Findings.All(finding => finding.Severity != Severity.Error);

    /// <summary>The same input gives the same bytes.</summary>
    public string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", Kind);
            writer.WriteString("scheme", Scheme == EmvScheme.Unknown ? null : Scheme.ToString());
            writer.WriteBoolean("valid", IsValid);
            writer.WriteStartArray("findings");
            foreach (Diagnostic finding in Findings) finding.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteStartObject("summary");
            foreach ((string name, string value) in Summary) writer.WriteString(name, value);
            writer.WriteEndObject();
            WriteTo(writer, "objects", Nodes);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The document of <c>qbitel parse</c>: all of it in the order of the input.</summary>
    /// <param name="fieldLimit">It lists no more fields than this.</param>
    public ParseReport ToReport(int fieldLimit)
    {
        List<ReportField> fields = [];
        foreach (EmvNode node in Nodes) Flatten(node, fields, fieldLimit);
        return new ParseReport(Kind, null, MessageType, Findings, Summary, fields);
    }

    private static void WriteTo(Utf8JsonWriter writer, string name, IReadOnlyList<EmvNode> nodes)
    {
        writer.WriteStartArray(name);
        foreach (EmvNode node in nodes)
        {
            writer.WriteStartObject();
            writer.WriteString("tag", node.Tag);
            writer.WriteString("name", node.Name);
            writer.WriteNumber("offset", node.Offset);
            writer.WriteNumber("length", node.Length);
            writer.WriteString("value", node.Value);
            writer.WriteStartArray("words");
            foreach (EmvWord word in node.Words)
            {
                writer.WriteStartObject();
                if (word.Byte > 0) writer.WriteNumber("byte", word.Byte);
                if (word.Bit > 0) writer.WriteNumber("bit", word.Bit);
                writer.WriteString("text", word.Text);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (node.Children.Count > 0) WriteTo(writer, "objects", node.Children);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // Depth is bounded: data objects by their reader, commands and responses by two levels more.
    private static void Flatten(EmvNode node, List<ReportField> fields, int limit)
    {
        if (fields.Count >= limit) return;
        string? meaning = node.Words.Count == 0 ? null : string.Join("; ", node.Words.Select(word => word.Text));
        ReportField field = Field(node, node.From, node.ValueFrom, node.To, node.Value);
        if (!node.Source.IsFramed)
        {
            fields.Add(field with { Meaning = meaning });
        }
        else
        {
            // What lies in several blocks is told once, and covered in each of them.
            bool isFirst = true;
            for (int from = node.From; from < node.To && fields.Count < limit;)
            {
                int to = from + 1;
                while (to < node.To && node.Source.Start(to) - node.Source.Start(to - 1) <= 3) to++;
                int valueFrom = Math.Clamp(node.ValueFrom, from, to);
                fields.Add(Field(node, from, valueFrom, to, isFirst ? node.Value : "its continuation") with
                {
                    Meaning = isFirst ? meaning : null,
                });
                isFirst = false;
                from = to;
            }
        }

        foreach (EmvNode child in node.Children) Flatten(child, fields, limit);
    }

    private static ReportField Field(EmvNode node, int from, int valueFrom, int to, string value)
    {
        int start = node.Source.Start(from),
            valueStart = valueFrom < to ? node.Source.Start(valueFrom) : node.Source.End(to);
        return new ReportField(node.Tag, node.Name, start, node.Source.End(to) - start, value)
        {
            Path = node.Path,
            ValueOffset = valueStart,
            ValueLength = node.Source.End(to) - valueStart,
            Redaction = node.Redaction,
        };
    }
}
