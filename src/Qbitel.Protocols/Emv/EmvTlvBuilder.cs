using System.Buffers;
using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.Emv;

/// <summary>Writes data objects in the order they are added, each with the shortest length.</summary>
/// <remarks>What is known of a tag is held against its value; <see cref="AllowInvalid"/> lets anything through that can
/// be read. Messages of exceptions name tags, never values.</remarks>
public sealed class EmvTlvBuilder
{
    private readonly ArrayBufferWriter<byte> _content = new();

    /// <summary>Whether values may be of other lengths and characters than their tags have.</summary>
    public bool AllowInvalid { get; init; }

    /// <summary>Whose meaning tags have that kernels use differently.</summary>
    public EmvScheme Scheme { get; init; }

    /// <exception cref="ArgumentException">The tag is none, holds others, or does not have such values.</exception>
    public EmvTlvBuilder Add(uint tag, ReadOnlySpan<byte> value)
    {
        if (!BerTlv.IsTag(tag)) throw new ArgumentException($"{EmvTag.Show(tag)} is no tag", nameof(tag));
        string name = EmvTag.Show(tag);
        if (BerTlv.IsConstructedTag(tag))
            throw new ArgumentException($"{name} holds data objects: give it a builder's", nameof(tag));
        if (!AllowInvalid && EmvTagTable.Find(tag, Scheme) is { } rule)
        {
            if (!rule.AllowsLength(value.Length))
                throw new ArgumentException($"{name} has {rule.Lengths}, not {value.Length}", nameof(value));
            if (rule.FirstMisfit(value) >= 0)
                throw new ArgumentException($"a byte of {name} is not as the tag has it", nameof(value));
        }

        BerTlv.Write(_content, tag, value);
        return this;
    }

    /// <summary>A number in packed digits, or a text, as the tag has it; numbers are filled up to the tag's length.
    /// </summary>
    /// <exception cref="ArgumentException">The tag is of bytes, or does not have such values.</exception>
    public EmvTlvBuilder Add(uint tag, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        EmvTagRule rule = EmvTagTable.Find(tag, Scheme)
            ?? throw new ArgumentException($"{EmvTag.Show(tag)} is not known: give its bytes", nameof(tag));
        switch (rule.Format)
        {
            case EmvFormat.Numeric or EmvFormat.CompressedNumeric:
                if (!Ascii.IsDigits(value.AsSpan()))
                    throw new ArgumentException($"{EmvTag.Show(tag)} is of digits", nameof(value));
                int size = rule.Format == EmvFormat.Numeric ? rule.FixedLength ?? (value.Length + 1) / 2
                    : (value.Length + 1) / 2;
                string digits = rule.Format == EmvFormat.Numeric ? value.PadLeft(2 * size, '0')
                    : value.PadRight(2 * size, 'F');
                return Add(tag, Convert.FromHexString(digits));

            case EmvFormat.Alphabetic or EmvFormat.Alphanumeric or EmvFormat.Printable:
                return Add(tag, Encoding.Latin1.GetBytes(value));

            default:
                throw new ArgumentException($"{EmvTag.Show(tag)} is not of text: give its bytes", nameof(tag));
        }
    }

    /// <summary>Money in minor units, for 9F02 and the like.</summary>
    public EmvTlvBuilder AddAmount(uint tag, long minorUnits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minorUnits);
        return Add(tag, minorUnits.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>An object that holds what another builder has.</summary>
    /// <exception cref="ArgumentException">The tag is none that holds others, or would be too deep.</exception>
    public EmvTlvBuilder Add(uint tag, EmvTlvBuilder content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (!BerTlv.IsTag(tag) || !BerTlv.IsConstructedTag(tag))
            throw new ArgumentException($"{EmvTag.Show(tag)} holds no data objects", nameof(tag));
        if (content.Depth + 1 >= BerTlvReader.MaxDepth)
            throw new ArgumentException($"at most {BerTlvReader.MaxDepth} levels of data objects", nameof(content));

        BerTlv.Write(_content, tag, content._content.WrittenSpan);
        return this;
    }

    public byte[] Build() => _content.WrittenSpan.ToArray();

    public override string ToString() => $"EMV data objects in the making ({_content.WrittenCount} bytes)";

    private int Depth
    {
        get
        {
            int deepest = 0;
            BerTlvReader reader = new(_content.WrittenSpan);
            while (reader.TryRead(out BerTlv item))
            {
                deepest = Math.Max(deepest, item.Depth + (item.IsConstructed ? 1 : 0));
            }

            return deepest;
        }
    }
}
