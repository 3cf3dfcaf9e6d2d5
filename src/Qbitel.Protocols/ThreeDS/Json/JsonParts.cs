using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Qbitel.Protocols.ThreeDS.Json;

/// <summary>A JSON text as a flat list of its values, each before those within it. It keeps the text, not
/// copies.</summary>
internal sealed class JsonParts
{
    public const int MaxDepth = 32;

    private const int MaxParts = 2_000_000;

    private readonly byte[] _text;
    private readonly JsonPart[] _parts;

    private JsonParts(byte[] text, JsonPart[] parts)
    {
        _text = text;
        _parts = parts;
    }

    public ReadOnlySpan<byte> Text => _text;

    /// <summary>The first part is the whole value.</summary>
    public JsonPart this[int part] => _parts[part];

    public int Count => _parts.Length;

    /// <summary>
    /// Finds the end of the JSON value the bytes begin with; null is a whole value, which <paramref name="consumed"/>
    /// ends.
    /// </summary>
    public static ParseError? FindEnd(ReadOnlySpan<byte> bytes, out int consumed) =>
        Scan(bytes, null, out consumed, out _);

    /// <summary>Reads the JSON value at the start of a text.</summary>
    public static ParseError? Read(byte[] text, out JsonParts parts, out int consumed)
    {
        // Each value but the first follows one of these; commas within strings only make the list longer.
        int bound =
            1 + text.AsSpan().Count((byte)',') + text.AsSpan().Count((byte)'{') + text.AsSpan().Count((byte)'[');
        JsonPart[] found = new JsonPart[Math.Min(bound, MaxParts)];
        ParseError? error = Scan(text, found, out consumed, out int count);
        parts = error is null ? new JsonParts(text, count == found.Length ? found : found[..count]) : null!;
        return error;
    }

    /// <summary>The name of a part, as it is meant.</summary>
    public string NameOf(JsonPart part) =>
        part.NameOffset < 0 ? "" : Plain(_text.AsSpan(part.NameOffset, part.NameLength));

    /// <summary>The name of a part in a buffer of the caller's, where it is short, or of its own.</summary>
    public ReadOnlySpan<char> NameIn(JsonPart part, Span<char> buffer)
    {
        ReadOnlySpan<byte> raw = RawName(part);
        bool isPlain = raw.Length <= buffer.Length && !raw.Contains((byte)'\\')
            && System.Text.Ascii.ToUtf16(raw, buffer, out _) == System.Buffers.OperationStatus.Done;
        return isPlain ? buffer[..raw.Length] : NameOf(part);
    }

    /// <summary>The bytes of a name as they are written.</summary>
    public ReadOnlySpan<byte> RawName(JsonPart part) => _text.AsSpan(part.NameOffset, part.NameLength);

    /// <summary>The bytes of a value as they are written: without its quotes where it is a string.</summary>
    public ReadOnlySpan<byte> RawValue(JsonPart part) =>
        part.IsString ? _text.AsSpan(part.Offset + 1, part.Length - 2) : _text.AsSpan(part.Offset, part.Length);

    /// <summary>What a value says; objects and lists as they are written.</summary>
    public string ValueOf(JsonPart part) =>
        part.IsString ? Plain(RawValue(part)) : Encoding.UTF8.GetString(RawValue(part));

    /// <summary>The number of a member of an object, or of an entry of a list; -1 where there is none.</summary>
    public int Find(int parent, ReadOnlySpan<char> name)
    {
        bool isList = _parts[parent].IsArray;
        int wanted = -1;
        if (isList && name.Length > 9) return -1;
        if (isList && !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out wanted)) return -1;

        int index = 0;
        for (int child = parent + 1; child < _parts[parent].End; child = _parts[child].End, index++)
            if (isList ? index == wanted : IsNamed(_parts[child], name)) return child;

