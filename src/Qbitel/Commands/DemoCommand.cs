using System.CommandLine;
using Qbitel.Automation.Engine;
using Qbitel.Demo;
using Qbitel.Governance.Profiles;
using Qbitel.Printing;
using Qbitel.Views;

namespace Qbitel.Commands;

internal static class DemoCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Option<bool> headless = new("--headless")
        {
            Description = "Without a server: do the work, print the report, end",
            Required = true,
        };

        Verb verb = new("demo",
            "Do the main job on an invented bank: see, understand, protect, keep, prove. Exit 1 when a step did "
            + "not hold.",
            new("qbitel demo --headless", "each step as it happens"),
            new("qbitel demo --headless --json --data /tmp/demo-bank",
                "the report for a program, in a folder of its own"))
        {
            headless,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            DataFolder folder = global.Folder(line);
            folder.Open();
            DemoClock clock = new();
            await using AutomationPlatform platform = await AutomationPlatform.OpenAsync(
                folder.Path, BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers), DemoBank.Config, clock,
                cancellationToken: cancellation);
            void Report(DemoProgress progress) =>
                output.Progress(progress, ViewsJson.Default.DemoProgress, progress.ForPeople);
            CommittedEntries committed = new(platform.Engine.Audit, Report);
            await using DemoBank bank = new(platform, clock, Report);
            await committed.SkipAsync(cancellation);
            await platform.Engine.StartAsync(cancellation);

            Task<DemoReport> running = bank.RunAsync(cancellation);
            if (output.IsJson) await committed.FollowAsync(running, cancellation);
            DemoReport report = await running;
            output.Document(report, ViewsJson.Default.DemoReport, console => Print(report, console));
            return report.Ok ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static void Print(DemoReport report, Spectre.Console.IAnsiConsole console)
    {
        foreach (DemoStep step in report.Steps)
        {
            console.Line($"{(step.Held ? "held  " : "FAILED")}  {step.Title}");
            foreach (DemoCheck check in step.Checks)
                console.Line($"        {check.Outcome,-11} {check.Name}: {check.Detail}");
        }

        console.Line(report.Ok ? "Every step held." : "Not every step held.");
    }
}
