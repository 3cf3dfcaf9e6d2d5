using System.Collections.Frozen;
using System.Globalization;

namespace Qbitel.Protocols.Emv;

/// <summary>The tags that are known, with the meanings that kernels give them.</summary>
public static class EmvTagTable
{
    private static readonly FrozenDictionary<uint, EmvTagRule[]> ByTag = DataTable.Lines("Emv/tags.txt")
        .Select(Read).GroupBy(rule => rule.Tag).ToFrozenDictionary(rules => rules.Key, rules => rules.ToArray());

    /// <summary>In the order of the table; a tag that kernels use differently comes once for each.</summary>
    public static IEnumerable<EmvTagRule> All => ByTag.Values.SelectMany(rules => rules)
        .OrderBy(rule => rule.Tag).ThenBy(rule => rule.Scheme);

    /// <summary>
    /// What a tag means to a kernel: its own meaning, else everyone's, else the only one there is; null where it is
    /// unknown or the kernel must be known to tell.
    /// </summary>
    public static EmvTagRule? Find(uint tag, EmvScheme scheme = EmvScheme.Unknown)
    {
        if (!ByTag.TryGetValue(tag, out EmvTagRule[]? rules)) return null;
        if (rules is [EmvTagRule only])
        {
            bool isMeant = scheme == EmvScheme.Unknown || only.Scheme == EmvScheme.Unknown;
            if (isMeant) return only;
        }

        EmvTagRule? common = null;
        foreach (EmvTagRule rule in rules)
        {
            if (rule.Scheme == scheme) return rule;
            if (rule.Scheme == EmvScheme.Unknown) common = rule;
        }

        return common;
    }

    public static bool IsKnown(uint tag) => ByTag.ContainsKey(tag);

    /// <summary>A name for people also where kernels differ: all that it may mean.</summary>
    public static string? NameOf(uint tag, EmvScheme scheme = EmvScheme.Unknown) =>
        Find(tag, scheme) is { } rule ? rule.Name
        : ByTag.TryGetValue(tag, out EmvTagRule[]? rules)
            ? string.Join(", or ", rules.Select(each => $"{each.Name} ({each.Scheme})")) : null;

    /// <summary>Whose application an identifier names, by the registered part of it (ISO/IEC 7816-5).</summary>
    public static EmvScheme SchemeOf(ReadOnlySpan<byte> applicationIdentifier) =>
        applicationIdentifier switch
        {
            [0xA0, 0x00, 0x00, 0x00, 0x03, ..] => EmvScheme.Visa,
            [0xA0, 0x00, 0x00, 0x00, 0x04, ..] => EmvScheme.Mastercard,
            [0xA0, 0x00, 0x00, 0x00, 0x25, ..] => EmvScheme.AmericanExpress,
            [0xA0, 0x00, 0x00, 0x00, 0x65, ..] => EmvScheme.Jcb,
            [0xA0, 0x00, 0x00, 0x01, 0x52, ..] or [0xA0, 0x00, 0x00, 0x03, 0x24, ..] => EmvScheme.Discover,
            [0xA0, 0x00, 0x00, 0x03, 0x33, ..] => EmvScheme.UnionPay,
            _ => EmvScheme.Unknown,
        };

    // TAG KERNEL FORMAT BYTES SOURCE TEMPLATES NAME
    private static EmvTagRule Read(string line)
    {
        string[] parts = line.Split(' ', 7);
        return new EmvTagRule(
            Number(parts[0]),
            parts[1] == "-" ? EmvScheme.Unknown : (EmvScheme)int.Parse(parts[1], CultureInfo.InvariantCulture),
            parts[2] switch
            {
                "n" => EmvFormat.Numeric,
                "cn" => EmvFormat.CompressedNumeric,
                "a" => EmvFormat.Alphabetic,
                "an" => EmvFormat.Alphanumeric,
                "ans" => EmvFormat.Printable,
                "dol" => EmvFormat.DataObjectList,
                "tl" => EmvFormat.TagList,
                "tlv" => EmvFormat.Template,
                _ => EmvFormat.Binary,
            },
            parts[3],
            parts[4] switch { "C" => EmvSource.Card, "T" => EmvSource.Terminal, _ => EmvSource.Issuer },
            parts[5] == "-" ? [] : [.. parts[5].Split(',').Select(Number)],
            parts[6]);
    }

    private static uint Number(string hex)
        => uint.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
