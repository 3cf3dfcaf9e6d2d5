using System.Text.Json;
using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>Messages whose fields are known: one JSON object a line, with <c>hex</c>, <c>boundaries</c>,
/// <c>fields</c> and <c>msgtype</c>.</summary>
internal sealed class TruthFile
{
    /// <summary>File name without its ending.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<TruthMessage> Messages { get; init; }

    public IReadOnlyList<Sample> Samples => [.. Messages.Select(m => m.Sample)];

    /// <exception cref="InputFormatException">A line is no such object, and where.</exception>
    public static TruthFile Parse(string name, ReadOnlyMemory<byte> utf8)
    {
        List<TruthMessage> messages = [];
        int at = 0;
        for (int line = 1; at < utf8.Length; line++)
        {
            ReadOnlyMemory<byte> rest = utf8[at..];
            int end = rest.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> text = end < 0 ? rest : rest[..end];
            at += text.Length + 1;
            if (text.Span.ContainsAnyExcept(" \t\r"u8))
                messages.Add(ParseLine(name, text, line));
        }

        return new TruthFile { Name = name, Messages = messages };
    }

    private static TruthMessage ParseLine(string name, ReadOnlyMemory<byte> text, int line)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            byte[] bytes = Convert.FromHexString(root.GetProperty("hex").GetString()!);
            Sample sample = new(line - 1, bytes, new Flow(Text(root, "flow")), Text(root, "dir") switch
            {
                "c2s" => FlowDirection.ClientToServer,
                "s2c" => FlowDirection.ServerToClient,
                _ => FlowDirection.Unknown,
            }, null);
            int[] boundaries = [.. root.GetProperty("boundaries").EnumerateArray().Select(b => b.GetInt32()).Order()];
            TruthField[] fields = [.. root.GetProperty("fields").EnumerateArray().Select(f =>
                new TruthField(f.GetProperty("start").GetInt32(), f.GetProperty("len").GetInt32(),
                    f.GetProperty("type").GetString()!))];
            if (boundaries.Any(b => b <= 0 || b >= bytes.Length)) throw new FormatException("boundary outside");
            return new TruthMessage(sample, boundaries, fields, Text(root, "msgtype"));
        }
        catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException
            or InvalidOperationException or ArgumentNullException)
        {
            throw new InputFormatException(0, "an object with hex, boundaries and fields", $"another in {name}", line);
        }
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : "";
}

/// <summary>A message with its true fields.</summary>
/// <param name="Sample">Its bytes and where they went.</param>
/// <param name="Boundaries">Interior offsets at which a field begins, ascending.</param>
/// <param name="Fields">They tile the message.</param>
/// <param name="Type">Its type; empty where none is known.</param>
internal sealed record TruthMessage(Sample Sample, int[] Boundaries, TruthField[] Fields, string Type);

/// <summary>A true field; its class is one of the semantic classes.</summary>
internal readonly record struct TruthField(int Start, int Length, string Class);
