using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>How the values and lengths of fields are written.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FieldCoding(DigitCoding Numbers, TextCoding Text, BinaryCoding Bytes)
{
    public DigitPadding Padding { get; init; }

    public PrefixCoding Prefix { get; init; }

    public LengthUnit Unit { get; init; }
}
