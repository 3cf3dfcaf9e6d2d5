using System.Globalization;
using System.Text;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>Names of parts: plain words of lower-case letters and digits, each given once.</summary>
internal sealed class PartNames
{
    private const int MaxLength = 40;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal) { "tag", "length", "value" };

    private readonly HashSet<string> _inner = new(StringComparer.Ordinal);

    public PartNames()
    {
    }

    /// <param name="taken">Names that are given already.</param>
    public PartNames(IEnumerable<string> taken)
    {
        foreach (string name in taken)
        {
            _taken.Add(name);
            _inner.Add(name);
        }
    }

    /// <summary>The name of a part of an item; those kept for items are free once.</summary>
    public string Inner(string asked) =>
        _inner.Add(asked) && asked is "tag" or "length" or "value" ? asked : Next(asked);

    /// <summary>The name asked for, as far as it is one, with a number where it is taken.</summary>
    public string Next(string asked)
    {
        string name = Clean(asked);
        if (name.Length == 0) name = "field" + (_taken.Count - 2).ToString(CultureInfo.InvariantCulture);
        string candidate = name;
        for (int n = 2; !_taken.Add(candidate); n++)
            candidate = $"{name}{(char.IsAsciiDigit(name[^1]) ? "_" : "")}{n.ToString(CultureInfo.InvariantCulture)}";

        return candidate;
    }

    /// <summary>Letters and digits of what a name was to be; it may come from anywhere.</summary>
    public static string Clean(string asked)
    {
        StringBuilder name = new();
        foreach (char c in asked)
        {
            if (name.Length >= MaxLength) break;
            if (char.IsAsciiLetterOrDigit(c)) name.Append(char.ToLowerInvariant(c));
            else if (name.Length > 0 && name[^1] != '_') name.Append('_');
        }

        string clean = name.ToString().Trim('_');
        return clean.Length > 0 && char.IsAsciiDigit(clean[0]) ? "f" + clean : clean;
    }
}
