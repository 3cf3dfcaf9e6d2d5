using System.Buffers;
using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// Makes a message of one type: fields may be set in any order, the bitmaps and lengths are written for them.
/// </summary>
public sealed class Iso8583Builder(Mti mti, Iso8583Profile profile, Iso8583Encoding encoding)
{
    private readonly SortedDictionary<int, byte[]> _fields = [];

    /// <summary>A message of the general profile without a header, its bitmap in hexadecimal.</summary>
    /// <param name="mti">The message type.</param>
    public Iso8583Builder(Mti mti)
        : this(mti, Iso8583Profile.Ascii1987, default)
    {
    }

    /// <summary>
    /// Sets a field. Numbers of fixed length are filled with zeros, text with spaces; binary is given in hexadecimal.
    /// </summary>
    /// <exception cref="MessageFormatException">The profile does not have the field, or the value does not fit
    /// it.</exception>
    public Iso8583Builder Set(int number, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Iso8583FieldRule rule = (number is >= 2 and <= 128 ? profile.Field(number) : null)
            ?? throw Refuse(number, null, "Iso8583.UndefinedField", "the profile does not have the field",
                "a field of the profile");
        bool isBinary = rule.Type == Iso8583Type.Binary;
        if (isBinary && (value.Length % 2 != 0 || value.AsSpan().ContainsAnyExcept(Hex)))
        {
            throw Refuse(number, rule, "Iso8583.FieldContent", "a binary field is given in hexadecimal",
                "pairs of 0-9 A-F");
        }

        if (rule.LengthDigits == 0)
        {
            int characters = isBinary ? 2 * rule.Length : rule.Length;
            if (rule.Type == Iso8583Type.Numeric) value = value.PadLeft(characters, '0');
            else if (!isBinary && rule.Type != Iso8583Type.SignedNumeric) value = value.PadRight(characters);
            if (value.Length != characters)
            {
                throw Refuse(number, rule, "Iso8583.FieldLength", "the value is not as long as the field",
                    $"{characters}");
            }
        }
        else if ((isBinary ? value.Length / 2 : value.Length) > rule.Length)
        {
            throw Refuse(number, rule, "Iso8583.FieldLength", "the value is longer than the field may be",
                $"at most {rule.Length}");
        }

        byte[] bytes = isBinary && encoding.Bitmap == Iso8583Bitmap.Binary
            ? Convert.FromHexString(value) : Encoding.Latin1.GetBytes(value);
        if (rule.FirstMisfit(bytes, encoding.Bitmap == Iso8583Bitmap.Hex) >= 0)
        {
            throw Refuse(number, rule, "Iso8583.FieldContent", "the value holds a character the field may not",
                rule.Type.ToString());
        }

        return SetRaw(number, bytes);
    }

    /// <summary>Sets a field to bytes as they stand, as an answer repeats them or a chip card sends them.</summary>
    /// <exception cref="MessageFormatException">The profile does not have the field, or the value does not fit
    /// it.</exception>
    public Iso8583Builder Set(int number, ReadOnlySpan<byte> value)
    {
        Iso8583FieldRule rule = (number is >= 2 and <= 128 ? profile.Field(number) : null)
            ?? throw Refuse(number, null, "Iso8583.UndefinedField", "the profile does not have the field",
                "a field of the profile");
        bool isHex = rule.Type == Iso8583Type.Binary && encoding.Bitmap == Iso8583Bitmap.Hex;
        int size = isHex ? value.Length / 2 : value.Length;
        if (rule.LengthDigits == 0 ? size != rule.Length : size > rule.Length)
        {
            throw Refuse(number, rule, "Iso8583.FieldLength", "the value does not fit the field",
                rule.LengthDigits == 0 ? $"{rule.Length}" : $"at most {rule.Length}");
        }

        return SetRaw(number, value);
    }

    /// <summary>The finished message.</summary>
    /// <exception cref="MessageFormatException">
    /// A rule is broken and <paramref name="allowInvalid"/> does not let it pass, or the message does not fit its
    /// header.
    /// </exception>
    public Iso8583Message Build(bool allowInvalid = false)
    {
        ArrayBufferWriter<byte> writer = new();
        writer.Write(new byte[encoding.HeaderLength]);
        writer.Write(Encoding.ASCII.GetBytes(mti.ToString()));
        ulong first = 0, second = 0;
        foreach (int number in _fields.Keys)
        {
            if (number <= 64) first |= 1UL << (64 - number);
            else second |= 1UL << (128 - number);
        }

        if (second != 0) first |= 1UL << 63;
        WriteBitmap(writer, first);
        if (second != 0) WriteBitmap(writer, second);
        foreach ((int number, byte[] value) in _fields)
        {
            Iso8583FieldRule rule = profile.Field(number)!;
            int length = rule.Type == Iso8583Type.Binary && encoding.Bitmap == Iso8583Bitmap.Hex
                ? value.Length / 2 : value.Length;
            string digits = length.ToString("D" + rule.LengthDigits.ToString(CultureInfo.InvariantCulture),
                CultureInfo.InvariantCulture);
            if (rule.LengthDigits > 0) writer.Write(Encoding.ASCII.GetBytes(digits));
            writer.Write(value);
        }

        byte[] whole = writer.WrittenSpan.ToArray();
        if (whole.Length - encoding.HeaderLength > (encoding.Header == Iso8583Header.FourDigitLength
            ? 9999 : ushort.MaxValue) && encoding.Header != Iso8583Header.None)
        {
            throw Refuse(0, null, "Iso8583.Header", "the message is longer than its header can say",
                "a shorter message");
        }

        Iso8583Message.WriteHeader(whole, encoding);
        if (!Iso8583Message.TryParse(whole, profile, encoding, out Iso8583Message message, out ParseError error))
        {
            throw new MessageFormatException(error);
        }

        if (!allowInvalid && message.Validate().FirstError() is { } broken)
        {
            throw new MessageFormatException(new ParseError(broken));
        }

        return message;
    }

    internal Iso8583Builder SetRaw(int number, ReadOnlySpan<byte> value)
    {
        _fields[number] = value.ToArray();
        return this;
    }

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789ABCDEFabcdef");

    private void WriteBitmap(ArrayBufferWriter<byte> writer, ulong bitmap)
    {
        string hex = bitmap.ToString("X16", CultureInfo.InvariantCulture);
        writer.Write(encoding.Bitmap == Iso8583Bitmap.Hex ? Encoding.ASCII.GetBytes(hex) : Convert.FromHexString(hex));
    }

    private static MessageFormatException Refuse(int number, Iso8583FieldRule? rule, string code, string message,
        string expected) =>
        new(new ParseError(new Diagnostic(code, Severity.Error, message)
        {
            Tag = number.ToString(CultureInfo.InvariantCulture),
            Field = rule?.Name,
            Expected = expected,
        }));
}
