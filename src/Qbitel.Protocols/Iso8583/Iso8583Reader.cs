using System.Buffers.Binary;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583;

/// <summary>Locates the fields of a message without decoding or allocating.</summary>
public static class Iso8583Reader
{
    /// <summary>As many slices as a message can have fields.</summary>
    public const int MaximumFields = 191;

    /// <summary>Finds the message type, the bitmaps and every field.</summary>
    /// <param name="bytes">The message from its header on; bytes after its end are left alone where the header tells
    /// the end.</param>
    /// <param name="profile">The field table.</param>
    /// <param name="encoding">How the message is written.</param>
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

        return TryLocate(bytes, profile.PlanFor(encoding), slices, 192, out _, out fields, out consumed, out error);
    }

    /// <summary>Finds one field and reads no further than it.</summary>
    /// <param name="bytes">The message from its header on.</param>
    /// <param name="profile">The field table.</param>
    /// <param name="encoding">How the message is written.</param>
    /// <param name="number">2 to 192.</param>
    /// <param name="slice">Where the field lies; its number is 0 where the message does not have it.</param>
    /// <param name="error">What stopped the reading before it.</param>
    public static bool TryScan(ReadOnlySpan<byte> bytes, Iso8583Profile profile, Iso8583Encoding encoding, int number,
        out Iso8583Slice slice, out ParseError? error)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Iso8583Profile.MostFields);
        Span<Iso8583Slice> slices = stackalloc Iso8583Slice[MaximumFields];
        slice = default;
        FrameStatus status = TryLocate(bytes, profile.PlanFor(encoding), slices, number, out _, out int fields, out _,
            out error);
        if (status != FrameStatus.Complete) return false;
        if (fields > 0 && slices[fields - 1].Number == number) slice = slices[fields - 1];
        return true;
    }

    internal static FrameStatus TryLocate(
        ReadOnlySpan<byte> bytes, Iso8583Plan plan, Span<Iso8583Slice> slices, int last, out Iso8583Layout layout,
        out int fields, out int consumed, out ParseError? error)
    {
        Iso8583Encoding encoding = plan.Encoding;
        fields = 0;
        layout = default;
        FrameStatus header = TryReadLength(bytes, encoding, out consumed, out error);
        if (header != FrameStatus.Complete) return header;

        // With a stated length a field that is cut is wrong; without one, more bytes may come.
        bool isWhole = encoding.Header != Iso8583Header.None;
        ReadOnlySpan<byte> message = bytes[..consumed];
        if (!TryFindMti(message, encoding, out int at))
        {
            int needed = encoding.LengthSize + RoutingSize(encoding.Routing);
            return message.Length < needed
                ? Iso8583ReaderErrors.Cut(isWhole, message.Length, needed, "the header", null, out error)
                : Iso8583ReaderErrors.Invalid("Iso8583.Header", "the header is not the one expected",
                    encoding.LengthSize, Math.Min(4, message.Length - encoding.LengthSize), null,
                    Expected(encoding.Routing), [], out error);
        }

        int mtiAt = at, mtiSize = encoding.MtiLength;
        if (message.Length < at + mtiSize)
        {
            return Iso8583ReaderErrors.Cut(isWhole, message.Length, at + mtiSize, "the message type", null, out error);
        }

        if (!TryReadMti(message[at..], encoding.Mti, out Mti mti) || mti.Version != plan.Profile.VersionDigit)
        {
            return Iso8583ReaderErrors.Mti(message.Slice(at, mtiSize), encoding.Mti, plan.Profile.VersionDigit, at,
                out error);
        }

        at += mtiSize;
        int bitmapAt = at;
        if (!TryReadBitmap(message, encoding, ref at, isWhole, out ulong first, out FrameStatus status, out error))
        {
            return status;
        }

        ulong second = 0, third = 0;
        if (first >> 63 == 1 && !TryReadBitmap(message, encoding, ref at, isWhole, out second, out status, out error))
        {
            return status;
        }

        bool hasThird = second >> 63 == 1;
        if (hasThird && !encoding.IsThirdBitmapInField
            && !TryReadBitmap(message, encoding, ref at, isWhole, out third, out status, out error))
        {
            return status;
        }

        layout = new Iso8583Layout(mtiAt, bitmapAt, at) { First = first, Second = second, Third = third };
        int most = Math.Min(last, hasThird ? 192 : 128);
        for (int number = 2; number <= most; number++)
        {
            if (!layout.Has(number)) continue;
            if (number == 65)
            {
                if (!encoding.IsThirdBitmapInField) continue;
                if (!TryReadBitmap(message, encoding, ref at, isWhole, out third, out status, out error)) return status;
                layout = layout with { Third = third };
                continue;
            }

            if (plan.Profile.Field(number) is null)
            {
                return Iso8583ReaderErrors.Invalid("Iso8583.UndefinedField",
                    "the bitmap announces a field the profile does not have", bitmapAt, layout.FieldsOffset - bitmapAt,
                    null, "a field of the profile", [], out error, number);
            }

            ref readonly FieldShape shape = ref plan.Shape(number);
            ShapeFault fault = shape.Measure(message, at, out int valueAt, out int size, out int characters);
            if (fault != ShapeFault.None)
            {
                return Iso8583ReaderErrors.Field(message, plan.Profile.Field(number)!, shape, fault, isWhole, at,
                    valueAt + size, out error);
            }

            slices[fields++] = new Iso8583Slice(number, at, valueAt, size) { Characters = characters };
            at = valueAt + size;
        }

        if (last < Iso8583Profile.MostFields) return FrameStatus.Complete;
        if (at < consumed && isWhole)
        {
            return Iso8583ReaderErrors.Invalid("Iso8583.TrailingBytes",
                "the header counts more bytes than the fields have", at, consumed - at, null, "the end of the message",
                [], out error);
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

        int header = encoding.LengthSize;
        if (bytes.Length < header)
            return Iso8583ReaderErrors.Cut(false, bytes.Length, header, "the length", null, out error);

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (!encoding.IsTwoByte && !Ascii.TryReadNumber(bytes[..4], 4, out length))
        {
            return Iso8583ReaderErrors.Invalid("Iso8583.Header", "the length is four digits", 0, 4, null, "four digits",
                bytes[..4], out error);
        }

        int least = encoding.MtiLength + encoding.BitmapLength + RoutingSize(encoding.Routing);
        if (encoding.IsInclusive) length -= header;
        if (length < least)
        {
            return Iso8583ReaderErrors.Invalid("Iso8583.Header", "the length leaves no room for a message", 0, header,
                null, $"at least {(encoding.IsInclusive ? least + header : least)}", [], out error);
        }

        whole = header + length;
        return bytes.Length < whole
            ? Iso8583ReaderErrors.Cut(false, bytes.Length, whole, "the rest of the message", null, out error)
            : FrameStatus.Complete;
    }

    /// <summary>Where the message type stands; false where the routing header is not there or cut.</summary>
    internal static bool TryFindMti(ReadOnlySpan<byte> bytes, Iso8583Encoding encoding, out int at)
    {
        at = encoding.LengthSize;
        int size = RoutingSize(encoding.Routing);
        if (bytes.Length < at + size) return false;

        ReadOnlySpan<byte> header = bytes.Slice(at, size);
        switch (encoding.Routing)
        {
            case Iso8583Routing.Tpdu when header[0] != 0x60:
                return false;
            case Iso8583Routing.IsoLiteral when !header.StartsWith("ISO"u8) && !header.StartsWith(EbcdicIso):
                return false;
            case Iso8583Routing.VisaStation:
                size = header[0];
                if (size < Iso8583Encoding.StationLength || bytes.Length < at + size) return false;
                break;
        }

        at += size;
        return true;
    }

    internal static bool TryReadMti(ReadOnlySpan<byte> bytes, DigitCoding coding, out Mti mti)
    {
        Span<byte> text = stackalloc byte[4];
        mti = default;
        return TryReadMtiText(bytes, coding, text) && Mti.TryParse(text, out mti);
    }

    internal static bool TryReadMtiText(ReadOnlySpan<byte> bytes, DigitCoding coding, Span<byte> text)
    {
        bool isPacked = coding is DigitCoding.Bcd or DigitCoding.Binary;
        if (bytes.Length < (isPacked ? 2 : 4)) return false;
        for (int i = 0; i < 4; i++)
        {
            text[i] = isPacked ? (byte)('0' + (i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 0xF))
                : coding == DigitCoding.Ebcdic ? (byte)(bytes[i] >= 0xF0 ? bytes[i] - 0xF0 + '0' : 0) : bytes[i];
        }

        return true;
    }

    internal static int RoutingSize(Iso8583Routing routing) => routing switch
    {
        Iso8583Routing.Tpdu => Iso8583Encoding.TpduLength,
        Iso8583Routing.IsoLiteral => Iso8583Encoding.IsoLiteralLength,
        Iso8583Routing.VisaStation => Iso8583Encoding.StationLength,
        _ => 0,
    };

    /// <summary>A bitmap of 64 bits from as many bytes as its form has; false at a character that is no
    /// digit.</summary>
    internal static bool TryReadBits(ReadOnlySpan<byte> bytes, Iso8583Bitmap form, out ulong bitmap, out int fault)
    {
        bitmap = 0;
        fault = -1;
        if (form == Iso8583Bitmap.Binary)
        {
            if (bytes.Length == 8) bitmap = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            return true;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            char c = form == Iso8583Bitmap.EbcdicHex
                ? Ebcdic.Character(TextCoding.Ebcdic037, bytes[i]) : (char)bytes[i];
            if (!char.IsAsciiHexDigit(c))
            {
                fault = i;
                return false;
            }

            bitmap = (bitmap << 4) | (uint)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }

        return true;
    }

    private static ReadOnlySpan<byte> EbcdicIso => [0xC9, 0xE2, 0xD6];

    private static string Expected(Iso8583Routing routing) => routing switch
    {
        Iso8583Routing.Tpdu => "60 and four bytes of addresses",
        Iso8583Routing.IsoLiteral => "ISO and nine characters",
        _ => "a station header of its own length, at least 22 bytes",
    };

    private static bool TryReadBitmap(
        ReadOnlySpan<byte> message, Iso8583Encoding encoding, ref int at, bool isWhole, out ulong bitmap,
            out FrameStatus status, out ParseError? error)
    {
        error = null;
        status = FrameStatus.Complete;
        ReadOnlySpan<byte> rest = message[at..Math.Min(message.Length, at + encoding.BitmapLength)];
        if (!TryReadBits(rest, encoding.Bitmap, out bitmap, out int fault))
        {
            status = Iso8583ReaderErrors.Invalid("Iso8583.Bitmap", "the bitmap is not hexadecimal", at + fault, 1, null,
                "0-9 A-F", rest.Slice(fault, 1), out error);
            return false;
        }

        if (rest.Length < encoding.BitmapLength)
        {
            status = Iso8583ReaderErrors.Cut(isWhole, message.Length, at + encoding.BitmapLength, "the bitmap", null,
                out error);
            return false;
        }

        at += encoding.BitmapLength;
        return true;
    }
}
