using System.Globalization;

namespace Qbitel.Protocols.Emv;

/// <summary>What is known of a tag: a line of the table of tags.</summary>
public sealed class EmvTagRule
{
    private readonly int[] _lengths;
    private readonly int _least, _most;

    internal EmvTagRule(uint tag, EmvScheme scheme, EmvFormat format, string lengths, EmvSource source,
        IReadOnlyList<uint> templates, string name)
    {
        Tag = tag;
        Scheme = scheme;
        Format = format;
        Source = source;
        Templates = templates;
        Name = name;
        Lengths = lengths == "*" ? "any number of bytes"
            : $"{lengths.Replace(",", " or ", StringComparison.Ordinal)} bytes";
        string[] parts = lengths.Split('-', ',');
        int[] numbers = lengths == "*" ? []
            : [.. parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        bool isRange = lengths.Contains('-', StringComparison.Ordinal);
        _lengths = isRange ? [] : numbers;
        (_least, _most) = isRange ? (numbers[0], numbers[1]) : (0, int.MaxValue);
    }

    public uint Tag { get; }

    /// <summary>Whose kernel gives the tag this meaning; unknown for everyone's.</summary>
    public EmvScheme Scheme { get; }

    public EmvFormat Format { get; }

    public EmvSource Source { get; }

    /// <summary>The templates it stands in, where that is laid down.</summary>
    public IReadOnlyList<uint> Templates { get; }

    public string Name { get; }

    /// <summary>How many bytes, in words.</summary>
    public string Lengths { get; }

    /// <summary>How much of its value may be shown.</summary>
    public Redaction Redaction => EmvTag.RedactionOf(Tag);

    /// <summary>The one length it may have; null where there are several.</summary>
    internal int? FixedLength => _lengths is [int only] ? only : null;

    internal bool HasRangeOnly => _lengths.Length == 0;

    public bool AllowsLength(int length) =>
        _lengths.Length > 0 ? Array.IndexOf(_lengths, length) >= 0 : length >= _least && length <= _most;

    /// <summary>The first byte that is none of the format; -1 where all are.</summary>
    public int FirstMisfit(ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            byte b = value[i];
            bool fits = Format switch
            {
                EmvFormat.Numeric => b >> 4 <= 9 && (b & 0xF) <= 9,
                EmvFormat.CompressedNumeric => FitsCompressed(value, i),
                EmvFormat.Alphabetic => char.IsAsciiLetter((char)b) || b == ' ',
                EmvFormat.Alphanumeric => char.IsAsciiLetterOrDigit((char)b) || b is 0 or (byte)' ',
                // Names and labels may be of any part of ISO/IEC 8859; merchants fill up with zeros.
                EmvFormat.Printable => b is 0 or >= 0x20 and not 0x7F,
                _ => true,
            };
            if (!fits) return i;
        }

        return -1;
    }

    public override string ToString() => $"{EmvTag.Show(Tag)} {Name}";

    private static bool FitsCompressed(ReadOnlySpan<byte> value, int at)
    {
        int high = value[at] >> 4, low = value[at] & 0xF;
        if (high > 9 && high != 0xF) return false;
        if (high == 0xF && low != 0xF) return false;
        if (low > 9 && low != 0xF) return false;
        bool isOver = at > 0 && (value[at - 1] & 0xF) == 0xF;
        return !isOver || high == 0xF;
    }
}
