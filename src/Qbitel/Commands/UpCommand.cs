using System.CommandLine;
using System.Runtime.InteropServices;
using Qbitel.Access;
using Qbitel.Automation;
using Qbitel.Automation.Engine;
using Qbitel.Demo;
using Qbitel.Governance.Profiles;
using Qbitel.Machine;
using Qbitel.Printing;
using Qbitel.Server;
using Qbitel.Sources;
using Qbitel.Views;

namespace Qbitel.Commands;

internal static class UpCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Option<int> port = new("--port")
        {
            Description = "Port on 127.0.0.1; 0 takes a free one",
            HelpName = "N",
            DefaultValueFactory = _ => DoorOptions.DefaultPort,
            CustomParser = result => Number.Between(result, 0, 65535),
        };

        Option<bool> demo =
            new("--demo") { Description = "Run the demo bank: its work fills the console, its clock can move" };

        Option<DirectoryInfo?> captures = new("--captures")
        {
            Description = "Captures for the page 'Protocol map' [default: captures in the data folder]",
            HelpName = "DIR",
        };

        Verb verb = new("up", "Start the console, the API and the automation on this machine, until Ctrl-C.",
            new("qbitel up", "prints a link that opens the console once"),
            new("qbitel up --demo --data /tmp/demo-bank", "with an invented bank at work, in a folder of its own"),
            new("qbitel up --port 0 --json", "takes a free port and says which"))
        {
            port, demo, captures,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            LatticeChoice.Require();
            DataFolder folder = global.Folder(line);
            folder.Open();
            DemoClock? clock = line.GetValue(demo) ? new DemoClock() : null;
            await using AutomationPlatform platform = await AutomationPlatform.OpenAsync(
                folder.Path, BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers),
                clock is null ? new AutomationConfig() : DemoBank.Config, clock, cancellationToken: cancellation);
            if (clock is not null) await DemoBank.RestoreClockAsync(platform.Store, clock, cancellation);
            await using DemoBank? bank = clock is null ? null
                : new DemoBank(platform, clock, progress => output.Note(progress.ForPeople));
            using CaptureMaps maps =
                new(line.GetValue(captures)?.FullName ?? Path.Combine(folder.Path, "captures"), TimeProvider.System);
            ConsoleSources sources = PlatformSources.Of(
                platform.Store, new MachineInspection(folder, TimeProvider.System), clock, maps);

            await using DoorServer server = DoorServer.Create(
                new() { Port = line.GetValue(port) }, sources, PlatformActions.Of(platform.Store, bank),
                TimeProvider.System, log => LogToStandardError(log, output.IsVerbose));
            await server.StartAsync(cancellation);

            // Ctrl-\ asks for another link; reading the terminal instead would stop a server in the background.
            using PosixSignalRegistration another = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, signal =>
            {
                signal.Cancel = true;
                Announce(server, output);
            });
            Announce(server, output);

            await WorkAsync(platform, bank, output, cancellation);
            output.Note("Stopping.");
            await server.StopAsync(CancellationToken.None);
            return ExitCode.Done;
        });
    }

    /// <summary>
    /// Works until it is stopped. The engine's loops end only by failing: then the platform ends too, and says why.
    /// </summary>
    private static async Task WorkAsync(
        AutomationPlatform platform, DemoBank? bank, Output output, CancellationToken cancellation)
    {
        try
        {
            await platform.Engine.StartAsync(cancellation);
            if (bank is not null) await ShowAsync(bank, output, cancellation);

            await await Task.WhenAny(WaitAsync(cancellation), platform.Engine.Completion);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped while it was starting, or while the demo was at work: that is no failure.
        }
    }

    private static async Task ShowAsync(DemoBank bank, Output output, CancellationToken cancellation)
    {
        try
        {
            DemoReport report = await bank.RunAsync(cancellation);
            output.Note(report.Ok ? "Every step of the demo held; the console shows it."
                : "Not every step of the demo held; see above.");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            output.Note("The demo was stopped; it goes on where it was when you start it again.");
        }
    }

    private static void Announce(DoorServer server, Output output)
    {
        UpView view = new(server.Address, server.SignInLink(), TimeProvider.System.GetUtcNow() + SignInLinks.Lifetime);
        output.Document(view, ViewsJson.Default.UpView, console =>
        {
            console.Line($"Console  {view.Console}");
            console.Line($"Sign in  {view.SignIn}");
            console.Line(
                $"         works once, until {view.Expires:HH:mm:ss'Z'}; Ctrl-\\ prints another, Ctrl-C stops");
        });
    }

    private static async Task WaitAsync(CancellationToken cancellation)
    {
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellation.Register(stop.SetResult);
        await stop.Task;
    }

    private static void LogToStandardError(ILoggingBuilder log, bool verbose) =>
        log.SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning)
            // keys that are not persisted are what we ask for
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            // a failed start is said by the edge
            .AddFilter("Microsoft.Extensions.Hosting", verbose ? LogLevel.Information : LogLevel.None)
            // request lines hold the token of a sign-in link
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)
            .AddSimpleConsole(format => format.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
