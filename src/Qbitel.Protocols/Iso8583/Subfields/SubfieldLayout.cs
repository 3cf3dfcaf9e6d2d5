using System.Globalization;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583.Subfields;

/// <summary>The parts of one field.</summary>
/// <param name="Kind">How they are found.</param>
/// <param name="Items">Those that the dialect names, in their order; others are kept without a name.</param>
internal sealed record SubfieldLayout(SubfieldKind Kind, IReadOnlyList<SubfieldRule> Items)
{
    private readonly Dictionary<string, SubfieldRule> _byTag =
        Items.DistinctBy(item => item.Tag).ToDictionary(item => item.Tag, StringComparer.Ordinal);

    /// <summary>Characters of a tag.</summary>
    public int TagSize { get; init; }

    /// <summary>Characters, or bytes where <see cref="Prefix"/> is binary, of a length.</summary>
    public int LengthSize { get; init; }

    /// <summary>How lengths are written.</summary>
    public PrefixCoding Prefix { get; init; }

    /// <summary>Bytes of the bitmap.</summary>
    public int BitmapSize { get; init; }

    /// <summary>Whether the bitmap is written in hexadecimal.</summary>
    public bool IsBitmapHex { get; init; }

    /// <summary>Whether the tags of EMV have the names EMV gives them.</summary>
    public bool IsEmv { get; init; }

    /// <summary>Whether a field that cannot be divided is only noted.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether the parts are found in bytes, so that hexadecimal digits are read as what they stand
    /// for.</summary>
    public bool IsOfBytes => Kind is SubfieldKind.Ber or SubfieldKind.Datasets;

    public SubfieldRule? Find(string tag)
    {
        if (_byTag.TryGetValue(tag, out SubfieldRule? rule)) return rule;
        if (!IsEmv) return null;
        return uint.TryParse(tag, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number)
            && EmvTagTable.NameOf(number) is { } name
                ? new SubfieldRule(tag, name, null, 0, 0, EmvTag.RedactionOf(number)) : null;
    }
}
