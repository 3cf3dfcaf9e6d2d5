using System.Globalization;
using System.Text;

namespace Qbitel.Discovery.Emission;

/// <summary>Identifiers and literals of generated code; nothing a message says gets into it in any other
/// way.</summary>
internal static class Identifier
{
    private const int MaxLength = 48;

    /// <summary>Pascal case from the letters and digits of a name; the prefix stands where nothing is left.</summary>
    public static string Pascal(string name, string prefix)
    {
        StringBuilder text = new();
        bool isUpper = true;
        foreach (char c in name)
        {
            if (text.Length == MaxLength) break;
            if (!char.IsAsciiLetterOrDigit(c))
            {
                isUpper = true;
                continue;
            }

            text.Append(isUpper ? char.ToUpperInvariant(c) : c);
            isUpper = false;
        }

        return text.Length == 0 || !char.IsAsciiLetter(text[0]) ? prefix + text : text.ToString();
    }

    /// <summary>Small letters, digits and underscores, as Kaitai and Wireshark want them.</summary>
    public static string Snake(string name, string prefix)
    {
        string clean = Grammars.Layouts.PartNames.Clean(name);
        return clean.Length == 0 ? prefix : clean;
    }

    /// <summary>The same names never twice.</summary>
    public static IReadOnlyList<string> Unique(IEnumerable<string> names)
    {
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        List<string> unique = [];
        foreach (string name in names)
        {
            string candidate = name;
            for (int n = 2; !taken.Add(candidate); n++)
                candidate = $"{name}_{n.ToString(CultureInfo.InvariantCulture)}";

            unique.Add(candidate);
        }

        return unique;
    }

    /// <summary>A literal of C#, JSON and YAML: all but plain characters are escaped.</summary>
    public static string Literal(string text)
    {
        StringBuilder literal = new("\"");
        foreach (char c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || " ._-:;,+/()=<>#$".Contains(c, StringComparison.Ordinal))
                literal.Append(c);
            else
                literal.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return literal.Append('"').ToString();
    }

    /// <summary>The same for Lua, which escapes bytes by their decimal numbers.</summary>
    public static string LuaLiteral(string text)
    {
        StringBuilder literal = new("\"");
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)' ' or (byte)'.' or (byte)'_' or (byte)'-')
                literal.Append((char)b);
            else
                literal.Append('\\').Append(b.ToString("000", CultureInfo.InvariantCulture));
        }

        return literal.Append('"').ToString();
    }

    /// <summary>Text for a comment or a page: one line, no marks that end or begin anything.</summary>
    public static string Prose(string text)
    {
        StringBuilder prose = new();
        foreach (char c in text.Length > 400 ? text[..400] : text)
        {
            bool isPlain = char.IsAsciiLetterOrDigit(c) || " .,;:%+-=()$_^'".Contains(c, StringComparison.Ordinal);
            prose.Append(isPlain ? c : ' ');
        }

        // Twelve digits or more may be a card's or an account's number.
        StringBuilder covered = new();
        string plain = prose.ToString().Replace("--", "- ", StringComparison.Ordinal);
        for (int i = 0; i < plain.Length;)
        {
            int run = 0;
            while (i + run < plain.Length && char.IsAsciiDigit(plain[i + run])) run++;
            covered.Append(run >= 12 ? "***" : plain.AsSpan(i, Math.Max(run, 1)));
            i += Math.Max(run, 1);
        }

        return covered.ToString();
    }
}
