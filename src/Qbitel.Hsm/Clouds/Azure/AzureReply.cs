using System.Buffers.Text;
using System.Text.Json;

namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>A JSON answer, read field by field; what is not there or of another kind is null.</summary>
internal readonly struct AzureReply(JsonElement element)
{
    public static AzureReply Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            JsonElement element = JsonElement.ParseValue(ref reader);
            return new AzureReply(reader.Read() ? default : element);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public AzureReply this[string name] =>
        TryFind(name, out JsonElement found) ? new AzureReply(found) : default;

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

    public bool? Flag => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Seconds since 1970, as Azure writes times.</summary>
    public DateTimeOffset? Time => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long seconds)
        && seconds is >= 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>Bytes in base64url without padding (RFC 7515).</summary>
    public byte[]? Bytes
    {
        get
        {
            if (Text is not { } text) return null;
            try
            {
                return Base64Url.DecodeFromChars(text);
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }

    public IEnumerable<AzureReply> Items =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().Select(each => new AzureReply(each)) : [];

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
