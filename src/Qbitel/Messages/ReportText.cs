using Qbitel.Printing;
using Qbitel.Protocols;
using Spectre.Console;

namespace Qbitel.Messages;

/// <summary>A report for people: what the message is, what is wrong with it, and its fields in a table.</summary>
internal static class ReportText
{
    public static string Kind(ParseReport report) => string.Join(' ',
        new[] { report.Protocol ?? "unknown protocol", report.Version, report.MessageType }.OfType<string>());

    public static void Write(ParseReport report, IAnsiConsole console)
    {
        console.Line($"{Kind(report)}: {(report.IsValid ? "valid" : "not valid")}");
        foreach ((string name, string value) in report.Summary) console.Line($"  {name}: {value}");
        foreach (Diagnostic error in report.Errors) console.Line($"error    {error}");
        foreach (Diagnostic warning in report.Warnings)
            console.Line($"{(warning.Severity == Severity.Warning ? "warning" : "note"),-8} {warning}");
        if (report.Fields.Count == 0) return;

        console.Line();
        bool hasMeanings = report.Fields.Any(field => field.Meaning is not null);
        Table table = hasMeanings ? PeopleConsole.Table("Offset", "Tag", "Name", "Value", "Meaning")
            : PeopleConsole.Table("Offset", "Tag", "Name", "Value");
        foreach (ReportField field in report.Fields)
        {
            Spectre.Console.Rendering.IRenderable[] row =
            [
                PeopleConsole.Cell($"{field.Offset}"), PeopleConsole.Cell(field.Tag),
                PeopleConsole.Cell(field.Path ?? field.Name), PeopleConsole.Cell(field.Value),
            ];
            table.AddRow(hasMeanings ? [.. row, PeopleConsole.Cell(field.Meaning)] : row);
        }

        console.Write(table);
    }
}
