using System.Collections.Frozen;

namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>
/// What response codes (field 39) of the standard say in words; schemes give some of them other meanings.
/// </summary>
internal static class ResponseCodes
{
    private static readonly FrozenDictionary<string, string> Words = DataTable.Lines("Iso8583/Coding/responses.txt")
        .Select(line => line.Split(' ', 3)).ToFrozenDictionary(parts => parts[0] + parts[1], parts => parts[2],
            StringComparer.Ordinal);

    /// <summary>The meaning of a code; null where the standard has none for it.</summary>
    public static string? Meaning(string version, string code) => Words.GetValueOrDefault(version + code);
}
