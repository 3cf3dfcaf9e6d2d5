using System.Globalization;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Iso8583.Subfields;

namespace Qbitel.Protocols.Identification;

/// <summary>The fields of an ISO 8583 message as a report lists them.</summary>
internal static class Iso8583Report
{
    public static void AddFields(Iso8583Message message, int at, List<ReportField> fields, int limit)
    {
        foreach (Iso8583Slice slice in message.Fields)
        {
            if (fields.Count >= limit) return;
            Iso8583FieldRule rule = message.Profile.Field(slice.Number)!;
            string number = slice.Number.ToString(CultureInfo.InvariantCulture);
            ValueCoding coding = CodingOf(message.Plan.Shape(slice.Number).Form);
            fields.Add(new ReportField(number, rule.Name, at + slice.Offset,
                slice.ValueOffset - slice.Offset + slice.ValueLength, message.Shown(slice))
            {
                ValueOffset = at + slice.ValueOffset,
                ValueLength = slice.ValueLength,
                Redaction = rule.Redaction,
                Coding = coding,
                Meaning = message.Meaning(slice),
            });
            if (rule.Subfields is not { } layout || layout is { IsOptional: true, Kind: SubfieldKind.Positional })
                continue;

            foreach ((Iso8583Subfield part, string shown) in message.ShownSubfields(slice))
            {
                if (fields.Count >= limit) return;
                int start = message.PlaceOf(slice, layout, part.Offset), end = message.PlaceOf(slice, layout, part.End);
                int valueAt = message.PlaceOf(slice, layout, part.ValueOffset);
                fields.Add(new ReportField($"{number}.{part.Path}", part.Name, at + start, end - start, shown)
                {
                    ValueOffset = at + valueAt,
                    ValueLength = end - valueAt,
                    Redaction = part.Redaction,
                    Coding = coding,
                });
            }
        }
    }

    public static List<KeyValuePair<string, string>> Summarise(Iso8583Message message)
    {
        List<KeyValuePair<string, string>> summary =
            [new("name", message.Mti.Description), new("encoding", message.Encoding.ToString())];
        foreach ((int number, string name) in ((int, string)[])[(2, "card"), (3, "processingCode"), (11, "trace"),
            (37, "reference"), (39, "response"), (41, "terminal")])
        {
            if (message.Find(number) is { } slice) summary.Add(new(name, message.Shown(slice)));
        }

        if (message.Amount is { } amount) summary.Add(new("amount", amount.ToString()));
        return summary;
    }

    private static ValueCoding CodingOf(WireForm form) => form switch
    {
        WireForm.Packed => ValueCoding.Packed,
        WireForm.Ebcdic037 or WireForm.Ebcdic1047 or WireForm.EbcdicHex => ValueCoding.Ebcdic,
        WireForm.Raw or WireForm.Integer => ValueCoding.Bytes,
        _ => ValueCoding.Text,
    };
}
