using System.Buffers.Binary;

namespace Qbitel.Protocols.Iso8583;

/// <summary>Locates the fields of a message without decoding or allocating.</summary>
public static class Iso8583Reader
{
    /// <summary>As many slices as a message can have fields.</summary>
    public const int MaximumFields = 127;

    /// <summary>Finds the message type, the bitmaps and every field.</summary>
    /// <param name="bytes">The message from its header on; bytes after its end are left alone where the header tells
    /// the end.</param>
    /// <param name="profile">The field table.</param>
    /// <param name="encoding">Header and bitmap.</param>
    /// <param name="slices">Room for <see cref="MaximumFields"/>; filled in the order of the message.</param>
    /// <param name="fields">How many were filled.</param>
    /// <param name="consumed">Bytes of the message.</param>
    /// <param name="error">What stopped the reading, and where.</param>
    public static FrameStatus TryLocate(
        ReadOnlySpan<byte> bytes, Iso8583Profile profile, Iso8583Encoding encoding, Span<Iso8583Slice> slices,
        out int fields, out int consumed, out ParseError? error)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (slices.Length < MaximumFields)
        {
            throw new ArgumentException($"room for {MaximumFields} slices is needed", nameof(slices));
        }

        fields = 0;
        FrameStatus header = TryReadLength(bytes, encoding, out consumed, out error);
        if (header != FrameStatus.Complete) return header;

        // With a stated length a field that is cut is wrong; without one, more bytes may come.
        bool isWhole = encoding.Header != Iso8583Header.None;
        ReadOnlySpan<byte> message = bytes[..consumed];
        int at = encoding.HeaderLength;
        if (message.Length < at + 4) return Cut(isWhole, message.Length, at + 4, "the message type", null, out error);
        if (!Mti.TryParse(message.Slice(at, 4), out Mti mti) || mti.Version != profile.VersionDigit)
        {
            return Invalid("Iso8583.Mti", "the message type is not one of this version", at, 4, null,
                $"{profile.VersionDigit}, a class 1-8, a function 0-5, an origin 0-5", message.Slice(at, 4), out error);
        }

        at += 4;
        int bitmapAt = at;
        if (!TryReadBitmap(message, encoding, ref at, isWhole, out ulong first, out FrameStatus status, out error))
        {
            return status;
        }

        ulong second = 0;
        if (first >> 63 == 1 && !TryReadBitmap(message, encoding, ref at, isWhole, out second, out status, out error))
        {
            return status;
        }

        for (int number = 2; number <= 128; number++)
        {
            if (((number <= 64 ? first >> (64 - number) : second >> (128 - number)) & 1) == 0) continue;

            if (profile.Field(number) is not { } rule)
            {
                return Invalid("Iso8583.UndefinedField", "the bitmap announces a field the profile does not have",
                    bitmapAt, at - bitmapAt,
                    null, "a field of the profile", [], out error, number);
            }

            status = TryReadField(message, encoding, rule, isWhole, at, out Iso8583Slice slice, out error);
            if (status != FrameStatus.Complete) return status;
            slices[fields++] = slice;
            at = slice.End;
        }

        if (at < consumed && isWhole)
        {
            return Invalid("Iso8583.TrailingBytes", "the header counts more bytes than the fields have", at,
                consumed - at, null, "the end of the message",
                message[at..Math.Min(at + 8, consumed)], out error);
        }

