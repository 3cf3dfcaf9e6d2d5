using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Qbitel.Protocols.Translation.Loss;

/// <summary>
/// Accounts for every value of a translated message: each stands here exactly once, values masked by their class.
/// </summary>
/// <param name="SourceType">The type that was read, such as <c>MT103</c>.</param>
/// <param name="TargetType">The type that was written, such as <c>pacs.008.001.08</c>.</param>
/// <param name="Fields">The values of the source in its order, then what the target was given besides.</param>
/// <param name="Remarks">What concerns the message as a whole.</param>
public sealed record LossReport(string SourceType, string TargetType, IReadOnlyList<TranslatedField> Fields,
    IReadOnlyList<string> Remarks)
{
    public IEnumerable<TranslatedField> Of(FieldOutcome outcome) => Fields.Where(field => field.Outcome == outcome);

    /// <summary>Whether every value of the source stands whole in the target.</summary>
    public bool IsLossless =>
        Fields.All(each => each.Outcome is FieldOutcome.Mapped or FieldOutcome.Defaulted);

    /// <summary>Names and addresses that do not stand whole in the target: what a payment is stopped for.</summary>
    public IEnumerable<TranslatedField> LostPartyDetails =>
        Fields.Where(each => each.IsPartyDetail
            && each.Outcome is FieldOutcome.Truncated or FieldOutcome.Dropped);

    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("source", SourceType);
        writer.WriteString("target", TargetType);
        writer.WriteBoolean("lossless", IsLossless);
        writer.WriteStartObject("counts");
        foreach (FieldOutcome outcome in Enum.GetValues<FieldOutcome>())
            writer.WriteNumber(Name(outcome), Of(outcome).Count());
        writer.WriteEndObject();
        writer.WriteStartArray("fields");
        foreach (TranslatedField field in Fields) Write(writer, field);
        writer.WriteEndArray();
        writer.WriteStartArray("remarks");
        foreach (string remark in Remarks) writer.WriteStringValue(remark);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The report as JSON: the same input gives the same bytes.</summary>
    public string ToJson(bool indented = true)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
            WriteTo(writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The report for a person: what was lost first, then what was added, then what was carried.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{SourceType} -> {TargetType}: ");
        text.AppendJoin(", ", Enum.GetValues<FieldOutcome>().Select(outcome =>
            $"{Of(outcome).Count()} {Name(outcome)}"));
        text.Append('\n');
        foreach (FieldOutcome outcome in (FieldOutcome[])[FieldOutcome.Dropped, FieldOutcome.Truncated,
            FieldOutcome.Defaulted, FieldOutcome.Mapped])
        {
            foreach (TranslatedField field in Of(outcome))
                text.Append(CultureInfo.InvariantCulture, $"  {Name(outcome),-9} {field}\n");
        }

        foreach (string remark in Remarks) text.Append("  ").Append(remark).Append('\n');
        return text.ToString();
    }

    private static void Write(Utf8JsonWriter writer, TranslatedField field)
    {
        writer.WriteStartObject();
        writer.WriteString("outcome", Name(field.Outcome));
        if (field.Source is not null) writer.WriteString("source", field.Source);
        writer.WriteStartArray("targets");
        foreach (string target in field.Targets) writer.WriteStringValue(target);
        writer.WriteEndArray();
        writer.WriteString("value", field.Value);
        if (field.Note is not null) writer.WriteString("note", field.Note);
        writer.WriteEndObject();
    }

    private static string Name(FieldOutcome outcome) => outcome switch
    {
        FieldOutcome.Mapped => "mapped",
        FieldOutcome.Truncated => "truncated",
        FieldOutcome.Dropped => "dropped",
        _ => "defaulted",
    };
}
