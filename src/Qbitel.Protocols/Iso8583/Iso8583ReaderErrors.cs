using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583;

/// <summary>What stops the reading of a message, with its place.</summary>
internal static class Iso8583ReaderErrors
{
    public static FrameStatus Invalid(
        string code, string message, int offset, int length, Iso8583FieldRule? rule, string expected,
            ReadOnlySpan<byte> found, out ParseError? error, int number = 0)
    {
        error = new ParseError(new Diagnostic(code, Severity.Error, message)
        {
            Offset = offset,
            Length = length,
            Tag = rule is not null ? $"{rule.Number}" : number > 0 ? $"{number}" : null,
            Field = rule?.Name,
            Expected = expected,
            Actual = found.IsEmpty ? null : Redaction.None.Mask(found),
        });
        return FrameStatus.Invalid;
    }

    public static FrameStatus Cut(bool isWhole, int available, int needed, string expected, Iso8583FieldRule? rule,
        out ParseError? error, int offset = -1)
    {
        error = new ParseError(new Diagnostic(rule is null ? "Iso8583.Incomplete" : "Iso8583.FieldCut", Severity.Error,
            rule is null ? "the message is cut" : "the bitmap announces a field that is missing or cut")
        {
            Offset = offset >= 0 ? offset : available,
            Tag = rule is null ? null : $"{rule.Number}",
            Field = rule?.Name,
            Expected = $"{expected}: {needed - available} more bytes",
            Actual = "the end of the message",
        }, IsIncomplete: !isWhole)
        { BytesNeeded = needed - available };
        return isWhole ? FrameStatus.Invalid : FrameStatus.Incomplete;
    }

    public static FrameStatus Mti(ReadOnlySpan<byte> bytes, DigitCoding coding, int version, int at,
        out ParseError? error)
    {
        Span<byte> text = stackalloc byte[4];
        Iso8583Reader.TryReadMtiText(bytes, coding, text);
        return Invalid("Iso8583.Mti", Iso8583.Mti.Fault(text), at, bytes.Length, null,
            $"{version}, a class 1-8, a function 0-{(version == 2 ? 7 : 5)}, an origin 0-5", text, out error);
    }

    public static FrameStatus Field(ReadOnlySpan<byte> message, Iso8583FieldRule rule, in FieldShape shape,
        ShapeFault fault, bool isWhole, int at, int end, out ParseError? error)
    {
        ReadOnlySpan<byte> prefix = message[at..Math.Min(message.Length, at + shape.PrefixSize)];
        Span<char> hex = stackalloc char[2 * prefix.Length];
        Convert.TryToHexString(prefix, hex, out int written);
        bool isText = shape.Prefix is PrefixCoding.Ascii or PrefixCoding.Hex or PrefixCoding.HexShort;
        Span<byte> shown = stackalloc byte[written];
        for (int i = 0; i < written; i++) shown[i] = (byte)hex[i];
        ReadOnlySpan<byte> found = isText ? prefix : shown;
        switch (fault)
        {
            case ShapeFault.Prefix:
                return Invalid("Iso8583.FieldLength", "the field's length is not a number", at, prefix.Length, rule,
                    shape.Prefix is PrefixCoding.Hex or PrefixCoding.HexShort
                        ? $"{shape.PrefixSize} hexadecimal digits" : $"{rule.LengthDigits} digits", found, out error);
            case ShapeFault.PrefixCut:
                return Cut(isWhole, message.Length, at + shape.PrefixSize, "the field's length", rule, out error, at);
            case ShapeFault.TooLong:
                return Invalid("Iso8583.FieldLength", "the field is longer than it may be", at, prefix.Length, rule,
                    $"at most {rule.Length}", found, out error);
            case ShapeFault.Odd:
                return Invalid("Iso8583.FieldLength", "the field's length leaves a part of a byte", at, prefix.Length,
                    rule, "a length in whole bytes", found, out error);
            default:
                return Cut(isWhole, message.Length, end, "the rest of the field", rule, out error, at);
        }
    }
}
