using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>Reads archives that hold FAIM messages as JSON objects, and writes them as the messages they
/// were.</summary>
internal sealed class FaimObjects
{
    private const int MaximumDepth = 16, MaximumMessages = 10_000;

    private static readonly FrozenDictionary<string, (string Tag, string[] Elements)> Objects =
        DataTable.Lines("FedwireFaim/objects.txt").Select(line => line.Split(' '))
            .ToFrozenDictionary(words => words[1], words => (words[0], words[2..]), StringComparer.OrdinalIgnoreCase);

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaximumDepth };

    private readonly List<FaimObjectMessage> _messages = [];

    public IReadOnlyList<FaimObjectMessage> Messages => _messages;

    /// <summary>Whether the bytes are JSON and speak of such messages.</summary>
    public static bool Claims(ReadOnlySpan<byte> bytes)
    {
        int at = FaimTagReader.SkipGap(bytes);
        return at < bytes.Length && bytes[at] == '{' && !FaimTagReader.IsTag(bytes[at..])
            && bytes[..Math.Min(bytes.Length, 64 * 1024)].IndexOf("\"fedWireMessage"u8) > 0;
    }

    /// <summary>Reads all messages of a document; null, with the reason, where it is no JSON or has none.</summary>
    public static FaimObjects? Read(ReadOnlySpan<byte> bytes, out ParseError error)
    {
        error = null!;
        int start = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        Utf8JsonReader json = new(bytes[start..], Options);
        FaimObjects found = new();
        try
        {
            while (json.Read())
            {
                bool begins = json.TokenType == JsonTokenType.PropertyName
                    && json.GetString()!.StartsWith("fedWireMessage", StringComparison.OrdinalIgnoreCase);
                if (!begins || !json.Read()) continue;
                if (json.TokenType == JsonTokenType.StartObject)
                {
                    found.ReadMessage(ref json, start);
                }
                else if (json.TokenType == JsonTokenType.StartArray)
                {
                    while (json.Read() && json.TokenType == JsonTokenType.StartObject)
                    {
                        found.ReadMessage(ref json,
                            start);
                    }
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            bool isIncomplete = json.BytesConsumed + start >= bytes.Length - 1;
            error = Fault(isIncomplete ? "Faim.Incomplete" : "Faim.Json", isIncomplete ? "the text breaks off"
                : "the text is no JSON", (int)Math.Min(bytes.Length, json.BytesConsumed + start), isIncomplete);
            return null;
        }

        if (found._messages.Count > 0) return found;
        error = Fault("Faim.TagForm", "the objects hold no message", start, false);
        return null;
    }

    private static ParseError Fault(string code, string message, int offset, bool isIncomplete) =>
        new(new Diagnostic(code, Severity.Error, message)
        {
            Offset = offset,
            Expected = "a JSON object with a fedWireMessage",
            Actual = isIncomplete ? "the end of the input" : "something else",
        }, isIncomplete);

    private void ReadMessage(ref Utf8JsonReader json, int start)
    {
        SortedDictionary<string, (int Offset, string[] Values)> tags = new(StringComparer.Ordinal);
        List<(string Name, int Offset)> unknown = [];
        int offset = (int)json.TokenStartIndex + start;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            int at = (int)json.TokenStartIndex + start;
            string name = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }

            if (!Objects.TryGetValue(name, out (string Tag, string[] Elements) known))
            {
                unknown.Add((name, at));
                json.Skip();
                continue;
            }

            string[] values = new string[known.Elements.Length];
            Array.Fill(values, "");
            ReadElements(ref json, known.Elements, values, unknown, start);
            tags[known.Tag] = (at, values);
        }

        if (_messages.Count < MaximumMessages) _messages.Add(FaimObjectMessage.Write(offset, tags, unknown));
    }

    private static void ReadElements(ref Utf8JsonReader json, string[] elements, string[] values,
        List<(string Name, int Offset)> unknown, int start)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            int at = (int)json.TokenStartIndex + start;
            string name = json.GetString()!;
            json.Read();
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadElements(ref json, elements, values, unknown, start);
                continue;
            }

            int index = Array.FindIndex(elements, each => each.Equals(name, StringComparison.OrdinalIgnoreCase));
            string? value = json.TokenType switch
            {
                JsonTokenType.String => json.GetString(),
                JsonTokenType.Number => Encoding.UTF8.GetString(json.ValueSpan),
                JsonTokenType.Null => "",
                _ => null,
            };
            if (index >= 0 && value is not null) values[index] = value;
            else if (value is not "") unknown.Add((name, at));
            if (value is null) json.Skip();
        }
    }
}

/// <summary>A message that was kept as objects: written as it was, and where its parts stand in the JSON.</summary>
/// <param name="Message">As FAIM has it.</param>
/// <param name="Offset">Of the object.</param>
/// <param name="Tags">Where each tag's object stands.</param>
/// <param name="Unknown">Names that are no tag and no element.</param>
internal sealed record FaimObjectMessage(FaimMessage Message, int Offset, IReadOnlyDictionary<string, int> Tags,
    IReadOnlyList<(string Name, int Offset)> Unknown)
{
    public static FaimObjectMessage Write(int offset, SortedDictionary<string, (int Offset, string[] Values)> tags,
        List<(string Name, int Offset)> unknown)
    {
        StringBuilder text = new();
        foreach ((string tag, (int _, string[] values)) in tags)
        {
            // Written as they stand, so that what does not have its form is found like in any message.
            FaimTagRule rule = FaimTable.Tag(tag)!;
            text.Append('{').Append(tag).Append('}');
            int last = values.Length;
            while (last > 0 && values[last - 1].Length == 0) last--;
            for (int i = 0; i < last; i++)
            {
                FaimElementRule element = rule.Elements[i];
                text.Append(element.Form == FaimForm.Fixed ? values[i].PadRight(element.Length) : values[i]);
                if (element.Form is FaimForm.Delimited or FaimForm.DelimitedCode) text.Append('*');
            }

            text.Append('\n');
        }

        return new FaimObjectMessage(FaimMessage.Read(Encoding.Latin1.GetBytes(text.ToString())), offset,
            tags.ToDictionary(pair => pair.Key, pair => pair.Value.Offset, StringComparer.Ordinal), unknown);
    }

    /// <summary>A finding about the message, as one about the JSON that holds it.</summary>
    public Diagnostic Place(Diagnostic finding) => finding with
    {
        Offset = finding.Tag is { } tag && Tags.TryGetValue(tag, out int at) ? at : Offset,
        Length = null,
    };
}
