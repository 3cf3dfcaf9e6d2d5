using System.Buffers;

namespace Qbitel.Pki;

/// <summary>Host names in certificates: RFC 5280, section 4.2.1.6, and RFC 9525, section 6.3.</summary>
internal static class DnsName
{
    private const int MaxSize = 253;
    private const int MaxLabelSize = 63;

    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    public static bool IsWildcard(string name) => name.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>
    /// Letters, digits and hyphens in labels; <c>*</c> only as the whole leftmost label above two others; no address in
    /// disguise.
    /// </summary>
    public static bool IsValid(string name)
    {
        string rest = IsWildcard(name) ? name[2..] : name;
        if (rest.Length is 0 or > MaxSize || name.Length > MaxSize) return false;

        string[] labels = rest.Split('.');
        if (IsWildcard(name) && labels.Length < 2) return false;
        return Array.TrueForAll(labels, IsLabel) && !labels[^1].All(char.IsAsciiDigit);
    }

    /// <summary>The pattern's <c>*</c> stands for exactly one label; all else is equal, whatever the case.</summary>
    public static bool Matches(string pattern, string name)
    {
        if (!IsWildcard(pattern)) return string.Equals(pattern, name, StringComparison.OrdinalIgnoreCase);

        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && !IsWildcard(name) && name.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelSize
            && label[0] != '-' && label[^1] != '-' && !label.AsSpan().ContainsAnyExcept(LabelCharacters);
}
