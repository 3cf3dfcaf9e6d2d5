using System.CommandLine;
using Qbitel.Printing;
using Qbitel.Sources;
using Qbitel.Store;
using Qbitel.Views;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class KeysCommand
{
    public static Command Create(GlobalOptions global) =>
        new("keys",
            "The platform's keys in the data folder; never their material. Keys in files of your own are under 'key'.")
        {
            List(global),
        };

    private static Verb List(GlobalOptions global) =>
        new Verb("list", "Every key with its versions: state, custody, and when the next version is due.",
            new("qbitel keys list", "a table for people"),
            new("qbitel keys list --json", "the same for a program"))
        .Does(global, async (line, output, cancellation) =>
        {
            await using StateStore store = await PlatformStore.ReadAsync(global.Folder(line), TimeProvider.System,
                cancellation);
            KeysView view = await StoredKeys.ReadAsync(store, cancellation);
            output.Document(view, ViewsJson.Default.KeysView, console => Print(view, console));
            return ExitCode.Done;
        });

    private static void Print(KeysView view, IAnsiConsole console)
    {
        Table table = PeopleConsole.Table("State", "Key", "Version", "Algorithm", "Policy", "Custody",
            "Next version due");
        foreach (KeyRow key in view.Keys)
        {
            foreach (KeyVersionRow version in key.Versions)
            {
                table.AddRow([
                    PeopleConsole.Cell(version.State.ToString()), PeopleConsole.Cell(key.Name),
                    PeopleConsole.Cell($"{version.Version}"),
                    PeopleConsole.Cell(key.Algorithm), PeopleConsole.Cell(key.Policy),
                    PeopleConsole.Cell(version.Custody),
                    PeopleConsole.Cell(version.RotateDueAt?.ToString("yyyy-MM-dd HH:mm'Z'",
                        System.Globalization.CultureInfo.InvariantCulture))]);
            }
        }

        if (view.Keys.Count == 0) console.Line("There are no keys.");
        else console.Write(table);
    }
}
