using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Qbitel.Discovery.Grammars.Layouts;
using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Sessions;

/// <summary>What a person knows of a protocol, kept beside what was inferred: it is applied again whenever the protocol
/// is inferred anew.</summary>
/// <remarks>Immutable; a file of it is read and written as text.</remarks>
public sealed record DiscoverySession
{
    public const string Format = "qbitel-discovery-session";

    private const int MaxSize = 4 * 1024 * 1024, MaxEdits = 10_000;

    /// <summary>The protocol's name in the discovery.</summary>
    public required string Protocol { get; init; }

    /// <summary>The file with the traffic, as the person named it.</summary>
    public required string Capture { get; init; }

    public IReadOnlyList<SessionEdit> Edits { get; init; } = [];

    /// <exception cref="FormatException">The text is no session, and where.</exception>
    public static DiscoverySession Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxSize) throw new FormatException($"a session has at most {MaxSize} characters");
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            return SessionReader.Read(document.RootElement, MaxEdits);
        }
        catch (JsonException fault)
        {
            throw new FormatException($"line {(fault.LineNumber ?? 0) + 1}: not JSON", fault);
        }
    }

    public override string ToString()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream,
            new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Default }))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteString("version", "1");
            writer.WriteString("protocol", Protocol);
            writer.WriteString("capture", Capture);
            writer.WriteStartArray("edits");
            foreach (SessionEdit edit in Edits)
            {
                writer.WriteStartObject();
                if (edit.Type is not null) writer.WriteString("type", edit.Type);
                writer.WriteString("field", edit.Field);
                if (edit.Name is not null) writer.WriteString("name", edit.Name);
                if (edit.Encoding is not null) writer.WriteString("encoding", edit.Encoding);
                if (edit.Semantic is not null) writer.WriteString("semantic", edit.Semantic);
                if (edit.MergeWith is not null) writer.WriteString("mergeWith", edit.MergeWith);
                if (edit.Start is { } start) writer.WriteNumber("start", start);
                if (edit.Length is { } length) writer.WriteNumber("length", length);
                if (edit.SplitAt is { } at) writer.WriteNumber("splitAt", at);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>The messages that the edited model does not read, by what does not hold.</summary>
    /// <param name="baseline">The protocol the model is inferred from.</param>
    /// <param name="later">Messages that came later.</param>
    public IReadOnlyList<SessionContradiction> Contradictions(DiscoveredProtocol baseline,
        IEnumerable<ReadOnlyMemory<byte>> later)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(later);
        Layout layout = LayoutOf(baseline, out _);
        return SessionModel.Contradictions(later.Select((bytes, index) => (index, LayoutParser.Parse(layout, bytes))));
    }

    internal Layout LayoutOf(DiscoveredProtocol protocol, out IReadOnlyList<string> notApplied,
        Func<int, bool>? isTrained = null, bool hasOther = false) =>
        protocol.Basis is InferredProtocol inferred
            ? SessionEdits.Apply(LayoutLearner.Learn(inferred, protocol.Name, isTrained, hasOther), Edits,
                out notApplied)
            : throw new NotSupportedException($"{protocol.Name} is a known protocol, of which nothing is inferred.");
}

/// <summary>One thing a person says about a field: its name, encoding or meaning, or where it ends.</summary>
/// <param name="Field">The field as the model names it when this edit is applied.</param>
public sealed record SessionEdit(string Field)
{
    /// <summary>The message type; null for all that have the field.</summary>
    public string? Type { get; init; }

    public string? Name { get; init; }

    public string? Encoding { get; init; }

    public string? Semantic { get; init; }

    /// <summary>The next field, which becomes part of this one.</summary>
    public string? MergeWith { get; init; }

    /// <summary>Where the field begins, in bytes from the beginning of the message; then <see cref="Field"/> is what it
    /// is to be called.</summary>
    public int? Start { get; init; }

    /// <summary>With <see cref="Start"/>, how many bytes it has, whatever was inferred there; null where it is the
    /// field that was inferred.</summary>
    public int? Length { get; init; }

    /// <summary>Bytes after which the field ends and another begins.</summary>
    public int? SplitAt { get; init; }
}

/// <summary>Messages that a model does not read, for one reason.</summary>
public sealed record SessionContradiction(string Type, string Code, string Path, int Count, int FirstMessage,
    int Offset)
{
    /// <summary>What the model asks for, in the first of them.</summary>
    public string Expected { get; init; } = "";

    /// <summary>What is there instead.</summary>
    public string Found { get; init; } = "";
}
