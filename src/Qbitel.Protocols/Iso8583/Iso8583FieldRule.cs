using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Iso8583.Subfields;

namespace Qbitel.Protocols.Iso8583;

/// <summary>One field of a profile.</summary>
/// <param name="Number">2 to 192.</param>
/// <param name="Name">What the standard calls it.</param>
/// <param name="Type">The characters of its value.</param>
/// <param name="LengthDigits">Digits of the length before the value; 0 for a field of fixed length.</param>
/// <param name="Length">The length of a fixed field, the greatest of a variable one: characters, or bytes where it is
/// binary. A signed number's does not count the sign.</param>
/// <param name="Form">A date, time or currency, where it holds one.</param>
/// <param name="Redaction">How much of it may be shown.</param>
internal sealed record Iso8583FieldRule(
    int Number, string Name, Iso8583Type Type, int LengthDigits, int Length, string? Form, Redaction Redaction)
{
    /// <summary>Where the field is written in another way than the rest of its message.</summary>
    public DigitCoding? Numbers { get; init; }

    public TextCoding? Text { get; init; }

    public BinaryCoding? Bytes { get; init; }

    public DigitPadding? Padding { get; init; }

    public PrefixCoding? Prefix { get; init; }

    public LengthUnit? Unit { get; init; }

    public SubfieldLayout? Subfields { get; init; }

    /// <summary>The length with the sign of a signed number.</summary>
    public int WholeLength(bool isSignCounted) =>
        Type == Iso8583Type.SignedNumeric && !isSignCounted ? Length + 1 : Length;

    public FieldShape Shape(Iso8583Encoding encoding)
    {
        FieldCoding all = encoding.Fields;
        FieldCoding own = new(Numbers ?? all.Numbers, Text ?? all.Text, Bytes ?? all.Bytes)
        {
            Padding = Padding ?? all.Padding,
            Prefix = Prefix ?? all.Prefix,
            Unit = Unit ?? all.Unit,
        };
        return FieldShape.Of(Type, WholeLength(encoding.IsSignCounted), LengthDigits, own);
    }
}
