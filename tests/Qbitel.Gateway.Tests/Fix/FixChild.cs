using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Qbitel.Gateway.Fix;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>This program again, in a process of its own that can be killed: a FIX engine that executes orders.
/// </summary>
internal static class FixChild
{
    public const string Switch = "fix-child";

    /// <summary>Starts a child; it ends in the orderly way when its standard input is closed.</summary>
    public static Process Start(bool isInitiator, int port, string folder)
    {
        string self = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? [self, typeof(FixChild).Assembly.Location] : [self];
        string[] command = [.. program, Switch, isInitiator ? "initiator" : "acceptor",
            port.ToString(CultureInfo.InvariantCulture), folder];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public static FixSessionOptions Options(string sender, string target, bool isInitiator) => new()
    {
        Version = FixVersion.Fix44,
        Sender = sender,
        Target = target,
        IsInitiator = isInitiator,
        ResendTimeout = TimeSpan.FromSeconds(3),
        Check = FixMessageChecks.Form,
    };

    public static FixAcceptorOptions At(int port) => new() { Address = new IPEndPoint(IPAddress.Loopback, port) };

    public static FixInitiatorOptions To(int port) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        ReconnectAfter = TimeSpan.FromMilliseconds(20),
    };

    public static string StorePath(string folder) => Path.Combine(folder, "child.fixlog");

    public static async Task<int> RunAsync(string[] orders)
    {
        bool isInitiator = orders[0] == "initiator";
        int port = int.Parse(orders[1], CultureInfo.InvariantCulture);
        FixSessionOptions options = Options("EXEC", "DESK", isInitiator);
        FixFileStore store = FixFileStore.Open(StorePath(orders[2]), $"{options}", TimeProvider.System.GetUtcNow());
        await using FixLink link = new(options, store, new Executor(store.Record.Span), TimeProvider.System);
        await using IAsyncDisposable end = isInitiator
            ? FixInitiator.Start(To(port), link, TimeProvider.System)
            : FixAcceptor.Start(At(port), [link], TimeProvider.System);
        Console.WriteLine("ready");
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            while (Console.ReadLine() is not null)
            {
            }

            closed.SetResult();
        })
        { IsBackground = true }.Start();
        await closed.Task;
        link.Logout();
        for (int i = 0; i < 100 && link.IsConnected; i++)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        return 0;
    }

    /// <summary>What an executor remembers of its orders: how many, and a sum that says which and in what order.
    /// </summary>
    public static (long Count, ulong Sum) Remembered(ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty) return (0, 0);
        string[] parts = Encoding.ASCII.GetString(record).Split(' ');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture),
            ulong.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public static ulong Add(ulong sum, long order) => unchecked((sum * 1_099_511_628_211) + (ulong)order);

    private sealed class Executor : FixResponder
    {
        private readonly FixFieldWriter _body = new();
        private long _count;
        private ulong _sum;

        public Executor(ReadOnlySpan<byte> record) => (_count, _sum) = Remembered(record);

        public override void OnMessage(in FixReceived message)
        {
            long order = long.Parse(message.Field(11), CultureInfo.InvariantCulture);
            _count++;
            _sum = Add(_sum, order);
            message.Record(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_count} {_sum}")));
            message.Reply("8"u8, _body.Clear().Set(11, order).Set(14, _count).Written);
        }
    }
}
