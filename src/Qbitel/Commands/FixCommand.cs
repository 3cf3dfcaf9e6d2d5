using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Qbitel.FixSessions;
using Qbitel.Gateway.Fix;
using Qbitel.Printing;
using Spectre.Console;

namespace Qbitel.Commands;

/// <summary>FIX sessions from the command line: for certification, and to look into message stores.</summary>
internal static class FixCommand
{
    public static Command Create(GlobalOptions global) =>
        new("fix", "FIX sessions: wait for a peer, connect to one, look into a message store.")
        {
            Acceptor(global), Initiator(global), Store(global),
        };

    private static Verb Acceptor(GlobalOptions global)
    {
        Option<string> config = Config();
        Option<bool> echo = new("--echo")
        {
            Description = "Send every application message back, as certification tests want",
        };
        return new Verb("acceptor", "Wait for the peers of the configured sessions, until Ctrl-C.",
            new("qbitel fix acceptor --config acceptor.json", "takes messages and counts them"),
            new("qbitel fix acceptor --config acceptor.json --echo --json",
                "says them back; where it listens, as JSON"))
        {
            config, echo,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            FixConfiguration configuration = FixConfiguration.Read(line.GetRequiredValue(config));
            IPEndPoint address = configuration.Address;
            CountingResponder application = new(line.GetValue(echo), output.Note);
            NoteLogger logger = new(output.Note, output.IsVerbose ? LogLevel.Debug : LogLevel.Information);
            await using FixHost host = await FixHost.OpenAsync(configuration, isInitiator: false, application, logger);
            await using FixAcceptor acceptor = Listen(new FixAcceptorOptions
            {
                Address = address,
                Tls = FixHost.ServerTls(configuration.Tls),
            }, host, logger);
            Started(output, "acceptor", $"{acceptor.Address}", host);
            await StopAsync(cancellation);
            await EndAsync(output, host, application);
            return ExitCode.Done;
        });
    }

    private static Verb Initiator(GlobalOptions global)
    {
        Option<string> config = Config();
        Option<string?> send = new("--send")
        {
            Description = "Messages to send once the session is up: one a line, '|' between fields, 35 first",
            HelpName = "FILE",
        };
        Option<int?> seconds = new("--logout-after")
        {
            Description = "Log out after this many seconds [default: at Ctrl-C]",
            HelpName = "SECONDS",
            CustomParser = result => Number.Between(result, 1, 86_400),
        };
        return new Verb("initiator",
            "Connect the configured session to its peer, and again when the connection ends, until Ctrl-C.",
            new("qbitel fix initiator --config initiator.json", "keeps the session up"),
            new("qbitel fix initiator --config initiator.json --send orders.txt --logout-after 10",
                "sends the lines of a file, waits, logs out"))
        {
            config, send, seconds,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            FixConfiguration configuration = FixConfiguration.Read(line.GetRequiredValue(config));
            if (configuration.Sessions.Count != 1)
                throw new RefusedException("An initiator has one session.", "Run one for each.");

            DnsEndPoint peer = configuration.Peer;
            IReadOnlyList<(byte[] Type, byte[] Body)> messages =
                line.GetValue(send) is { } file ? FixMessageFile.Read(file) : [];
            TaskCompletionSource established = new(TaskCreationOptions.RunContinuationsAsynchronously);
            CountingResponder application = new(isEcho: false, output.Note)
            {
                Established = _ => established.TrySetResult(),
            };
            NoteLogger logger = new(output.Note, output.IsVerbose ? LogLevel.Debug : LogLevel.Information);
            await using FixHost host = await FixHost.OpenAsync(configuration, isInitiator: true, application, logger);
            FixLink link = host.Links[0];
            await using FixInitiator initiator = FixInitiator.Start(new FixInitiatorOptions
            {
                Host = peer.Host,
                Port = peer.Port,
                Tls = FixHost.ClientTls(configuration.Tls, peer.Host),
                ReconnectAfter = TimeSpan.FromSeconds(configuration.ReconnectSeconds ?? 5),
            }, link, TimeProvider.System, logger);
            Started(output, "initiator", $"{peer.Host}:{peer.Port}", host);
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (line.GetValue(seconds) is { } after) end.CancelAfter(TimeSpan.FromSeconds(after));
            if (messages.Count > 0 && await WaitAsync(established.Task, end.Token))
            {
                foreach ((byte[] type, byte[] body) in messages) link.Send(type, body);
                await link.FlushAsync(cancellation);
                output.Note(string.Create(CultureInfo.InvariantCulture, $"{messages.Count} messages were sent."));
            }

            await StopAsync(end.Token);
            bool wasUp = established.Task.IsCompleted;
            await EndAsync(output, host, application);
            return wasUp ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static Verb Store(GlobalOptions global)
    {
        Argument<string> path = new("PATH") { Description = "A message store, a folder of them, or a database" };
        Option<int> messages = new("--messages")
        {
            Description = "How many of the last messages to show, masked",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
            CustomParser = result => Number.Between(result, 0, 100_000),
        };
        return new Verb("store",
            "Show where the sessions of a message store stand; nothing is changed, and it may be in use.",
            new("qbitel fix store /var/lib/bank/fix", "sequence numbers of all sessions"),
            new("qbitel fix store /var/lib/bank/fix/FIX.4.4-BANK-DESK.fixlog --messages 10 --json",
                "and the last ten messages, masked"))
        {
            path, messages,
        }
        .Does(global, (line, output) =>
        {
            FixStoreReport report = FixStoreReport.Read(line.GetRequiredValue(path), line.GetValue(messages));
            output.Document(report, FixJson.Default.FixStoreReport, console => Print(report, console));
            return ExitCode.Done;
        });
    }

    private static Option<string> Config() => new("--config")
    {
        Description = "The file that says who talks to whom, where, and by which rules",
        HelpName = "FILE",
        Required = true,
    };

    private static FixAcceptor Listen(FixAcceptorOptions options, FixHost host, ILogger logger)
    {
        try
        {
            return FixAcceptor.Start(options, host.Links, TimeProvider.System, logger);
        }
        catch (SocketException busy)
        {
            throw new RefusedException($"{options.Address} cannot be listened on: {busy.Message}",
                "Name another address.", busy);
        }
        catch (ArgumentException twice)
        {
            throw new RefusedException("Two sessions are between the same parties in the same version.",
                "Remove one from the configuration.", twice);
        }
    }

    private static void Started(Output output, string role, string address, FixHost host)
    {
        FixStarted started = new(role, address, [.. host.Links.Select(link => $"{link.Options}")]);
        output.Document(started, FixJson.Default.FixStarted, console =>
        {
            console.Line($"{(role == "acceptor" ? "Listening on" : "Connecting to")} {address}; Ctrl-C stops");
            foreach (string session in started.Sessions) console.Line($"  {session}");
        });
    }

    private static async Task EndAsync(Output output, FixHost host, CountingResponder application)
    {
        output.Note("Logging out.");
        await host.LogoutAsync();
        output.Note(string.Create(CultureInfo.InvariantCulture,
            $"{application.Received} messages were received, {application.Rejected} of ours rejected."));
    }

    private static Task<bool> StopAsync(CancellationToken cancellation) =>
        WaitAsync(new TaskCompletionSource().Task, cancellation);

    // True where it came, false where the wait was ended.
    private static async Task<bool> WaitAsync(Task awaited, CancellationToken cancellation)
    {
        try
        {
            await awaited.WaitAsync(cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static void Print(FixStoreReport report, IAnsiConsole console)
    {
        foreach (FixStoredSession session in report.Sessions)
        {
            console.Line(session.Session);
            console.Line($"  store:         {session.Store}");
            console.Line(string.Create(CultureInfo.InvariantCulture, $"  next outgoing: {session.NextOutgoing}"));
            console.Line(string.Create(CultureInfo.InvariantCulture, $"  next incoming: {session.NextIncoming}"));
            console.Line("  counts since:  " + session.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'",
                CultureInfo.InvariantCulture));
            console.Line(string.Create(CultureInfo.InvariantCulture,
                $"  kept:          {session.Messages} sent messages, {session.RecordSize} bytes of the application's"));
            foreach (FixStoredMessageRow row in session.Last) console.Line(row.Text);
        }
    }
}
