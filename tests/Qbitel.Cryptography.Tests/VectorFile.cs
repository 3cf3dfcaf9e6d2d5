using System.Text.Json.Nodes;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests;

/// <summary>
/// A third-party JSON file of vectors: one theory row each, or one row that skips where the file is absent.
/// </summary>
internal static class VectorFile
{
    /// <param name="list">The property that holds the vectors, where the file is not the list itself.</param>
    public static IEnumerable<int> Rows(string path, string? list = null) =>
        !SharedFiles.TryFind($"vectors/pqc/{path}", out string file) ? [0]
        : Enumerable.Range(0, Vectors(JsonNode.Parse(File.ReadAllText(file))!, list).Count);

    public static bool Exists(string path) => SharedFiles.TryFind($"vectors/pqc/{path}", out _);

    public static JsonNode Read(string path) =>
        JsonNode.Parse(File.ReadAllText(SharedFiles.Path($"vectors/pqc/{path}")))!;

    public static JsonNode Row(string path, int index, string? list = null) => Vectors(Read(path), list)[index]!;

    public static byte[] Hex(this JsonNode vector, string field) => Convert.FromHexString((string)vector[field]!);

    public static byte[] Base64(this JsonNode vector, string field) => Convert.FromBase64String((string)vector[field]!);

    private static JsonArray Vectors(JsonNode file, string? list) => (list is null ? file : file[list]!).AsArray();
}
