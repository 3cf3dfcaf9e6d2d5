using System.Collections.Frozen;
using System.Globalization;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>The tables of the format: tags, codes, and what goes with what.</summary>
internal static class FaimTable
{
    private static readonly FrozenDictionary<string, IReadOnlyDictionary<string, string>> Codes = ReadCodes();

    private static readonly FrozenDictionary<string, FaimTagRule> Tags = ReadTags();

    private static readonly string[][] Rules =
        [.. DataTable.Lines("FedwireFaim/functions.txt").Select(line => line.Split('|'))];

    /// <summary>Tags every message has. One that came from the service has {1100} in place of {1500}.</summary>
    public static readonly string[] Mandatory = ["1500", "1510", "1520", "2000", "3100", "3400", "3600"];

    public static FrozenDictionary<string, FaimFunctionRule> Functions { get; } = Rules.Where(row => row[0] == "F")
        .Select(row => new FaimFunctionRule(row[1], row[2].Split(','), List(row[3]), List(row[4])))
        .ToFrozenDictionary(rule => rule.Code, StringComparer.Ordinal);

    /// <summary>Tags that must stand beside a tag.</summary>
    public static IReadOnlyList<(string Tag, IReadOnlyList<string> Needs)> Companions { get; } =
        [.. Rules.Where(row => row[0] == "N").Select(row => (row[1], (IReadOnlyList<string>)List(row[2])))];

    /// <summary>Tags a local instrument needs.</summary>
    public static FrozenDictionary<string, IReadOnlyList<string>> Instruments { get; } =
        Rules.Where(row => row[0] == "I").ToFrozenDictionary(row => row[1], row => (IReadOnlyList<string>)List(row[2]),
            StringComparer.Ordinal);

    /// <summary>Tags that only some local instruments allow.</summary>
    public static IReadOnlyList<(IReadOnlyList<string> Tags, IReadOnlyList<string> Instruments)> OnlyWith { get; } =
        [.. Rules.Where(row => row[0] == "O")
            .Select(row => ((IReadOnlyList<string>)List(row[1]), (IReadOnlyList<string>)List(row[2])))];

    public static FaimTagRule? Tag(string tag) => Tags.GetValueOrDefault(tag);

    public static IEnumerable<FaimTagRule> All => Tags.Values.OrderBy(rule => rule.Tag, StringComparer.Ordinal);

    /// <summary>Whether a tag is meant by an entry: itself, or the first digit of a family.</summary>
    public static bool IsOf(string tag, string entry) => entry.Length == 1 ? tag[0] == entry[0] : tag == entry;

    private static string[] List(string text) => text.Length == 0 ? [] : text.Split(',');

    private static FrozenDictionary<string, IReadOnlyDictionary<string, string>> ReadCodes()
    {
        Dictionary<string, IReadOnlyDictionary<string, string>> lists = new(StringComparer.Ordinal);
        Dictionary<string, string> list = [];
        foreach (string line in DataTable.Lines("FedwireFaim/codes.txt"))
        {
            if (line[0] != ' ')
            {
                lists.Add(line, list = new Dictionary<string, string>(StringComparer.Ordinal));
                continue;
            }

            string[] parts = line.TrimStart().Split(' ', 2);
            list.Add(parts[0], parts[1]);
        }

        return lists.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, FaimTagRule> ReadTags()
    {
        Dictionary<string, FaimTagRule> tags = new(StringComparer.Ordinal);
        List<FaimElementRule> elements = [];
        foreach (string line in DataTable.Lines("FedwireFaim/tags.txt"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line[0] == ' ') elements.Add(ReadElement(words));
            else tags.Add(words[0], new FaimTagRule(words[0], words[1], elements = []));
        }

        return tags.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FaimElementRule ReadElement(string[] words)
    {
        string form = words[1].TrimStart([.. "0123456789"]);
        string[] checks = words.Length > 4 ? words[4].Split(',') : [];
        string? codes = checks.FirstOrDefault(check => check.StartsWith("codes=", StringComparison.Ordinal));
        return new FaimElementRule(words[0], form switch
        {
            "!" => FaimForm.Fixed,
            "*" => FaimForm.Delimited,
            "!*" => FaimForm.DelimitedCode,
            _ => FaimForm.Counted,
        }, int.Parse(words[1].AsSpan(0, words[1].Length - form.Length), CultureInfo.InvariantCulture), words[2] == "m",
            words[3] switch
            {
                "name" => Redaction.Name,
                "account" => Redaction.Account,
                "text" => Redaction.Text,
                _ => Redaction.None,
            }, checks, codes is null ? null : Codes[codes[6..]]);
    }
}

/// <summary>What a business function needs and excludes.</summary>
internal sealed record FaimFunctionRule(string Code, IReadOnlyList<string> Types, IReadOnlyList<string> Needs,
    IReadOnlyList<string> Excludes);
