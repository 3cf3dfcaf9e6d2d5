using System.Collections.Frozen;
using System.Globalization;

namespace Qbitel.Protocols.EmvQr;

/// <summary>The tables of objects, tags and identifiers.</summary>
internal static class EmvQrTable
{
    public static readonly IReadOnlyList<EmvQrRule> All =
        [.. DataTable.Lines("EmvQr/fields.txt").Select(EmvQrRule.Read)];

    private static readonly FrozenDictionary<string, EmvQrRule> ByPath = MakePaths();

    private static readonly FrozenDictionary<string, (Redaction Redaction, string Name)> Tags =
        DataTable.Lines("EmvQr/tags.txt").Select(line => line.Split('|')).ToFrozenDictionary(parts => parts[0],
            parts => (EmvQrRule.RedactionOf(parts[1]), parts[2]), StringComparer.Ordinal);

    private static readonly (string Identifier, string Name, string[] Omitted)[] Uses =
        [.. DataTable.Lines("EmvQr/identifiers.txt").Select(line => line.Split('|')).Select(parts =>
            (parts[0], parts[1], parts[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    /// <summary>The rule of an object by its path, <c>62/05</c>; null where the number is not used.</summary>
    public static EmvQrRule? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>What a tag of a consumer's code is; null where it is not known.</summary>
    public static (Redaction Redaction, string Name)? Tag(string tag) =>
        Tags.TryGetValue(tag, out (Redaction Redaction, string Name) known) ? known : null;

    /// <summary>The use that an identifier names; null where it is not known.</summary>
    public static string? UseOf(string identifier) => Find(identifier, out _);

    /// <summary>Whether the use that an identifier names is seen to leave out an object of the root.</summary>
    public static bool MayOmit(string identifier, string path) =>
        Find(identifier, out string[] omitted) is not null && omitted.Contains(path, StringComparer.Ordinal);

    private static string? Find(string identifier, out string[] omitted)
    {
        foreach ((string known, string name, string[] without) in Uses)
        {
            omitted = without;
            bool isIt = known.EndsWith('*') ? identifier.StartsWith(known[..^1], StringComparison.OrdinalIgnoreCase)
                : identifier.Equals(known, StringComparison.OrdinalIgnoreCase);
            if (isIt) return name;
        }

        omitted = [];
        return null;
    }

    private static FrozenDictionary<string, EmvQrRule> MakePaths()
    {
        Dictionary<string, EmvQrRule> paths = new(StringComparer.Ordinal);
        foreach (EmvQrRule rule in All)
        {
            foreach (string holder in Holders(rule.Holder))
            {
                for (int number = rule.First; number <= rule.Last; number++)
                    paths[holder + number.ToString("D2", CultureInfo.InvariantCulture)] = rule;
            }
        }

        return paths.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Holders(string holder)
    {
        if (holder.Length == 0) return [""];
        int slash = holder.LastIndexOf('/');
        string[] ends = holder[(slash + 1)..].Split('-');
        int first = int.Parse(ends[0], CultureInfo.InvariantCulture);
        int last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
        return Holders(slash < 0 ? "" : holder[..slash]).SelectMany(outer => Enumerable.Range(first, last - first + 1)
            .Select(number => $"{outer}{number.ToString("D2", CultureInfo.InvariantCulture)}/"));
    }
}