        return -1;
    }

    /// <summary>By names and numbers joined by slashes; -1 where there is no such value.</summary>
    public int FindPath(ReadOnlySpan<char> path)
    {
        int part = 0;
        foreach (Range segment in path.Split('/'))
        {
            if (part < 0 || (!_parts[part].IsObject && !_parts[part].IsArray)) return -1;
            part = Find(part, path[segment]);
        }

        return part;
    }

    public bool IsNamed(JsonPart part, ReadOnlySpan<char> name)
    {
        ReadOnlySpan<byte> raw = RawName(part);
        return raw.Contains((byte)'\\') ? name.SequenceEqual(Plain(raw)) : IsWritten(raw, name);
    }

    private static bool IsWritten(ReadOnlySpan<byte> raw, ReadOnlySpan<char> name)
    {
        if (raw.Length == name.Length && System.Text.Ascii.Equals(raw, name)) return true;
        return raw.ContainsAnyInRange((byte)0x80, (byte)0xFF) && name.SequenceEqual(Encoding.UTF8.GetString(raw));
    }

    private static string Plain(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\')) return Encoding.UTF8.GetString(raw);
        Utf8JsonReader reader = new([(byte)'"', .. raw, (byte)'"']);
        reader.Read();
        return reader.GetString()!; // whose escapes were checked when the text was read
    }

    private static ParseError? Scan(ReadOnlySpan<byte> bytes, JsonPart[]? parts, out int consumed, out int count)
    {
        consumed = count = 0;
        Utf8JsonReader reader = new(bytes, isFinalBlock: false,
            new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        Span<int> open = stackalloc int[MaxDepth + 1];
        int nameOffset = -1, nameLength = 0;
        try
        {
            while (reader.Read())
            {
                int at = (int)reader.TokenStartIndex;
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsText(ref reader))
                    return Wrong(at, "text of Unicode", "bytes or escapes that are none");
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    (nameOffset, nameLength) = (at + 1, reader.ValueSpan.Length);
                    continue;
                }

                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    consumed = (int)reader.BytesConsumed;
                    if (parts is not null)
                    {
                        ref JsonPart held = ref parts[open[reader.CurrentDepth]];
                        held = held with { Length = consumed - held.Offset, End = count };
                    }
                }
                else if (parts is not null)
                {
                    if (count == parts.Length) return Wrong(at, $"at most {MaxParts} values", "one more");
                    open[reader.CurrentDepth] = count;
                    int length = (int)reader.BytesConsumed - at;
                    parts[count] = new JsonPart(reader.TokenType, nameOffset, nameLength, at, length, count + 1);
                    count++;
                    nameOffset = -1;
                }

                bool isOpen = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
                if (reader.CurrentDepth > 0 || isOpen) continue;
                consumed = (int)reader.BytesConsumed;
                return null;
            }
        }
        catch (JsonException wrong)
        {
            consumed = 0;
            return Wrong(OffsetOf(bytes, wrong), "JSON", "something else");
        }

        consumed = 0;
        return new ParseError(new Diagnostic("ThreeDS.Incomplete", Severity.Error, "the message is cut")
        {
            Offset = bytes.Length,
            Expected = "the end of the JSON text",
            Actual = "the end of the input",
        }, IsIncomplete: true);
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return Utf8.IsValid(reader.ValueSpan);
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false; // half of a surrogate pair
        }
    }

    private static int OffsetOf(ReadOnlySpan<byte> bytes, JsonException wrong)
    {
        int at = 0;
        for (long line = wrong.LineNumber ?? 0; line > 0; line--)
        {
            int next = bytes[at..].IndexOf((byte)'\n');
            if (next < 0) break;
            at += next + 1;
        }

        return (int)Math.Min(bytes.Length, at + (wrong.BytePositionInLine ?? 0));
    }

    private static ParseError Wrong(int offset, string expected, string found) =>
        new(new Diagnostic("ThreeDS.Json", Severity.Error, "the text is not one JSON value")
        {
            Offset = offset,
            Expected = expected,
            Actual = found,
        });
}
