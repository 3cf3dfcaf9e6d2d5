using System.Text.Json;
using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Detection;

namespace Qbitel.Messages;

/// <summary>A profile of ISO 8583 in a file, and what became of sample messages read by it.</summary>
/// <param name="File">The file.</param>
/// <param name="Profile">The profile; null where the file holds none.</param>
/// <param name="Findings">What is wrong with the file.</param>
/// <param name="Samples">A row for every message.</param>
internal sealed record SpecCheck(
    string File, Iso8583Profile? Profile, IReadOnlyList<Diagnostic> Findings, IReadOnlyList<SpecSample> Samples)
{
    public bool IsGood => Profile is not null && Samples.All(sample => sample.IsValid);

    public static SpecCheck Of(string file, ReadOnlySpan<byte> json)
    {
        bool isRead = Iso8583Profile.TryLoad(json, out Iso8583Profile profile, out IReadOnlyList<Diagnostic> findings);
        return new SpecCheck(file, isRead ? profile : null, findings, []);
    }

    /// <summary>Reads a file of messages in the form in which most of them are read.</summary>
    public SpecCheck With(string name, ReadOnlySpan<byte> messages)
    {
        if (Profile is null) return this;
        List<SpecSample>? best = null;
        foreach (Iso8583Input input in Iso8583Input.Forms(messages))
        {
            List<SpecSample> rows =
                [.. input.Messages.Select((each, i) => SpecSample.Of(name, i + 1, each.Span, Profile))];
            if (best is null || Share(rows) > Share(best)) best = rows;
        }

        return this with { Samples = [.. Samples, .. best ?? []] };

        static double Share(List<SpecSample> rows) =>
            rows.Count(row => row.MessageType is not null) / (double)rows.Count;
    }

    public string ToJson()
    {
        return IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("file", File);
            writer.WriteString("name", Profile?.Name);
            writer.WriteString("version", Profile?.Version);
            writer.WriteBoolean("valid", IsGood);
            Write(writer, "errors", Findings);
            writer.WriteStartArray("messages");
            foreach (SpecSample sample in Samples)
            {
                writer.WriteStartObject();
                writer.WriteString("file", sample.File);
                writer.WriteNumber("message", sample.Number);
                writer.WriteString("messageType", sample.MessageType);
                writer.WriteNumber("fields", sample.Fields);
                writer.WriteBoolean("valid", sample.IsValid);
                Write(writer, "findings", sample.Findings);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<Diagnostic> findings)
    {
        writer.WriteStartArray(name);
        foreach (Diagnostic finding in findings) finding.WriteTo(writer);
        writer.WriteEndArray();
    }
}

/// <summary>One message read by a profile.</summary>
internal sealed record SpecSample(
    string File, int Number, string? MessageType, int Fields, IReadOnlyList<Diagnostic> Findings)
{
    public bool IsValid => MessageType is not null && Findings.All(finding => finding.Severity != Severity.Error);

    public static SpecSample Of(string file, int number, ReadOnlySpan<byte> bytes, Iso8583Profile profile) =>
        Iso8583Message.TryParse(bytes, profile, null, out Iso8583Message message, out ParseError error)
            ? new SpecSample(file, number, message.Mti.ToString(), message.Fields.Count, message.Validate())
            : new SpecSample(file, number, null, 0, [error.Diagnostic]);
}
