using System.Buffers.Binary;
using System.Globalization;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// Changes one field of a message byte for byte: its value and length, its bit, and the lengths of headers.
/// </summary>
internal static class Iso8583Edit
{
    public static Iso8583Message Set(Iso8583Message message, int number, ReadOnlySpan<byte> value, int characters)
    {
        FieldShape shape = message.Plan.Shape(number);
        Span<byte> prefix = stackalloc byte[8];
        prefix = prefix[..shape.WritePrefix(prefix, characters, value.Length)];
        ReadOnlySpan<byte> bytes = message.RawContent.Span;
        if (message.Find(number) is { } old)
        {
            return Read(message, [.. bytes[..old.Offset], .. prefix, .. value, .. bytes[old.End..]]);
        }

        // A new field: before the first one of a higher number, and with its bit.
        int at = bytes.Length;
        foreach (Iso8583Slice slice in message.Fields)
        {
            if (slice.Number < number) continue;
            at = slice.Offset;
            break;
        }

        Iso8583Layout layout = message.Layout;
        Iso8583Encoding encoding = message.Encoding;
        bool needsSecond = number > 64 && !layout.Has(1), needsThird = number > 128 && !layout.Has(65);
        if (needsThird && encoding.IsThirdBitmapInField)
        {
            throw Iso8583Values.Refuse(number, message.Profile.Field(number), "Iso8583.Bitmap",
                "the message has no third bitmap", "a message that is built with the field");
        }

        int size = encoding.BitmapLength, count = 1 + (layout.Has(1) ? 1 : 0);
        List<byte> edited = [.. bytes[..at], .. prefix, .. value, .. bytes[at..]];
        int bitmapsEnd = layout.BitmapOffset + (count * size);
        if (needsSecond) Insert();
        if (needsThird) Insert();
        byte[] whole = [.. edited];
        if (needsSecond) SetBit(whole, layout.BitmapOffset, encoding.Bitmap, 1, true);
        if (needsThird) SetBit(whole, layout.BitmapOffset, encoding.Bitmap, 65, true);
        SetBit(whole, BitmapFor(message, number), encoding.Bitmap, number, true);
        return Read(message, whole);

        void Insert()
        {
            Span<byte> empty = stackalloc byte[16];
            empty = empty[..size];
            WriteBitmap(empty, encoding.Bitmap, 0);
            edited.InsertRange(bitmapsEnd, empty);
            bitmapsEnd += size;
        }
    }

    public static Iso8583Message Remove(Iso8583Message message, int number)
    {
        Iso8583Slice old = message.Find(number)!.Value;
        ReadOnlySpan<byte> bytes = message.RawContent.Span;
        byte[] whole = [.. bytes[..old.Offset], .. bytes[old.End..]];
        SetBit(whole, BitmapFor(message, number), message.Encoding.Bitmap, number, false);
        return Read(message, whole);
    }

    public static void WriteBitmap(Span<byte> destination, Iso8583Bitmap form, ulong bitmap)
    {
        if (form == Iso8583Bitmap.Binary)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination, bitmap);
            return;
        }

        for (int i = 15; i >= 0; i--, bitmap >>= 4)
        {
            int digit = (int)(bitmap & 0xF);
            char c = (char)(digit < 10 ? '0' + digit : 'A' + digit - 10);
            destination[i] = form == Iso8583Bitmap.EbcdicHex ? Ebcdic.Byte(TextCoding.Ebcdic037, c) : (byte)c;
        }
    }

    /// <summary>Puts the length of a message before it, and into a station header.</summary>
    public static void WriteHeader(Span<byte> message, Iso8583Encoding encoding)
    {
        int length = message.Length - (encoding.IsInclusive ? 0 : encoding.LengthSize);
        int most = encoding.IsTwoByte ? ushort.MaxValue : 9999;
        int rest = message.Length - encoding.LengthSize;
        if ((encoding.LengthSize > 0 && length > most)
            || (encoding.Routing == Iso8583Routing.VisaStation && rest > ushort.MaxValue))
        {
            throw Iso8583Values.Refuse(0, null, "Iso8583.Header", "the message is longer than its header can say",
                "a shorter message");
        }

        if (encoding.IsTwoByte) BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)length);
        else if (encoding.LengthSize > 0) length.TryFormat(message, out _, "D4", CultureInfo.InvariantCulture);
        if (encoding.Routing == Iso8583Routing.VisaStation)
            BinaryPrimitives.WriteUInt16BigEndian(message[(encoding.LengthSize + 3)..], (ushort)rest);
    }

    private static int BitmapFor(Iso8583Message message, int number) =>
        number <= 128 || !message.Encoding.IsThirdBitmapInField ? message.Layout.BitmapOffset
            : ThirdBitmapAt(message) - (2 * message.Encoding.BitmapLength);

    // In the place of field 65: after the last field before it.
    private static int ThirdBitmapAt(Iso8583Message message)
    {
        int at = message.Layout.FieldsOffset;
        foreach (Iso8583Slice slice in message.Fields) if (slice.Number < 65) at = slice.End;
        return at;
    }

    // Only the digit that holds the bit is written again, in the case it has.
    private static void SetBit(Span<byte> message, int bitmapAt, Iso8583Bitmap form, int number, bool isSet)
    {
        if (form == Iso8583Bitmap.Binary)
        {
            ref byte held = ref message[bitmapAt + ((number - 1) / 8)];
            int mask = 0x80 >> ((number - 1) % 8);
            held = (byte)(isSet ? held | mask : held & ~mask);
            return;
        }

        ref byte digit = ref message[bitmapAt + ((number - 1) / 4)];
        char c = form == Iso8583Bitmap.EbcdicHex ? Ebcdic.Character(TextCoding.Ebcdic037, digit) : (char)digit;
        int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10, bit = 8 >> ((number - 1) % 4);
        value = isSet ? value | bit : value & ~bit;
        char changed = (char)(value < 10 ? '0' + value : (char.IsAsciiLetterLower(c) ? 'a' : 'A') + value - 10);
        digit = form == Iso8583Bitmap.EbcdicHex ? Ebcdic.Byte(TextCoding.Ebcdic037, changed) : (byte)changed;
    }

    private static Iso8583Message Read(Iso8583Message before, byte[] bytes)
    {
        WriteHeader(bytes, before.Encoding);
        return Iso8583Message.TryRead(bytes, before.Profile, before.Encoding, out Iso8583Message edited,
            out ParseError? error) ? edited : throw new MessageFormatException(error!);
    }
}
