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

    public static bool Exists(ReadOnlySpan<char> code) => ByCode.ContainsKey(code);

    public static string? BbanStructure(ReadOnlySpan<char> code) =>
        ByCode.TryGetValue(code, out string? structure) ? structure : null;
}
