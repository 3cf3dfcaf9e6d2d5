using System.Text;
using System.Text.Json;

namespace Qbitel.Printing;

/// <summary>JSON that people can read, the same on every system.</summary>
internal static class IndentedJson
{
    public static JsonWriterOptions Options { get; } = new() { Indented = true, NewLine = "\n" };

    /// <param name="content">Writes one value.</param>
    public static string Write(Action<Utf8JsonWriter> content)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, Options)) content(writer);

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
