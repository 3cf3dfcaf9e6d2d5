using System.Globalization;
using Qbitel.Discovery.Relations.Values;
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
        if (message.HeaderContent.Length > 0)
            Add(message.HeaderContent.Length, "header", "bytes", FieldMeanings.Unknown);
        bool isPacked = encoding.Mti is DigitCoding.Bcd or DigitCoding.Binary;
        string mti = isPacked ? "bcd" : encoding.Mti == DigitCoding.Ascii ? "ascii" : "ebcdic";
        Add(isPacked ? 2 : 4, "mti", mti, "msgtype");
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
                    TypeOf(encoding.Prefix, slice.ValueOffset - slice.Offset), "length");
            }

            if (slice.ValueLength > 0)
            {
                Add(slice.ValueLength, name, TypeOf(message.RawContent.Span.Slice(slice.ValueOffset, slice.ValueLength),
                    slice.Characters), meaning);
            }
        }

        return fields;

        void Add(int length, string name, string type, string semantic)
        {
            fields.Add(new DiscoveredField(at, length, name, type, semantic, confidence));
            at += length;
        }
    }

    private static string TypeOf(PrefixCoding prefix, int size) => prefix switch
    {
        PrefixCoding.Ebcdic => "ebcdic",
        PrefixCoding.Bcd or PrefixCoding.BcdRight => "bcd",
        PrefixCoding.Binary => size == 1 ? "uint8" : size == 2 ? "uint16be" : "bytes",
        _ => "ascii",
    };

    // As the value is written, whatever the rest of the message is: digits packed, text, or bytes.
    private static string TypeOf(ReadOnlySpan<byte> value, int characters)
    {
        if (characters > value.Length) return "bcd";
        if (!value.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E)) return "ascii";
        foreach (byte b in value) if (!TextCode.Ebcdic.IsPrinted(b)) return "bytes";
        return "ebcdic";
    }

    /// <summary>In which dialect messages are written, with what competes where it is tied.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Variant(IReadOnlyList<KnownReading> readings)
    {
        Iso8583Detection? detection = readings.Select(r => r.Detection).FirstOrDefault(d => d is not null);
        Iso8583Candidate? dialect = readings.Select(r => r.Dialect).FirstOrDefault(d => d is not null);
        string versions = string.Join(", ", readings.Select(r => r.Version).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal));
        yield return new("version", versions);
        if (dialect is null) yield break;

        foreach ((string name, string value) in Words(dialect)) yield return new(name, value);
        string alternatives = string.Join("; ", dialect.Untold.Where(name => name is "unit" or "text")
            .Select(name => $"{name} not told")
            .Concat(detection!.Candidates.Where(c => c != dialect && c.Failure is null && c.Likelihood > 0.01)
                .Select(c => Difference(dialect, c))));
        if (alternatives.Length > 0) yield return new("alternatives", alternatives);
    }

    private static IEnumerable<KeyValuePair<string, string>> Words(Iso8583Candidate candidate)
    {
        Iso8583Encoding encoding = candidate.Encoding;
        string ValueOf(string name) => candidate.Choices.First(choice => choice.Name == name).Value;
        yield return new("mti", ValueOf("mti"));
        yield return new("fields", ValueOf("numbers"));
        yield return new("bitmap", encoding.Bitmap switch
        {
            Iso8583Bitmap.Binary => "binary",
            Iso8583Bitmap.EbcdicHex => "ebcdic-hex",
            _ => "hex",
        });
        string length = encoding.Header switch
        {
            Iso8583Header.TwoByteLength => "2-byte",
            Iso8583Header.TwoByteLengthInclusive => "2-byte-inclusive",
            Iso8583Header.FourDigitLength => "4-digit",
            Iso8583Header.FourDigitLengthInclusive => "4-digit-inclusive",
            _ => "",
        };
        string routing = encoding.Routing == Iso8583Routing.None ? "" : ValueOf("header");
        yield return new("header", length.Length == 0 ? routing.Length == 0 ? "none" : routing
            : routing.Length == 0 ? length : $"{length}+{routing}");
        yield return new("lengthPrefix", ValueOf("prefix"));
        yield return new("lengthUnit", encoding.Unit switch
        {
            LengthUnit.Bytes => "bytes",
            LengthUnit.Nibbles => "nibbles",
            _ => "digits",
        });
    }

    private static string Difference(Iso8583Candidate dialect, Iso8583Candidate other)
    {
        IEnumerable<string> choices = dialect.Choices.Zip(other.Choices)
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => $"{pair.Second.Name}={pair.Second.Value}");
        return string.Join(", ", dialect.Profile == other.Profile ? choices
            : choices.Prepend($"profile={other.Profile.Name}"));
    }

    private static string Name(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);
}
