using System.Globalization;
using System.Text;
using Qbitel.Automation.Estate;
using Qbitel.Governance.Posture;
using Qbitel.Pictures;
using Qbitel.Printing;
using Qbitel.Sources;
using Qbitel.Store;
using Qbitel.Views;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class PostureCommand
{
    public static Verb Create(GlobalOptions global) =>
        new Verb("posture", "What was found, what fails by which date, and what is already quantum-safe.",
            new("qbitel posture", "figures with their coverage, then every system with its verdict"),
            new("qbitel posture --json",
                "the whole report, each figure with its query, the hash of its inputs and its evidence"))
        .Does(global, async (line, output, cancellation) =>
        {
            await using StateStore store = await PlatformStore.ReadAsync(global.Folder(line), TimeProvider.System,
                cancellation);
            PostureReport report = await EstateInventory.AssessAsync(store, cancellation);
            output.Document(() => Encoding.UTF8.GetString(report.ToJson()),
                console => Print(PostureDocument.Of(report), console));
            return ExitCode.Done;
        });

    private static void Print(PostureView view, IAnsiConsole console)
    {
        console.Line($"{Tones.Word(view.Verdict)} as of {Day(DateOnly.FromDateTime(view.At.UtcDateTime))}");
        foreach (FigureView figure in view.Figures)
            console.Line($"  {figure.Name}: {figure.Count} of {figure.Of}{Percent(figure.Percent)}");

        if (view.Assets.Count == 0)
            console.Line("Nothing is in scope yet, so nothing is assessed: this is not a pass.");
        if (view.Deadlines.Count > 0)
        {
            Table dates = PeopleConsole.Table("After", "Systems", "Pack", "What it says");
            foreach (DeadlineRow row in view.Deadlines)
            {
                dates.AddRow(PeopleConsole.Cell(Day(row.After)), PeopleConsole.Cell($"{row.Assets.Count}"),
                    PeopleConsole.Cell($"{row.Pack}, {row.Edition}"), PeopleConsole.Cell(row.Requirement));
            }

            console.Line();
            console.Write(dates);
        }

        if (view.Assets.Count == 0) return;

        Table assets = PeopleConsole.Table("Verdict", "What", "Kind", "Fails after", "Why");
        foreach (AssetRow row in view.Assets)
        {
            assets.AddRow(PeopleConsole.Cell(Tones.Word(row.Verdict)), PeopleConsole.Cell(row.Name),
                PeopleConsole.Cell(row.Kind), PeopleConsole.Cell(row.FailsAfter is { } after ? Day(after) : null),
                PeopleConsole.Cell(row.Why));
        }

        console.Line();
        console.Write(assets);
    }

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // Rounded down: 100 % means all.
    private static string Percent(double? share) =>
        share is { } known ? string.Create(CultureInfo.InvariantCulture, $" ({Math.Floor(known):0} %)") : "";
}
