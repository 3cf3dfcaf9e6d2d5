using System.Collections.Frozen;

namespace Qbitel.Protocols.Iso20022.Rules;

/// <summary>What codes say, in our own words: codes.txt beside this.</summary>
internal static class MxMeanings
{
    private static readonly FrozenDictionary<string, string> ByCode =
        DataTable.Lines("Iso20022/Rules/codes.txt").Select(line => line.Split(' ', 3))
            .ToFrozenDictionary(words => words[0] + " " + words[1], words => words[2], StringComparer.Ordinal);

    /// <summary>By the element's name, alone or with that of the one around it; null where unknown.</summary>
    public static string? Of(string path, string value)
    {
        if (value.Length is < 1 or > 4) return null;

        ReadOnlySpan<char> steps = path;
        int last = steps.LastIndexOf('/');
        if (ByCode.TryGetValue($"{Plain(steps[(last + 1)..])} {value}", out string? meaning)) return meaning;
        if (last <= 0) return null;

        int before = steps[..last].LastIndexOf('/');
        ReadOnlySpan<char> around = Plain(steps[(before + 1)..last]);
        return ByCode.GetValueOrDefault($"{around}/{Plain(steps[(last + 1)..])} {value}");
    }

    private static ReadOnlySpan<char> Plain(ReadOnlySpan<char> step) =>
        step.IndexOf('[') is >= 0 and int bracket ? step[..bracket] : step;
}
