using System.Globalization;
using System.Text.Json;
using Qbitel.Printing;
using Qbitel.Protocols;
using Spectre.Console;

namespace Qbitel.Messages;

/// <summary>The document of <c>qbitel parse --summary</c>, for programs and for people.</summary>
internal static class ArchiveDocument
{
    private const int ShownFindings = 10, ShownTypes = 30;

    public static void Write(ArchiveSummary summary, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("files", summary.Files);
        writer.WriteNumber("bytes", summary.Bytes);
        writer.WriteNumber("messages", summary.Messages);
        writer.WriteNumber("valid", summary.Valid);
        writer.WriteNumber("invalid", summary.Invalid);
        writer.WriteNumber("records", summary.Records);
        writer.WriteNumber("unreadFiles", summary.UnreadCount);
        writer.WriteStartArray("unread");
        foreach (UnreadFile file in summary.Unread)
        {
            writer.WriteStartObject();
            writer.WriteString("file", file.File);
            writer.WriteString("why", file.Why);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("protocols");
        foreach (ArchiveSummary.Protocol protocol in summary.Protocols) Write(protocol, writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void Print(ArchiveSummary summary, IAnsiConsole console)
    {
        console.Line(string.Create(CultureInfo.InvariantCulture,
            $"{summary.Files} files, {Size(summary.Bytes)}: {summary.Messages} messages, {summary.Invalid} invalid"));
        foreach (UnreadFile file in summary.Unread) console.Line($"not read: {file.File}: {file.Why}");
        if (summary.UnreadCount > summary.Unread.Count())
        {
            console.Line(string.Create(CultureInfo.InvariantCulture,
                $"{summary.UnreadCount} files were not read in all"));
        }

        if (!summary.Protocols.Any()) return;
        console.Line();
        Table table = PeopleConsole.Table("Protocol", "Messages", "Valid", "Invalid", "Records", "Size", "Totals");
        foreach (ArchiveSummary.Protocol protocol in summary.Protocols)
        {
            ScanSummary own = protocol.Summary;
            table.AddRow(PeopleConsole.Cell(protocol.Name ?? "unknown"), Number(own.Messages),
                Number(own.Valid), Number(own.Invalid, own.Invalid > 0 ? Color.Red : null),
                Number(own.Records), PeopleConsole.Cell(Size(own.Bytes)),
                PeopleConsole.Cell(own.Totals.Count == 0 ? null
                    : string.Join(", ", own.Totals.Select(total => $"{total.Key} {total.Value}"))));
        }

        console.Write(table);
        console.Line();
        table = PeopleConsole.Table("Protocol", "Type", "Messages");
        foreach (ArchiveSummary.Protocol protocol in summary.Protocols)
        {
            foreach ((string type, long count) in Types(protocol).Take(ShownTypes))
                table.AddRow(PeopleConsole.Cell(protocol.Name), PeopleConsole.Cell(type), Number(count));
        }

        console.Write(table);
        if (!summary.Protocols.Any(protocol => protocol.Findings.Any())) return;

        console.Line();
        table = PeopleConsole.Table("Finding", "Times", "First in", "At byte", "What");
        foreach ((string code, ArchiveFinding finding) in summary.Protocols.SelectMany(each => each.Findings)
            .OrderByDescending(each => each.Value.Count).Take(ShownFindings))
        {
            Color? colour = finding.First?.Severity switch
            {
                Severity.Error => Color.Red,
                Severity.Warning => Color.Yellow,
                _ => null,
            };
            table.AddRow(PeopleConsole.Cell(code, colour), Number(finding.Count), PeopleConsole.Cell(finding.File),
                PeopleConsole.Cell(finding.First?.Offset?.ToString(CultureInfo.InvariantCulture)),
                PeopleConsole.Cell(finding.First?.Message));
        }

        console.Write(table);
    }

    /// <summary>Bytes as people say them.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000m:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000m:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000m:0.00} GB"),
    };

    private static void Write(ArchiveSummary.Protocol protocol, Utf8JsonWriter writer)
    {
        ScanSummary own = protocol.Summary;
        writer.WriteStartObject();
        writer.WriteString("protocol", protocol.Name);
        writer.WriteNumber("bytes", own.Bytes);
        writer.WriteNumber("messages", own.Messages);
        writer.WriteNumber("valid", own.Valid);
        writer.WriteNumber("invalid", own.Invalid);
        writer.WriteNumber("records", own.Records);
        writer.WriteStartArray("messageTypes");
        foreach ((string type, long count) in Types(protocol))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteNumber("messages", count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("totals");
        foreach ((string name, string value) in own.Totals)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("findings");
        foreach ((string code, ArchiveFinding finding) in protocol.Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("code", code);
            writer.WriteNumber("count", finding.Count);
            writer.WriteString("file", finding.File);
            writer.WritePropertyName("first");
            if (finding.First is null) writer.WriteNullValue();
            else finding.First.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static IOrderedEnumerable<KeyValuePair<string, long>> Types(ArchiveSummary.Protocol protocol) =>
        protocol.Summary.MessageTypes.OrderByDescending(type => type.Value)
            .ThenBy(type => type.Key, StringComparer.Ordinal);

    private static Spectre.Console.Rendering.IRenderable Number(long number, Color? colour = null) =>
        PeopleConsole.Cell(number.ToString(CultureInfo.InvariantCulture), colour);
}
