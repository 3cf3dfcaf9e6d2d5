using Qbitel.Machine;
using Qbitel.Printing;
using Qbitel.Views;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class DoctorCommand
{
    public static Verb Create(GlobalOptions global) =>
        new Verb("doctor",
            "What this machine offers, and what that means for you. Exit 1 when something will not work.",
            new("qbitel doctor", "a table for people"),
            new("qbitel doctor --data /var/lib/qbitel --json", "the same for a program, about another data folder"))
        .Does(global, (line, output) =>
        {
            MachineReport report = new MachineInspection(global.Folder(line), TimeProvider.System).Report();
            output.Document(report, ViewsJson.Default.MachineReport, console => Print(report, console));
            return report.Works ? ExitCode.Done : ExitCode.Refused;
        });

    private static void Print(MachineReport report, IAnsiConsole console)
    {
        console.Line($"{Product.Name} {report.Version}");
        console.Line();

        Table table = PeopleConsole.Table("", "What", "Found", "Which means");
        foreach (Finding finding in report.Findings)
        {
            string meaning = finding.Remedy is null ? finding.Meaning : $"{finding.Meaning}. {finding.Remedy}";
            table.AddRow(State(finding.State), PeopleConsole.Cell(finding.Title), PeopleConsole.Cell(finding.Value),
                PeopleConsole.Cell(meaning));
        }

        console.Write(table);
    }

    private static Spectre.Console.Rendering.IRenderable State(FindingState state) => state switch
    {
        FindingState.Good => PeopleConsole.Cell("ok", Color.Green),
        FindingState.Note => PeopleConsole.Cell("note"),
        FindingState.Limited => PeopleConsole.Cell("limited", Color.Yellow),
        _ => PeopleConsole.Cell("PROBLEM", Color.Red),
    };
}
