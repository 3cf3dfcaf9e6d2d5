using System.CommandLine;
using System.Globalization;
using Qbitel.Printing;
using Qbitel.Sources;
using Qbitel.Store;
using Qbitel.Views;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class AuditCommand
{
    public static Command Create(GlobalOptions global) =>
        new("audit", "The audit log: everything that was done or refused.")
        {
            List(global), AuditExportCommands.Export(global), AuditExportCommands.Verify(global),
        };

    private static Verb List(GlobalOptions global)
    {
        Option<int> limit = new("--limit")
        {
            Description = "How many entries, at most 1000",
            HelpName = "N",
            DefaultValueFactory = _ => StoredAudit.Stretch,
            CustomParser = result => Number.Between(result, 1, 1000),
        };

        Verb verb = new("list", "The newest entries first, those that wait for their place in the log included.",
            new("qbitel audit list", "what happened last"),
            new("qbitel audit list --limit 1000 --json", "more of it, for a program"))
        {
            limit,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            await using StateStore store = await PlatformStore.ReadAsync(global.Folder(line), TimeProvider.System,
                cancellation);
            AuditView view = await StoredAudit.ReadAsync(store, before: null, line.GetValue(limit), cancellation);
            output.Document(view, ViewsJson.Default.AuditView, console => Print(view, console));
            return ExitCode.Done;
        });
    }

    private static void Print(AuditView view, IAnsiConsole console)
    {
        console.Line(view.Checkpoint is { } checkpoint
            ? $"{view.Size} entries, {view.Pending} pending; {checkpoint.Origin} signed {checkpoint.Size} of them, "
                + $"root {checkpoint.Root}"
            : $"{view.Size} entries, {view.Pending} pending; nothing is signed yet");
        if (view.Entries.Count == 0) return;

        console.Line();
        Table table = PeopleConsole.Table("Index", "At", "Outcome", "Action", "Target", "Actor", "Details");
        foreach (AuditEntryRow entry in view.Entries)
        {
            table.AddRow([
                PeopleConsole.Cell(entry.Index?.ToString(CultureInfo.InvariantCulture)),
                PeopleConsole.Cell(entry.At.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
                PeopleConsole.Cell(entry.Outcome), PeopleConsole.Cell(entry.Action), PeopleConsole.Cell(entry.Target),
                PeopleConsole.Cell(entry.Actor),
                PeopleConsole.Cell(string.Join(", ",
                    entry.Details.Select(detail => $"{detail.Key}: {detail.Value}")))]);
        }

        console.Write(table);
    }
}
