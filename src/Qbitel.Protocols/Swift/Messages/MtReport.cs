using Qbitel.Protocols.Swift.Fields;
using Qbitel.Protocols.Swift.Rules;
using Qbitel.Protocols.Swift.Xml;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>A message as rows of a report: the parts of its headers, then the fields of its blocks.</summary>
internal static class MtReport
{
    /// <param name="message">Any message.</param>
    /// <param name="places">Where its bytes stand in the input.</param>
    /// <param name="input">All of the input.</param>
    /// <param name="fields">Where the rows go.</param>
    /// <param name="limit">How many there may be.</param>
    public static void AddFields(SwiftMessage message, SwiftPlaces places, ReadOnlySpan<byte> input,
        List<ReportField> fields, int limit)
    {
        MtRuleSet? rules = MtRuleSet.Of(message.TypeNumber, message.ValidationFlag == "COV");
        foreach (SwiftBlock block in message.Blocks)
        {
            if (block.Id is not ('1' or '2')) continue;
            foreach (MtHeaderPart part in MtHeaderPart.Of(block, message.Bytes))
            {
                if (fields.Count == limit) return;
                fields.Add(Row(part, block, message.Bytes, places));
            }
        }

        AddFields(message, "3", message.UserHeader, null, places, input, fields, limit);
        AddFields(message, "4", message.Text, rules, places, input, fields, limit);
        AddFields(message, "5", message.Trailer, null, places, input, fields, limit);
    }

    private static ReportField Row(MtHeaderPart part, SwiftBlock block, ReadOnlySpan<byte> bytes, SwiftPlaces places)
    {
        ReadOnlySpan<byte> value = bytes.Slice(part.Offset, part.Length);
        (int offset, int length) = places.Of(part.Offset, part.Length);
        return new ReportField($"{block.Id}", part.Name, offset, length, Redaction.None.Mask(value))
        {
            Path = $"/{block.Id}/{part.Key}",
            Meaning = part.MeaningOf(value),
        };
    }

    private static void AddFields(SwiftMessage message, string block, IReadOnlyList<SwiftField> own, MtRuleSet? rules,
        SwiftPlaces places, ReadOnlySpan<byte> input, List<ReportField> fields, int limit)
    {
        foreach (SwiftField field in own)
        {
            if (fields.Count == limit) return;
            string? name = MtHeaderTags.Name(block, field.Tag)
                ?? (block == "4" ? rules?.Field(field.Tag)?.Name ?? MtFieldTable.Name(field.Tag) : null);
            (int valueOffset, int valueLength) = places.Of(field.ValueOffset, field.ValueLength);
            int offset = places.Of(field.Offset);

            // In XML what stands between name and value is not all form: then the row is the value alone.
            if (places.IsWritten && input[offset..valueOffset].ContainsAny("!?\"'"u8)) offset = valueOffset;
            fields.Add(new ReportField(field.Tag, name, offset, valueOffset + valueLength - offset,
                SwiftRedaction.Shown(field.Slot, message.Bytes))
            {
                Path = $"/{block}/{field.Tag}",
                Meaning = MtHeaderTags.Meaning(block, field.Tag, field.Value)
                    ?? FieldMeaning.Of(field.Slot, message.Bytes),
                ValueOffset = valueOffset,
                ValueLength = valueLength,
                Redaction = SwiftRedaction.Of(field.Slot),
            });
        }
    }
}
