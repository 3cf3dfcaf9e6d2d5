using System.Collections.Frozen;

namespace Qbitel.Protocols.Identifiers;

/// <summary>ISO 3166-1 codes, and the BBAN structure of countries that have an IBAN.</summary>
internal static class Country
{
    private static readonly FrozenDictionary<string, string?> Bban = DataTable.Lines("Identifiers/countries.txt")
        .Select(line => line.Split(' ')).ToFrozenDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1),
            StringComparer.Ordinal);

    private static readonly FrozenDictionary<string,
        string?>.AlternateLookup<ReadOnlySpan<char>> ByCode = Bban.GetAlternateLookup<ReadOnlySpan<char>>();

    // By both letters: a code is looked up for every BIC of every message.
    private static readonly bool[] Known = [.. Enumerable.Range(0, 26 * 26)
        .Select(i => Bban.ContainsKey($"{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}"))];

    public static bool Exists(ReadOnlySpan<char> code) =>
        code.Length == 2 && char.IsAsciiLetterUpper(code[0]) && char.IsAsciiLetterUpper(code[1])
        && Known[((code[0] - 'A') * 26) + (code[1] - 'A')];

    public static string? BbanStructure(ReadOnlySpan<char> code) =>
        ByCode.TryGetValue(code, out string? structure) ? structure : null;
}
