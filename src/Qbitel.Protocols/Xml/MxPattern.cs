using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Qbitel.Protocols.Xml;

/// <summary>
/// A pattern of XML Schema. Those the standard's messages use are runs of character classes with at most an optional
/// end, matched in one pass over the bytes; any other is left to the platform's regular expressions.
/// </summary>
internal sealed class MxPattern
{
    private readonly Run[]? _runs;
    private readonly Regex? _regex;

    // The end that may be missing, such as the branch of a BIC: how many runs there are without it.
    private readonly int _withoutEnd = -1;

    public MxPattern(string pattern)
    {
        int at = 0;
        List<Run>? runs = Runs(pattern, ref at, ref _withoutEnd, isInGroup: false);
        if (runs is not null && IsOnePass(runs) && at == pattern.Length)
        {
            _runs = [.. runs];
        }
        else
        {
            // In XML Schema a point is any character but line ends.
            string ours = pattern.Replace(".", @"[^\n\r]", StringComparison.Ordinal);
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
            if (i == _withoutEnd && at == text.Length) return true;

            ref readonly Run run = ref _runs[i];
            int end = at;
            int limit = run.Most > text.Length - at ? text.Length : at + run.Most;
            while (end < limit && run.Has(text[end])) end++;
            if (end - at < run.Least) return false;
            at = end;
        }

        return at == text.Length;
    }

    // Greedy is right where a run of no fixed length cannot take what the next one needs.
    private bool IsOnePass(List<Run> runs)
    {
        for (int i = 0; i < runs.Count - 1; i++)
        {
            if (runs[i].Least != runs[i].Most && (runs[i].Shares(runs[i + 1]) || i + 1 == _withoutEnd)) return false;
        }

        return true;
    }

    private static List<Run>? Runs(string pattern, ref int at, ref int withoutEnd, bool isInGroup)
    {
        List<Run> runs = [];
        while (at < pattern.Length && pattern[at] != ')')
        {
            if (pattern[at] == '(')
            {
                if (isInGroup) return null;
                at++;
                List<Run>? group = Runs(pattern, ref at, ref withoutEnd, isInGroup: true);
                if (group is null || at == pattern.Length) return null;

                at++;
                (int least, int most) = Count(pattern, ref at);
                bool isEnd = (least, most) == (0, 1) && at == pattern.Length;
                if (isEnd) withoutEnd = runs.Count;
                else if (least != most) return null;
                for (int i = 0; i < most; i++) runs.AddRange(group);
                continue;
            }

            if (Class(pattern, ref at) is not { } set) return null;
            (int fewest, int greatest) = Count(pattern, ref at);
            runs.Add(new Run(set.Low, set.High, fewest, greatest));
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
                if (char.IsAsciiLetterOrDigit(pattern[at])) return null;
                from = pattern[at++];
            }

            char to = from;
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                to = pattern[at + 1];
                at += 2;
                if (to == '\\') return null;
            }

            if (from is '[' or > '\x7F' || to is '[' or > '\x7F') return null;
            for (int c = from; c <= to; c++) Add((char)c);
        }

        if (at == pattern.Length) return null;
        at++;
        return (low, high);
    }

    private static (int Least, int Most) Count(string pattern, ref int at)
    {
        if (at == pattern.Length) return (1, 1);
        switch (pattern[at])
        {
            case '?': at++; return (0, 1);
            case '+': at++; return (1, int.MaxValue);
            case '*': at++; return (0, int.MaxValue);
            case '{':
                int close = pattern.IndexOf('}', at);
                string[] parts = pattern[(at + 1)..close].Split(',');
                at = close + 1;
                int least = int.Parse(parts[0], CultureInfo.InvariantCulture);
                int most = parts.Length == 1 ? least
                    : parts[1].Length == 0 ? int.MaxValue : int.Parse(parts[1], CultureInfo.InvariantCulture);
                return (least, most);
            default: return (1, 1);
        }
    }

    /// <summary>So many characters of one class; ASCII only.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Run(ulong Low, ulong High, int Least, int Most)
    {
        public bool Has(byte c) =>
            c < 64 ? ((Low >> c) & 1) != 0 : c < 128 && ((High >> (c - 64)) & 1) != 0;

        public bool Shares(Run other) => ((Low & other.Low) | (High & other.High)) != 0;
    }
}
