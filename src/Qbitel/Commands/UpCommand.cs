using System.CommandLine;
using System.Runtime.InteropServices;
using Qbitel.Access;
using Qbitel.Machine;
using Qbitel.Printing;
using Qbitel.Server;
using Qbitel.Sources;
using Qbitel.Store;
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

        Verb verb = new("up", "Start the console and the API on this machine, until Ctrl-C.",
            new("qbitel up", "prints a link that opens the console once"),
            new("qbitel up --port 0 --json", "takes a free port and says which"))
        {
            port,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            DataFolder folder = global.Folder(line);
            await using StateStore store = await PlatformStore.OpenAsync(folder, TimeProvider.System, cancellation);
            ConsoleSources sources = PlatformSources.Of(store, new MachineInspection(folder, TimeProvider.System));

            await using DoorServer server = DoorServer.Create(new() { Port = line.GetValue(port) }, sources,
                TimeProvider.System,
                log => LogToStandardError(log, output.IsVerbose));
            await server.StartAsync(cancellation);

            // Ctrl-\ asks for another link; reading the terminal instead would stop a server in the background.
            using PosixSignalRegistration another = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, signal =>
            {
                signal.Cancel = true;
                Announce(server, output);
            });
            Announce(server, output);

            await WaitAsync(cancellation);
            output.Note("Stopping.");
            await server.StopAsync(CancellationToken.None);
            return ExitCode.Done;
        });
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
