using System.Buffers;
using System.Text.Json;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.Vectors;

/// <summary>One operation with its inputs; a missing or malformed one is refused by its name, never guessed.</summary>
internal readonly struct CardItem(JsonElement item)
{
    private static readonly SearchValues<char> UpperHex = SearchValues.Create("0123456789ABCDEF");

    public bool Has(string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    public string Text(string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw Wrong($"'{name}' must be a string");

    public string Text(string name, string otherwise) => Has(name) ? Text(name) : otherwise;

    /// <summary>Upper-case hexadecimal, whole bytes.</summary>
    public byte[] Bytes(string name)
    {
        string text = Text(name);
        if (text.Length % 2 != 0) throw Wrong($"'{name}' has half a byte too much");
        if (text.AsSpan().ContainsAnyExcept(UpperHex)) throw Wrong($"'{name}' must be upper-case hexadecimal");
        return Convert.FromHexString(text);
    }

    public byte[] Bytes(string name, int size) => Bytes(name) is var bytes && bytes.Length == size
        ? bytes
        : throw Wrong($"'{name}' must have {size} bytes");

    public int Number(string name, int min, int max) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out int number) && number >= min && number <= max
            ? number
            : throw Wrong($"'{name}' must be a whole number from {min} to {max}");

    public T Choice<T>(string name, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        string text = Text(name);
        foreach ((string known, T value) in choices)
        {
            if (known == text) return value;
        }

        throw Wrong($"'{name}' is none of its values");
    }

    public MacPadding Padding(string name) => (MacPadding)Number(name, 1, 2);

    public JsonElement.ArrayEnumerator Items(string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : throw Wrong($"'{name}' must be an array");

    public static CardException Wrong(string what) => new(CardFault.InvalidInput, $"{what}.");
}
