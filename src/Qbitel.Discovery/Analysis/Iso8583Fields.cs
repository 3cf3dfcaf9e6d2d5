using System.Globalization;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Discovery.Analysis;

/// <summary>
/// The parts of an ISO 8583 message: header, type, bitmaps, and each field with its length apart from its value.
/// </summary>
internal static class Iso8583Fields
{
    private const int TypeSize = 4;

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

        Add(TypeSize, "mti", "ascii", "msgtype");
        int bitmapSize = message.Encoding.Bitmap == Iso8583Bitmap.Hex ? 16 : 8;
        int firstField = message.Fields.Count > 0 ? message.Fields[0].Offset : message.RawContent.Length;
        for (int number = 1; at < firstField; number++)
            Add(Math.Min(bitmapSize, firstField - at), Name("bitmap", number), "bitmap", "bitmap");

        foreach (Iso8583Slice slice in message.Fields)
        {
            string name = Name("f", slice.Number), meaning = FieldMeanings.Iso8583(slice.Number);
            if (slice.ValueOffset > slice.Offset)
                Add(slice.ValueOffset - slice.Offset, $"{name}.length", "ascii", "length");
            bool isBytes = meaning == "bytes" && message.Encoding.Bitmap == Iso8583Bitmap.Binary;
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
            headers = new(StringComparer.Ordinal);
        foreach (ReadOnlyMemory<byte> bytes in messages)
        {
            if (!Iso8583Message.TryParse(bytes.Span, out Iso8583Message message, out _)) continue;
            versions.Add(message.Profile.Version);
            bitmaps.Add(message.Encoding.Bitmap == Iso8583Bitmap.Hex ? "hex" : "binary");
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
            new("version", string.Join(", ", versions)), new("mti", "ascii"), new("bitmap", string.Join(", ", bitmaps)),
            new("header", string.Join(", ", headers)), new("lengthUnit", "digits"),
        ];
    }

    private static string Name(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);
}