        consumed = at;
        error = null;
        return FrameStatus.Complete;
    }

    /// <summary>Reads the header that tells a stream where the message ends.</summary>
    internal static FrameStatus TryReadLength(ReadOnlySpan<byte> bytes, Iso8583Encoding encoding, out int whole,
        out ParseError? error)
    {
        error = null;
        whole = bytes.Length;
        if (encoding.Header == Iso8583Header.None) return FrameStatus.Complete;

        int header = encoding.HeaderLength;
        if (bytes.Length < header) return Cut(false, bytes.Length, header, "the length", null, out error);

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (encoding.Header == Iso8583Header.FourDigitLength && !Ascii.TryReadNumber(bytes[..4], 4, out length))
        {
            return Invalid("Iso8583.Header", "the length is four digits", 0, 4, null, "four digits", bytes[..4],
                out error);
        }

        if (length < 4 + encoding.BitmapLength)
        {
            return Invalid("Iso8583.Header", "the length leaves no room for a message", 0, header, null,
                $"at least {4 + encoding.BitmapLength}", [], out error);
        }

        whole = header + length;
        return bytes.Length < whole
            ? Cut(false, bytes.Length, whole, "the rest of the message", null, out error) : FrameStatus.Complete;
    }

    private static bool TryReadBitmap(
        ReadOnlySpan<byte> message, Iso8583Encoding encoding, ref int at, bool isWhole, out ulong bitmap,
            out FrameStatus status, out ParseError? error)
    {
        bitmap = 0;
        error = null;
        status = FrameStatus.Complete;
        ReadOnlySpan<byte> rest = message[at..Math.Min(message.Length, at + encoding.BitmapLength)];
        if (encoding.Bitmap == Iso8583Bitmap.Hex)
        {
            for (int i = 0; i < rest.Length; i++)
            {
                if (!char.IsAsciiHexDigit((char)rest[i]))
                {
                    status = Invalid("Iso8583.Bitmap", "the bitmap is not hexadecimal", at + i, 1, null, "0-9 A-F",
                        rest.Slice(i, 1), out error);
                    return false;
                }

                bitmap = (bitmap << 4) | (uint)(rest[i] <= '9' ? rest[i] - '0' : (rest[i] | 0x20) - 'a' + 10);
            }
        }

        if (rest.Length < encoding.BitmapLength)
        {
            status = Cut(isWhole, message.Length, at + encoding.BitmapLength, "the bitmap", null, out error);
            return false;
        }

        if (encoding.Bitmap == Iso8583Bitmap.Binary) bitmap = BinaryPrimitives.ReadUInt64BigEndian(rest);
        at += encoding.BitmapLength;
        return true;
    }

    private static FrameStatus TryReadField(
        ReadOnlySpan<byte> message, Iso8583Encoding encoding, Iso8583FieldRule rule, bool isWhole, int at,
            out Iso8583Slice slice, out ParseError? error)
    {
        slice = default;
        error = null;
        int length = rule.Length;
        if (rule.LengthDigits > 0)
        {
            ReadOnlySpan<byte> digits = message[at..Math.Min(message.Length, at + rule.LengthDigits)];
            if (!Ascii.IsDigits(digits))
            {
                return Invalid("Iso8583.FieldLength", "the field's length is not a number", at, digits.Length, rule,
                    $"{rule.LengthDigits} digits", digits, out error);
            }

            if (digits.Length < rule.LengthDigits)
            {
                return Cut(isWhole, message.Length, at + rule.LengthDigits, "the field's length", rule, out error, at);
            }

            _ = Ascii.TryReadNumber(digits, 6, out length);
            if (length > rule.Length)
            {
                return Invalid("Iso8583.FieldLength", "the field is longer than it may be", at, digits.Length, rule,
                    $"at most {rule.Length}", digits, out error);
            }
        }

        if (rule.Type == Iso8583Type.Binary && encoding.Bitmap == Iso8583Bitmap.Hex) length *= 2;
        int start = at + rule.LengthDigits;
        slice = new Iso8583Slice(rule.Number, at, start, length);
        if (message.Length - start >= length) return FrameStatus.Complete;
        return Cut(isWhole, message.Length, start + length, "the rest of the field", rule, out error, at);
    }

    private static FrameStatus Invalid(
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

    private static FrameStatus Cut(bool isWhole, int available, int needed, string expected, Iso8583FieldRule? rule,
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
}
