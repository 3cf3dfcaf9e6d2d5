using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Qbitel.Gateway.Fix;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix.Sessions;
using Qbitel.Testing;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>With QuickFIX (C++) at the other end, and a line between that breaks.</summary>
public sealed partial class FixInteropTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-fix-interop-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact, Trait("Soak", "fix-interop")]
    public async Task QuickFix_orders_over_a_breaking_line_and_every_order_is_executed_once()
    {
        long count = Soak.Times(gate: 3000, soak: 100_000);
        string driver = await BuildAsync();
        FixSessionOptions options = FixChild.Options("EXEC", "DESK", isInitiator: false);
        Executor executor = new();
        await using FixLink link = Link(options, executor);
        await using FixAcceptor acceptor = FixAcceptor.Start(new() { Address = new IPEndPoint(IPAddress.Loopback, 0) },
            [link], TimeProvider.System);
        await using BreakingLine line = BreakingLine.Start(acceptor.Address.Port);

        using Process peer = Start(driver, "order", "initiator", line.Port, count);
        Assert.Equal("ready", await peer.StandardOutput.ReadLineAsync(Cancel));
        Assert.Equal("done", await peer.StandardOutput.ReadLineAsync(Cancel));
        Peer end = await EndAsync(peer, line);

        Assert.Equal((count, 0, count, 0), (end.Seen, end.Faults, executor.Seen, executor.Faults));
        Assert.Equal((end.Out, end.In), await executor.LoggedOut.Task.WaitAsync(Cancel));
        Report("QuickFIX initiator", count, line, end);
    }

    [Fact, Trait("Soak", "fix-interop")]
    public async Task QuickFix_executes_over_a_breaking_line_and_every_order_is_answered_once()
    {
        long count = Soak.Times(gate: 3000, soak: 100_000);
        string driver = await BuildAsync();
        int port = FixKillTests.FreePort();
        FixSessionOptions options = FixChild.Options("DESK", "EXEC", isInitiator: true) with
        {
            Heartbeat = TimeSpan.FromSeconds(2),
        };
        Executor desk = new() { IsSilent = true };
        await using FixLink link = Link(options, desk);
        await using BreakingLine line = BreakingLine.Start(port);
        using Process peer = Start(driver, "execute", "acceptor", port, count);
        Assert.Equal("ready", await peer.StandardOutput.ReadLineAsync(Cancel));
        await using FixInitiator initiator = FixInitiator.Start(new()
        {
            Host = "127.0.0.1",
            Port = line.Port,
            ReconnectAfter = TimeSpan.FromMilliseconds(100),
        }, link, TimeProvider.System);

        FixFieldWriter body = new();
        for (long order = 1; desk.Seen < count;)
        {
            while (order <= count && order - desk.Seen < 500)
                link.Send("D"u8, body.Clear().Set(11, order++).Set(55, "MSFT"u8).Written);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel);
        }

        Peer end = await EndAsync(peer, line);

        Assert.Equal((count, 0, count, 0), (end.Seen, end.Faults, desk.Seen, desk.Faults));
        Assert.Equal((end.Out, end.In), await desk.LoggedOut.Task.WaitAsync(Cancel));
        Report("QuickFIX acceptor", count, line, end);
    }

    private void Report(string what, long count, BreakingLine line, Peer end) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {count} orders and {count} answers, line broken {line.Breaks} times; "
        + $"counts at the end {end.Out} and {end.In} on both sides"));

    private FixLink Link(FixSessionOptions options, FixResponder application) => new(options,
        FixFileStore.Open(Path.Combine(_folder.FullName, "ours.fixlog"), $"{options}", TimeProvider.System.GetUtcNow()),
        application, TimeProvider.System);

    private Process Start(string driver, string does, string role, int port, long count) =>
        Process.Start(new ProcessStartInfo(driver,
            [does, role, port.ToString(CultureInfo.InvariantCulture), Path.Combine(_folder.FullName, "theirs"),
                count.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    private static async Task<Peer> EndAsync(Process peer, BreakingLine line)
    {
        Assert.NotEqual(0, line.Breaks);
        line.StopBreaking();
        await peer.StandardInput.WriteLineAsync("end");
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        late.CancelAfter(TimeSpan.FromMinutes(Soak.IsOn ? 30 : 3));
        try
        {
            string said = await peer.StandardOutput.ReadToEndAsync(late.Token);
            Match match = Said().Match(said);
            Assert.True(match.Success, $"QuickFIX said: {said}");
            return new Peer(Number("seen"), Number("faults"), Number("out"), Number("in"));

            long Number(string name) => long.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            if (!peer.HasExited) peer.Kill();
        }
    }

    private static async Task<string> BuildAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/include/quickfix/Session.h"),
            "QuickFIX is absent: install libquickfix-dev to run against it");
        string source = Path.Combine(Repository.Root, "tests", "Qbitel.Gateway.Tests", "Fix", "QuickFixDriver.cpp");
        string driver = Path.Combine(AppContext.BaseDirectory, "quickfix-driver");
        if (File.Exists(driver) && File.GetLastWriteTimeUtc(driver) > File.GetLastWriteTimeUtc(source)) return driver;

        try
        {
            // Its headers have exception specifications, which C++17 no longer has.
            using Process compiler = Process.Start(new ProcessStartInfo("g++",
                ["-std=c++14", "-O1", "-w", "-o", driver, source, "-lquickfix", "-lpthread"])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
            string errors = await compiler.StandardError.ReadToEndAsync(Cancel);
            await compiler.WaitForExitAsync(Cancel);
            Assert.True(compiler.ExitCode == 0, errors);
            return driver;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("g++ is absent: install it to run against QuickFIX");
            return "";
        }
    }

    private sealed record Peer(long Seen, long Faults, long Out, long In);

    // Executes orders, or only looks at answers; both must come in order and once.
    private sealed class Executor : FixResponder
    {
        private readonly FixFieldWriter _body = new();
        private long _seen;

        public bool IsSilent { get; init; }

        public long Seen => Volatile.Read(ref _seen);

        public long Faults { get; private set; }

        /// <summary>The next numbers when the session was logged out, incoming and outgoing.</summary>
        public TaskCompletionSource<(long In, long Out)> LoggedOut { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void OnEnded(FixLink link, string reason)
        {
            if (reason.StartsWith("Logout", StringComparison.Ordinal))
                LoggedOut.TrySetResult((link.Counts.NextIncoming, link.Counts.NextOutgoing));
        }

        public override void OnMessage(in FixReceived message)
        {
            long order = long.Parse(message.Field(11), CultureInfo.InvariantCulture);
            if (order != _seen + 1) Faults++;
            Volatile.Write(ref _seen, order);
            if (!IsSilent) message.Reply("8"u8, _body.Clear().Set(11, order).Written);
        }
    }

    [GeneratedRegex(@"seen (?<seen>\d+) faults (?<faults>\d+) out (?<out>\d+) in (?<in>\d+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Said();
}
