using System.Globalization;
using System.Text.Json;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>Messages that are JSON (RFC 8259) or XML: the values they hold, and what stands around them.</summary>
internal static class MarkedText
{
    private const int MinMessages = 3, MaxDepth = 64;
    private const double NeededShare = 0.95;

    /// <summary>The leaves; null where the trace is of another kind.</summary>
    public static IReadOnlyList<IReadOnlyList<Hint>>? TryFind(IReadOnlyList<Sample> samples)
    {
        if (samples.Count < MinMessages) return null;

        foreach ((string name, Func<ReadOnlyMemory<byte>, List<(int, int, string?)>?> read) in
            (ReadOnlySpan<(string, Func<ReadOnlyMemory<byte>, List<(int, int, string?)>?>)>)
            [("json", m => Json(m.Span)), ("xml", m => Xml(m.Span))])
        {
            List<(int, int, string?)>?[] leaves = [.. samples.Select(s => read(s.Bytes))];
            int whole = leaves.Count(each => each is not null);
            if (whole < MinMessages || whole < NeededShare * samples.Count) continue;

            Relation relation = new(RelationKind.Tree, string.Create(CultureInfo.InvariantCulture,
                $"{name} from the first byte to the last in {whole} of {samples.Count} messages"),
                Chance.Share(whole, samples.Count))
            { Parameters = [new("encoding", name)] };
            return TextMeanings.Apply([.. leaves.Select((each, i) =>
                each is null ? (IReadOnlyList<Hint>)[] : Tile(each, samples[i].Bytes.Length, relation))], samples);
        }

        return null;
    }

    private static List<Hint> Tile(List<(int Start, int Length, string? Path)> leaves, int length, Relation relation)
    {
        List<Hint> hints = [];
        int at = 0;
        foreach ((int start, int size, string? path) in leaves)
        {
            if (start < at || size == 0) continue;
            Mark(start);
            hints.Add(new Hint(start, size, "ascii", "unknown", true, relation) { Name = path });
            at = start + size;
        }

        Mark(length);
        return hints;

        void Mark(int until)
        {
            if (until > at)
                hints.Add(new Hint(at, until - at, "ascii", "const", true, relation) { Name = "markup" });
        }
    }

    private static List<(int, int, string?)>? Json(ReadOnlySpan<byte> message)
    {
        if (message.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..]) return null;

        List<(int, int, string?)> leaves = [];
        Utf8JsonReader reader = new(message, new JsonReaderOptions { MaxDepth = MaxDepth });
        List<string> path = [];
        string key = "";
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        key = reader.GetString() ?? "";
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        path.Add(key);
                        key = "";
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        path.RemoveAt(path.Count - 1);
                        break;
                    default:
                        int quote = reader.TokenType == JsonTokenType.String ? 1 : 0;
                        leaves.Add(((int)reader.TokenStartIndex + quote, reader.ValueSpan.Length,
                            $"{string.Join('.', path.Where(p => p.Length > 0))}.{key}".TrimStart('.')));
                        break;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }

        return leaves;
    }

    // Elements and text alone; a document type or a section of characters is not looked into.
    private static List<(int, int, string?)>? Xml(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> rest = message.TrimStart("\u00EF\u00BB\u00BF \t\r\n"u8);
        if (rest is not [(byte)'<', ..]) return null;

        List<(int, int, string?)> leaves = [];
        List<string> path = [];
        int elements = 0;
        for (int at = message.IndexOf((byte)'<'); at < message.Length;)
        {
            int end = message[at..].IndexOf((byte)'>');
            if (end < 2) return null;
            ReadOnlySpan<byte> tag = message.Slice(at + 1, end - 1);
            if (tag[0] == '/')
            {
                if (path.Count == 0 || path[^1] != NameOf(tag[1..])) return null;
                path.RemoveAt(path.Count - 1);
            }
            else if (tag[0] is not ((byte)'?' or (byte)'!'))
            {
                elements++;
                if (tag[^1] != '/') path.Add(NameOf(tag));
                if (path.Count > MaxDepth || NameOf(tag).Length == 0) return null;
            }

            at += end + 1;
            int next = message[at..].IndexOf((byte)'<');
            if (next < 0)
            {
                if (!message[at..].TrimEnd(" \t\r\n\0"u8).IsEmpty) return null;
                break;
            }

            ReadOnlySpan<byte> text = message.Slice(at, next);
            int lead = next - text.TrimStart(" \t\r\n"u8).Length, size = text.Trim(" \t\r\n"u8).Length;
            if (size > 0) leaves.Add((at + lead, size, string.Join('.', path)));
            at += next;
        }

        return path.Count == 0 && elements > 0 ? leaves : null;
    }

    private static string NameOf(ReadOnlySpan<byte> tag)
    {
        int end = tag.IndexOfAny(" \t\r\n/"u8);
        return System.Text.Encoding.UTF8.GetString(end < 0 ? tag : tag[..end]);
    }
}
