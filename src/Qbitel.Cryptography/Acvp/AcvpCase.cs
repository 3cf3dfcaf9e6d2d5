using System.Text.Json;

namespace Qbitel.Cryptography.Acvp;

/// <summary>One test case with its group: a field is looked for in the case, then in the group.</summary>
internal readonly struct AcvpCase(JsonElement group, JsonElement test)
{
    /// <exception cref="FormatException">There is no such field, or it is no string.</exception>
    public string Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()!
        : throw new FormatException($"'{name}' is no string.");

    public string Text(string name, string otherwise) => Has(name) ? Text(name) : otherwise;

    /// <exception cref="FormatException">The field is there and is no boolean.</exception>
    public bool Flag(string name) => Find(name)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw new FormatException($"'{name}' is no boolean."),
    };

    public bool Has(string name) => Find(name) is not null;

    /// <exception cref="FormatException">There is no such field, or it is not hexadecimal.</exception>
    public byte[] Bytes(string name) => Convert.FromHexString(Text(name));

    /// <exception cref="FormatException">
    /// There is no such field, it is not hexadecimal, or it has another size.
    /// </exception>
    public byte[] Bytes(string name, int size) => Bytes(name) is var value && value.Length == size
        ? value
        : throw new FormatException($"'{name}' has {value.Length} bytes instead of {size}.");

    private JsonElement? Find(string name) =>
        test.TryGetProperty(name, out JsonElement value) || group.TryGetProperty(name, out value) ? value : null;
}
