using System.Globalization;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Iso8583.Detection;

namespace Qbitel.Discovery.Analysis;

/// <summary>
/// The parts of an ISO 8583 message: header, type, bitmaps, and each field with its length apart from its value.
/// </summary>
internal static class Iso8583Fields
{
    public static List<DiscoveredField> Of(Iso8583Message message, double confidence)
    {
        List<DiscoveredField> fields = [];
        int at = 0;
        switch (message.Encoding.Header)
        {
            case Iso8583Header.TwoByteLength or Iso8583Header.TwoByteLengthInclusive:
                Add(2, "length", "uint16be", "length");
                break;
            case Iso8583Header.FourDigitLength or Iso8583Header.FourDigitLengthInclusive:
                Add(4, "length", "ascii", "length");
                break;
        }

        Iso8583Encoding encoding = message.Encoding;
        if (message.HeaderContent.Length > 0) Add(message.HeaderContent.Length, "header", "bytes", FieldMeanings.Unknown);
        bool isPacked = encoding.Mti is DigitCoding.Bcd or DigitCoding.Binary;
        Add(isPacked ? 2 : 4, "mti", encoding.Mti == DigitCoding.Ascii ? "ascii" : "bytes", "msgtype");
        int bitmapSize = encoding.Bitmap == Iso8583Bitmap.Binary ? 8 : 16;
        int firstField = message.Fields.Count > 0 ? message.Fields[0].Offset : message.RawContent.Length;
        for (int number = 1; at < firstField; number++)
            Add(Math.Min(bitmapSize, firstField - at), Name("bitmap", number), "bitmap", "bitmap");

        foreach (Iso8583Slice slice in message.Fields)
        {
            string name = Name("f", slice.Number), meaning = FieldMeanings.Iso8583(slice.Number);
            if (slice.ValueOffset > slice.Offset)
            {
                Add(slice.ValueOffset - slice.Offset, $"{name}.length",
                    encoding.Prefix == PrefixCoding.Ascii ? "ascii" : "bytes", "length");
            }

            bool isBytes = (meaning == "bytes" && encoding.Bitmap == Iso8583Bitmap.Binary)
                || encoding.Numbers != DigitCoding.Ascii;
            if (slice.ValueLength > 0) Add(slice.ValueLength, name, isBytes ? "bytes" : "ascii", meaning);
        }

        return fields;

        void Add(int length, string name, string type, string semantic)
        {
            fields.Add(new DiscoveredField(at, length, name, type, semantic, confidence));
            at += length;
        }
    }

    public static IEnumerable<KeyValuePair<string, string>> Variant(IEnumerable<ReadOnlyMemory<byte>> messages)
    {
        SortedSet<string> versions = new(StringComparer.Ordinal), bitmaps = new(StringComparer.Ordinal),
            types = new(StringComparer.Ordinal), headers = new(StringComparer.Ordinal);
        foreach (ReadOnlyMemory<byte> bytes in messages)
        {
            if (!Iso8583Message.TryParse(bytes.Span, out Iso8583Message message, out _)
                && !Iso8583Detector.TryRead(bytes.Span, out message))
            {
                continue;
            }

            versions.Add(message.Profile.Version);
            types.Add(message.Encoding.Mti switch
            {
                DigitCoding.Ascii => "ascii",
                DigitCoding.Ebcdic => "ebcdic",
                _ => "bcd",
            });
            bitmaps.Add(message.Encoding.Bitmap == Iso8583Bitmap.Binary ? "binary" : "hex");
            headers.Add(message.Encoding.Header switch
            {
                Iso8583Header.TwoByteLength => "2-byte length",
                Iso8583Header.TwoByteLengthInclusive => "2-byte length of all",
                Iso8583Header.FourDigitLength => "4-digit length",
                Iso8583Header.FourDigitLengthInclusive => "4-digit length of all",
                _ => "none",
            });
        }

        return
        [
            new("version", string.Join(", ", versions)), new("mti", string.Join(", ", types)),
            new("bitmap", string.Join(", ", bitmaps)),
            new("header", string.Join(", ", headers)), new("lengthUnit", "digits"),
        ];
    }

    private static string Name(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);
}
