using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Structures;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Detection;

namespace Qbitel.Discovery.Analysis;

/// <summary>The fields of a message of a known protocol, from its parse.</summary>
internal static class KnownFields
{
    public static IReadOnlyList<DiscoveredField> Of(KnownReading reading, ReadOnlySpan<byte> message)
    {
        if (reading.Protocol == "tls") return TlsRecords.Fields(message.Length);

        ReadOnlySpan<byte> body = message[reading.HeaderSize..];
        List<DiscoveredField> fields = reading.HeaderSize == 0 ? []
            : [new DiscoveredField(0, reading.HeaderSize, "header", HeaderType(message[..reading.HeaderSize]),
                "length", reading.Confidence)];
        fields.AddRange(reading.Protocol switch
        {
            "fix" => Fix(body, reading),
            "emv-apdu" when body.Length < 3 || !IsText(body) => CardFields.Of(reading, body),
            "ber" => Tree(body, reading),
            "emv-tlv" when BerTree.TryRead(body, Proved) is not null => Tree(body, reading),
            "iso8583" when Iso(body, reading) is { Count: > 0 } parts => parts,
            _ => Reported(body, reading),
        });
        return Tiled(fields, message.Length) ? fields : [];
    }

    private static readonly Relation Proved = new(RelationKind.Tree, "", 1);

    private static IEnumerable<DiscoveredField> Tree(ReadOnlySpan<byte> body, KnownReading reading) =>
        (BerTree.TryRead(body, Proved) ?? []).Select(leaf => new DiscoveredField(reading.HeaderSize + leaf.Start,
            leaf.Length, leaf.Name!, leaf.Type, leaf.Semantic, reading.Confidence));

    private static List<DiscoveredField> Iso(ReadOnlySpan<byte> body, KnownReading reading)
    {
        bool isRead = reading.Dialect is { } dialect
            ? Iso8583Message.TryParse(body, dialect.Profile, dialect.Encoding, out Iso8583Message message, out _)
            : Iso8583Message.TryParse(body, out message, out _) || Iso8583Detector.TryRead(body, out message);
        return !isRead ? [] : [.. Iso8583Fields.Of(message, reading.Confidence)
            .Select(field => field with { Start = field.Start + reading.HeaderSize })];
    }

    private static bool IsText(ReadOnlySpan<byte> bytes) =>
        !bytes.ContainsAnyExceptInRange((byte)0x09, (byte)0x7E);

    // A FIX field is a tag with its equals sign, a value and a delimiter.
    private static List<DiscoveredField> Fix(ReadOnlySpan<byte> body, KnownReading reading)
    {
        List<DiscoveredField> fields = [];
        int header = reading.HeaderSize;
        int at = 0;
        while (at < body.Length && FixFrame.TryRead(body[at..], out FixFrame frame, out _) == FrameStatus.Complete
            && FixMessage.TryParse(body.Slice(at, frame.Length), out FixMessage message, out _))
        {
            foreach (FixField field in message.Fields)
            {
                string name = $"t{field.Tag.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
                int start = header + at;
                fields.Add(new DiscoveredField(start + field.Offset, field.ValueOffset - field.Offset, $"{name}.tag",
                    "ascii", "const", reading.Confidence));
                if (field.ValueLength > 0)
                {
                    fields.Add(new DiscoveredField(start + field.ValueOffset, field.ValueLength, name, "ascii",
                        FieldMeanings.Fix(field.Tag), reading.Confidence));
                }

                fields.Add(new DiscoveredField(start + field.ValueOffset + field.ValueLength, 1, "soh", "uint8",
                    "delimiter", reading.Confidence));
            }

            at += frame.Length;
        }

        if (at < body.Length)
        {
            fields.Add(new DiscoveredField(header + at, body.Length - at, "end", "ascii", "delimiter",
                reading.Confidence));
        }

        return fields;
    }

    // What the report gives: leaves where fields nest, with the bytes between them as fields without a meaning.
    private static List<DiscoveredField> Reported(ReadOnlySpan<byte> body, KnownReading reading)
    {
        ParseReport report = MessageParser.Parse(body, reading.Protocol);
        List<DiscoveredField> fields = [];
        byte[] rest = body.ToArray();
        int at = 0;
        foreach (ReportField field in report.Fields.Where(f => f.Length > 0).OrderBy(f => f.Offset)
            .ThenBy(f => f.Length))
        {
            int start = (int)field.Offset, end = start + field.Length;
            if (start < at || end > body.Length) continue;
            Gap(start);
            fields.Add(new DiscoveredField(reading.HeaderSize + start, field.Length, field.Name ?? field.Tag, "ascii",
                FieldMeanings.Of(reading.Protocol, reading.Protocol == "nacha" ? NameIn(field.Path) : field.Tag),
                reading.Confidence));
            at = end;
        }

        if (fields.Count > 0) Gap(body.Length);
        return fields;

        void Gap(int until)
        {
            if (until > at)
            {
                bool isBlank = rest.AsSpan(at, until - at).IndexOfAnyExcept((byte)' ', (byte)0x40) < 0;
                fields.Add(new DiscoveredField(reading.HeaderSize + at, until - at, isBlank ? "blank" : "gap", "bytes",
                    isBlank ? "padding" : FieldMeanings.Unknown, reading.Confidence));
            }
        }
    }

    private static string NameIn(string? path) => path is null ? "" : path[(path.LastIndexOf('/') + 1)..];

    private static string HeaderType(ReadOnlySpan<byte> header) =>
        !header.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? "ascii" : header.Length == 2 ? "uint16be"
            : header.Length == 4 ? "uint32be" : "uint8";

    private static bool Tiled(List<DiscoveredField> fields, int length)
    {
        int at = 0;
        foreach (DiscoveredField field in fields)
        {
            if (field.Start != at || field.Length < 1) return false;
            at += field.Length;
        }

        return at == length;
    }
}
