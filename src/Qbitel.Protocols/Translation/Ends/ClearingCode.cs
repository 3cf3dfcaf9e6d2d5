using System.Collections.Frozen;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>The two spellings of a clearing system: FIN's two letters and ISO 20022's five.</summary>
internal static class ClearingCode
{
    private static readonly (string Fin, string Iso)[] Rows = [.. DataTable
        .Lines("Translation/Ends/clearing.txt").Select(line => line.Split(' ')).Select(row => (row[0], row[1]))];

    private static readonly FrozenDictionary<string, string> ByFin =
        Rows.ToFrozenDictionary(row => row.Fin, row => row.Iso, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> ByIso =
        Rows.ToFrozenDictionary(row => row.Iso, row => row.Fin, StringComparer.Ordinal);

    /// <summary>Reads <c>//FW021000021</c>; false where the line is not one of a known system.</summary>
    public static bool TryRead(string line, out string system, out string member)
    {
        (system, member) = ("", "");
        if (line.Length < 5 || !line.StartsWith("//", StringComparison.Ordinal)) return false;
        if (ByFin.GetValueOrDefault(line[2..4]) is not { } iso) return false;
        (system, member) = (iso, line[4..]);
        return true;
    }

    public static string? FinOf(string system) => ByIso.GetValueOrDefault(system);
}
