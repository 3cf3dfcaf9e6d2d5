using System.Globalization;
using System.Text.Json;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>A JSON answer, read field by field; what is not there or of another kind is null.</summary>
internal readonly struct GcpReply(JsonElement element)
{
    public static GcpReply Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            JsonElement element = JsonElement.ParseValue(ref reader);
            return new GcpReply(reader.Read() ? default : element);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public GcpReply this[string name] =>
        TryFind(name, out JsonElement found) ? new GcpReply(found) : default;

    public bool IsTrue => element.ValueKind == JsonValueKind.True;

    public string? Text
    {
        get
        {
            try
            {
                return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
            }
            catch (InvalidOperationException)
            {
                return null; // half of a surrogate pair
            }
        }
    }

    public double? Number => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double number)
        ? number : null;

    /// <summary>RFC 3339, as Google writes times.</summary>
    public DateTimeOffset? Time => DateTimeOffset.TryParse(Text, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time : null;

    public IEnumerable<GcpReply> Items =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().Select(each => new GcpReply(each)) : [];

    /// <summary>Bytes; nothing written means none, as protocol buffers have it.</summary>
    public byte[]? Bytes(string name)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        if (!TryFind(name, out JsonElement found)) return [];
        try
        {
            return found.ValueKind == JsonValueKind.String && found.TryGetBytesFromBase64(out byte[]? bytes) ? bytes
                : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The bytes of a field are those that the field with their checksum says.</summary>
    public bool IsIntact(string name, string checksum) =>
        Bytes(name) is { } bytes && this[checksum].Text == Crc32C.Text(bytes);

    private bool TryFind(string name, out JsonElement found)
    {
        found = default;
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out found);
        }
        catch (InvalidOperationException)
        {
            return false; // some name in it has half of a surrogate pair
        }
    }
}
