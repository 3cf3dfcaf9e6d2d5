using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Qbitel.Protocols.Xml;

/// <summary>
/// A pattern of XML Schema. Those the standard's messages use are runs of character classes, some in groups that may be
/// missing or repeated, matched in one pass over the bytes; any other is left to the platform's regular expressions.
/// </summary>
internal sealed class MxPattern
{
    private readonly Run[]? _runs;
    private readonly Regex? _regex;

    public MxPattern(string pattern)
    {
        int at = 0;
        List<Run>? runs = Runs(pattern, ref at, isInGroup: false);
        if (runs is not null && IsOnePass(runs) && at == pattern.Length)
        {
            _runs = [.. runs];
        }
        else
        {
            // In XML Schema a point is any character but line ends.
            string ours = Regex.Replace(pattern, @"\\.|\[[^\]]*\]|\.",
                part => part.Value == "." ? @"[^\n\r]" : part.Value, RegexOptions.NonBacktracking);
            _regex = new Regex($"^(?:{ours})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
    }

    /// <summary>Whether it is matched in one pass over the bytes.</summary>
    public bool IsRuns => _runs is not null;

    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        if (_runs is null) return _regex!.IsMatch(Encoding.UTF8.GetString(text));

        int at = 0;
        for (int i = 0; i < _runs.Length; i++)
        {
            ref readonly Run run = ref _runs[i];
            if (run.Past > 0 && !(at < text.Length && run.Has(text[at])))
            {
                i = run.Past - 1;
                continue;
            }

            int end = at;
            int limit = run.Most > text.Length - at ? text.Length : at + run.Most;
            while (end < limit && run.Has(text[end])) end++;
            if (end - at < run.Least) return false;
            at = end;
            if (run.Again >= 0 && at < text.Length && _runs[run.Again].Has(text[at])) i = run.Again - 1;
        }

        return at == text.Length;
    }

    // Greedy is right where a run of no fixed length cannot take what may come next, and where the first character of
    // a group tells whether it is there.
    private static bool IsOnePass(List<Run> runs)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            Run run = runs[i];
            if (run.Least != run.Most && Next(runs, i + 1).Concat(run.Again >= 0 ? [runs[run.Again]] : [])
                .Any(run.Shares))
            {
                return false;
            }

            if (run.Past > 0 && (run.Least == 0 || Next(runs, run.Past).Any(run.Shares))) return false;
            if (run.Again >= 0 && (runs[run.Again].Least == 0 || Next(runs, i + 1).Any(runs[run.Again].Shares)))
                return false;
        }

        return true;
    }

    // The runs that may begin at a place: its own, and those after groups that may be missing.
    private static IEnumerable<Run> Next(List<Run> runs, int from)
    {
        while (from < runs.Count)
        {
            yield return runs[from];
            if (runs[from].Past > 0) from = runs[from].Past;
            else if (runs[from].Least == 0) from++;
            else yield break;
        }
    }

    private static List<Run>? Runs(string pattern, ref int at, bool isInGroup)
    {
        List<Run> runs = [];
        while (at < pattern.Length && pattern[at] != ')')
        {
            if (pattern[at] == '(')
            {
                if (isInGroup) return null;
                at++;
                List<Run>? group = Runs(pattern, ref at, isInGroup: true);
                if (group is null || group.Count == 0 || at == pattern.Length) return null;

                at++;
                if (Count(pattern, ref at) is not var (least, most)) return null;
                if (least != most)
                {
                    // Missing, once, or as often as one likes.
                    if (least > 1 || most is > 1 and < int.MaxValue) return null;
                    int first = runs.Count, past = first + group.Count;
                    if (least == 0) group[0] = group[0] with { Past = past };
                    if (most > 1) group[^1] = group[^1] with { Again = first };
                    most = 1;
                }
                else if (most > 256)
                {
                    return null;
                }

                for (int i = 0; i < most; i++) runs.AddRange(group);
                continue;
            }

            if (Class(pattern, ref at) is not { } set) return null;
            if (Count(pattern, ref at) is not var (fewest, greatest)) return null;
            runs.Add(new Run(set.Low, set.High, fewest, greatest) { Again = -1 });
        }

        return runs;
    }

    private static (ulong Low, ulong High)? Class(string pattern, ref int at)
    {
        ulong low = 0, high = 0;
        void Add(char c)
        {
            if (c < 64) low |= 1UL << c;
            else high |= 1UL << (c - 64);
        }

        char first = pattern[at++];
        if (first == '\\' && at < pattern.Length && !char.IsAsciiLetterOrDigit(pattern[at]))
        {
            Add(pattern[at++]);
            return (low, high);
        }

        if (char.IsAsciiLetterOrDigit(first) || first is '-' or ' ' or '/')
        {
            Add(first);
            return (low, high);
        }

        if (first != '[' || at == pattern.Length || pattern[at] == '^') return null;
        while (at < pattern.Length && pattern[at] != ']')
        {
            char from = pattern[at++];
            if (from == '\\')
            {
                if (at == pattern.Length || char.IsAsciiLetterOrDigit(pattern[at])) return null;
                from = pattern[at++];
            }

            char to = from;
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                to = pattern[at + 1];
                at += 2;
                if (to == '\\' || to < from) return null;
            }

            if (from is '[' or > '\x7F' || to is '[' or > '\x7F') return null;
            for (int c = from; c <= to; c++) Add((char)c);
        }

        if (at == pattern.Length) return null;
        at++;
        return (low, high);
    }

    // How often what stands before may be there; null for what is no count of XML Schema.
    private static (int Least, int Most)? Count(string pattern, ref int at)
    {
        if (at == pattern.Length) return (1, 1);
        switch (pattern[at])
        {
            case '?': at++; return (0, 1);
            case '+': at++; return (1, int.MaxValue);
            case '*': at++; return (0, int.MaxValue);
            case '{':
                int close = pattern.IndexOf('}', at);
                string[] parts = close < 0 ? [] : pattern[(at + 1)..close].Split(',');
                at = close + 1;
                int most = int.MaxValue;
                if (parts.Length is not (1 or 2) || !IsNumber(parts[0], out int least)
                    || (parts.Length == 2 && parts[1].Length > 0 && !IsNumber(parts[1], out most)))
                {
                    return null;
                }

                return (least, parts.Length == 1 ? least : most);
            default: return (1, 1);
        }
    }

    private static bool IsNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>So many characters of one class; ASCII only.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Run(ulong Low, ulong High, int Least, int Most)
    {
        /// <summary>Where it goes on if the group that begins here is missing; 0 where it must be there.</summary>
        public int Past { get; init; }

        /// <summary>Where the group begins that ends here and may be repeated; -1 for none.</summary>
        public int Again { get; init; }

        public bool Has(byte c) =>
            c < 64 ? ((Low >> c) & 1) != 0 : c < 128 && ((High >> (c - 64)) & 1) != 0;

        public bool Shares(Run other) => ((Low & other.Low) | (High & other.High)) != 0;
    }
}
