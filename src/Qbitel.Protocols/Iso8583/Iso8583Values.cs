using System.Globalization;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583;

/// <summary>Values of fields from text to the bytes that are sent.</summary>
internal static class Iso8583Values
{
    /// <summary>
    /// The bytes of a value. Numbers of fixed length are filled with zeros, text with spaces; binary is given in
    /// hexadecimal.
    /// </summary>
    /// <exception cref="MessageFormatException">The profile does not have the field, or the value does not fit
    /// it.</exception>
    public static byte[] Encode(Iso8583Profile profile, Iso8583Plan plan, int number, string value, out int characters)
    {
        ArgumentNullException.ThrowIfNull(value);
        Iso8583FieldRule rule = profile.FieldOrNone(number) ?? throw Undefined(number);
        ref readonly FieldShape shape = ref plan.Shape(number);
        bool isBinary = rule.Type == Iso8583Type.Binary;
        if (isBinary && (value.Length % 2 != 0 || FieldCharacters.FirstMisfit(Iso8583Type.Binary, value) >= 0))
        {
            throw Refuse(number, rule, "Iso8583.FieldContent", "a binary field is given in hexadecimal",
                "pairs of 0-9 A-F");
        }

        if (rule.LengthDigits == 0)
        {
            int length = isBinary ? 2 * shape.Length : shape.Length;
            if (rule.Type == Iso8583Type.Numeric) value = value.PadLeft(length, '0');
            else if (!isBinary && rule.Type is not (Iso8583Type.SignedNumeric or Iso8583Type.Track))
                value = value.PadRight(length);
            if (value.Length != length)
            {
                throw Refuse(number, rule, "Iso8583.FieldLength", "the value is not as long as the field",
                    length.ToString(CultureInfo.InvariantCulture));
            }
        }
        else if (shape.CharactersOf(value.Length) > shape.Length)
        {
            throw Refuse(number, rule, "Iso8583.FieldLength", "the value is longer than the field may be",
                $"at most {shape.Length}");
        }

        if (FieldCharacters.FirstMisfit(rule.Type, value) >= 0)
        {
            throw Refuse(number, rule, "Iso8583.FieldContent", "the value holds a character the field may not",
                FieldCharacters.NameOf(rule.Type));
        }

        characters = shape.CharactersOf(value.Length);
        byte[] bytes = new byte[shape.SizeOf(characters)];
        shape.Encode(value, bytes);
        return bytes;
    }

    /// <summary>Characters of a value that is given as the bytes that are sent.</summary>
    /// <exception cref="MessageFormatException">The bytes are not of a length that the field may have.</exception>
    public static int Characters(Iso8583Profile profile, Iso8583Plan plan, int number, ReadOnlySpan<byte> value)
    {
        Iso8583FieldRule rule = profile.FieldOrNone(number) ?? throw Undefined(number);
        ref readonly FieldShape shape = ref plan.Shape(number);
        int characters = shape.CharactersIn(value);
        if (rule.LengthDigits == 0 ? value.Length != shape.FixedSize : characters > shape.Length)
        {
            throw Refuse(number, rule, "Iso8583.FieldLength", "the value does not fit the field",
                rule.LengthDigits == 0 ? $"{shape.FixedSize} bytes" : $"at most {shape.Length}");
        }

        return characters;
    }

    public static MessageFormatException Refuse(int number, Iso8583FieldRule? rule, string code, string message,
        string expected) =>
        new(new ParseError(new Diagnostic(code, Severity.Error, message)
        {
            Tag = number.ToString(CultureInfo.InvariantCulture),
            Field = rule?.Name,
            Expected = expected,
        }));

    private static MessageFormatException Undefined(int number) =>
        Refuse(number, null, "Iso8583.UndefinedField", "the profile does not have the field",
            "a field of the profile");
}
