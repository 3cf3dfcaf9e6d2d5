using System.Buffers;
using System.Text.Json;
using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces;

/// <summary>
/// Messages as lines of JSON: <c>{"hex":"…","flow":"…","dir":"c2s","ts":1709280000.5}</c>, all but hex optional.
/// </summary>
internal sealed class JsonLines(CaptureLimits limits, WarningLog warnings) : LineMessages("jsonl", limits, warnings)
{
    private readonly Dictionary<string, Flow> _flows = new(StringComparer.Ordinal) { [""] = Flow.None };

    protected override Datagram Read(ReadOnlyMemory<byte> line, long number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Message(document.RootElement, number);
        }
        catch (JsonException e)
        {
            throw new InputFormatException(Offset + (e.BytePositionInLine ?? 0), "one JSON object on the line",
                "malformed JSON", LineCount);
        }
    }

    private Datagram Message(JsonElement root, long number)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Wrong("one JSON object on the line", $"a {root.ValueKind}");
        if (!root.TryGetProperty("hex", out JsonElement hex) || hex.ValueKind != JsonValueKind.String)
            throw Wrong("a property \"hex\" with a string", "none");

        string digits = Text(hex, "hex");
        byte[] bytes = new byte[digits.Length / 2];
        OperationStatus status = Convert.FromHexString(digits, bytes, out int used, out _);
        if (status != OperationStatus.Done)
        {
            throw Wrong("hexadecimal digits in pairs", used < digits.Length - 1
                ? $"another character at digit {used + 1}" : "an odd number of digits");
        }

        return new Datagram(number, FlowOf(root), DirectionOf(root), TimeOf(root), bytes);
    }

    private Flow FlowOf(JsonElement root)
    {
        if (!root.TryGetProperty("flow", out JsonElement flow) || flow.ValueKind == JsonValueKind.Null)
            return Flow.None;
        if (flow.ValueKind != JsonValueKind.String) throw Wrong("a string in \"flow\"", $"a {flow.ValueKind}");

        string name = Text(flow, "flow");
        if (_flows.TryGetValue(name, out Flow? known)) return known;
        if (_flows.Count > Limits.MaxFlows) throw Wrong($"at most {Limits.MaxFlows} different flows", "one more");
        return _flows[name] = new Flow(name);
    }

    private FlowDirection DirectionOf(JsonElement root)
    {
        if (!root.TryGetProperty("dir", out JsonElement direction) || direction.ValueKind == JsonValueKind.Null)
            return FlowDirection.Unknown;
        return direction.ValueKind != JsonValueKind.String
            ? throw Wrong("a string in \"dir\"", $"a {direction.ValueKind}")
            : Text(direction, "dir") switch
            {
                "" => FlowDirection.Unknown,
                "c2s" => FlowDirection.ClientToServer,
                "s2c" => FlowDirection.ServerToClient,
                _ => throw Wrong("\"dir\" to be c2s, s2c or empty", "another word"),
            };
    }

    private DateTimeOffset? TimeOf(JsonElement root)
    {
        if (!root.TryGetProperty("ts", out JsonElement ts) || ts.ValueKind == JsonValueKind.Null) return null;
        if (ts.ValueKind != JsonValueKind.Number || !ts.TryGetDecimal(out decimal seconds)
            || seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds()
                || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            throw Wrong("seconds since 1970 in \"ts\"",
                $"{(ts.ValueKind == JsonValueKind.Number ? "a number no date has" : $"a {ts.ValueKind}")}");
        }

        return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    // GetString throws on an escaped lone surrogate, which is legal JSON and no legal text.
    private string Text(JsonElement element, string property)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong($"text in \"{property}\"", "half a surrogate pair");
        }
    }

    private InputFormatException Wrong(string expected, string found) => new(Offset, expected, found, LineCount);
}
