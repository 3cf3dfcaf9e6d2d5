using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Qbitel.Gateway.Fix;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix.Sessions;
using Qbitel.Testing;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>An engine that is killed at any moment loses no message and processes none twice. This is about crashes,
/// not about power cuts.</summary>
public sealed class FixKillTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-fix-kill-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, InlineData(false), InlineData(true), Trait("Soak", "fix-kill")]
    public async Task Every_order_is_executed_once_and_answered_once_whenever_the_engine_is_killed(bool childConnects)
    {
        int kills = Soak.Times(gate: 4, soak: 100);
        FixSessionOptions options = FixChild.Options("DESK", "EXEC", isInitiator: !childConnects);
        Desk desk = new();
        FixFileStore store = FixFileStore.Open(Path.Combine(_folder.FullName, "desk.fixlog"), $"{options}",
            TimeProvider.System.GetUtcNow());
        int port = FreePort();
        await using FixLink link = new(options, store, desk, TimeProvider.System);
        await using IAsyncDisposable end = childConnects
            ? FixAcceptor.Start(FixChild.At(port), [link], TimeProvider.System)
            : FixInitiator.Start(FixChild.To(port), link, TimeProvider.System);

        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<long> sending = SendAsync(link, desk, enough.Token);
        int early = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            long before = desk.Answered;
            using Process child = FixChild.Start(childConnects, port, _folder.FullName);
            Assert.Equal("ready", await child.StandardOutput.ReadLineAsync(Cancel));
            // Half of the moments count from the first answer, so that work under way is hit as well as recovery.
            if (kill % 2 == 0) await UntilAsync(() => desk.Answered > before);
            TimeSpan life = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(150));
            await Task.Delay(life, TimeProvider.System, Cancel);
            child.Kill();
            await child.WaitForExitAsync(Cancel);
            if (desk.Answered == before) early++;
        }

        await enough.CancelAsync();
        long sent = await sending;
        using (Process last = FixChild.Start(childConnects, port, _folder.FullName))
        {
            await UntilAsync(() => desk.Answered == sent || desk.Fault is not null);
            last.StandardInput.Close();
            await last.WaitForExitAsync(Cancel);
        }

        Assert.Null(desk.Fault);
        Assert.Equal(sent, desk.Answered);
        ulong sum = 0;
        for (long order = 1; order <= sent; order++) sum = FixChild.Add(sum, order);
        FixSessionOptions child2 = FixChild.Options("EXEC", "DESK", childConnects);
        using FixFileStore executed = FixFileStore.Open(FixChild.StorePath(_folder.FullName), $"{child2}",
            TimeProvider.System.GetUtcNow());
        Assert.Equal((sent, sum), FixChild.Remembered(executed.Record.Span));
        await link.FlushAsync(Cancel);

        // A Logon or Logout of the last moments may not have arrived; of the application nothing is left over.
        Assert.InRange(link.Counts.NextIncoming, sent, executed.Counts.NextOutgoing);
        Assert.InRange(executed.Counts.NextIncoming, sent, link.Counts.NextOutgoing);
        executed.Read(link.Counts.NextIncoming, long.MaxValue, NotExpected);
        store.Read(executed.Counts.NextIncoming, long.MaxValue, NotExpected);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kills} kills, {early} of them before an answer; {sent} orders, each executed once and answered once"));
    }

    private static bool NotExpected(long number, ReadOnlySpan<byte> message)
    {
        Assert.Fail($"message {number} has not arrived");
        return false;
    }

    private static async Task<long> SendAsync(FixLink link, Desk desk, CancellationToken enough)
    {
        FixFieldWriter body = new();
        long order = 0;
        while (!enough.IsCancellationRequested)
        {
            if (order - desk.Answered > 300)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
                continue;
            }

            link.Send("D"u8, body.Clear().Set(11, ++order).Set(55, "MSFT"u8).Written);
            if (order % 50 == 0) await link.FlushAsync(CancellationToken.None);
        }

        return order;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "nothing came in a minute");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Cancel);
        }
    }

    internal static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // Gets the answers: each must be to the order after the one before.
    private sealed class Desk : FixResponder
    {
        private long _answered;

        public long Answered => Volatile.Read(ref _answered);

        public string? Fault { get; private set; }

        public override void OnMessage(in FixReceived message)
        {
            long order = long.Parse(message.Field(11), CultureInfo.InvariantCulture);
            long executed = long.Parse(message.Field(14), CultureInfo.InvariantCulture);
            if (order != _answered + 1 || executed != order)
                Fault ??= string.Create(CultureInfo.InvariantCulture, $"answer {order} ({executed}) after {_answered}");
            Volatile.Write(ref _answered, order);
        }
    }
}
