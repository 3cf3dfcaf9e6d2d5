using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Qbitel.Gateway.Fix;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;
using Qbitel.Testing;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>How fast an acceptor says orders back over loopback. Rates are told; only allocations are judged.</summary>
[Collection(nameof(Undisturbed))]
public sealed class FixEchoTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-fix-echo-");

    public void Dispose() => _folder.Delete(recursive: true);

    // Bytes of a message in order, everything counted that the runtime does for tasks and timers.
    private const double MostAllocated = 32;
    private const int MostRuns = 5;

    public static TheoryData<string, string> Runs => new()
    {
        { "memory", "form" }, { "file", "form" }, { "memory", "dictionary" }, { "file", "dictionary" },
    };

    [Theory, MemberData(nameof(Runs)), Trait("Soak", "fix-echo")]
    public async Task Orders_come_back_in_order(string store, string check)
    {
        int count = Soak.Times(gate: 5_000, soak: 500_000);
        await using FixLink link = Link(store, check);
        await using FixAcceptor acceptor = FixAcceptor.Start(new() { Address = new IPEndPoint(IPAddress.Loopback, 0) },
            [link], TimeProvider.System);
        int warm = Math.Min(count, 100_000);
        using EchoLoad load = await EchoLoad.ConnectAsync(acceptor.Address, warm + (MostRuns * count));
        load.Run(warm); // everything is compiled and has its buffers

        double allocated = double.MaxValue;
        Stopwatch watch = new();
        int runs = 0;
        do
        {
            // Buffers grow to what the disk makes wait, and then stay.
            long before = GC.GetTotalAllocatedBytes(precise: true);
            watch.Restart();
            load.Run(count);
            watch.Stop();
            allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)count;
        }
        while (++runs < MostRuns && allocated > MostAllocated);

        Assert.Equal(warm + (runs * count) + 1, load.LastNumber);
        Assert.InRange(allocated, 0, MostAllocated);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"echo, {store} store, {check} check: {count / watch.Elapsed.TotalSeconds:N0} messages/s of "
            + $"{load.MessageSize} bytes, {allocated:N1} bytes allocated per message{LoadOfMachine()}"));
    }

    [Theory, InlineData("memory"), InlineData("file"), Trait("Soak", "fix-echo")]
    public async Task One_order_at_a_time_comes_back_soon(string store)
    {
        int count = Soak.Times(gate: 200, soak: 50_000);
        await using FixLink link = Link(store, "form");
        await using FixAcceptor acceptor = FixAcceptor.Start(new() { Address = new IPEndPoint(IPAddress.Loopback, 0) },
            [link], TimeProvider.System);
        using EchoLoad load = await EchoLoad.ConnectAsync(acceptor.Address, count + 500);
        for (int i = 0; i < 500; i++) load.Run(1);

        double[] microseconds = new double[count];
        for (int i = 0; i < count; i++)
        {
            long began = Stopwatch.GetTimestamp();
            load.Run(1);
            microseconds[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        Array.Sort(microseconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"round trip, {store} store: p50 {microseconds[count / 2]:N0} us, "
            + $"p99 {microseconds[count * 99 / 100]:N0} us{LoadOfMachine()}"));
    }

    private FixLink Link(string store, string check)
    {
        FixSessionOptions options = new()
        {
            Version = FixVersion.Fix44,
            Sender = "ECHO",
            Target = "LOAD",
            MaximumLatency = TimeSpan.FromHours(1),
            Check = check == "form" ? FixMessageChecks.Form : null,
        };
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        FixMessageStore kept = store == "file"
            ? FixFileStore.Open(Path.Combine(_folder.FullName, "echo.fixlog"), $"{options}", now)
            : new FixMemoryStore(now, capacity: 0);
        return new FixLink(options, kept, new Echo(), TimeProvider.System);
    }

    private static string LoadOfMachine() => File.Exists("/proc/loadavg")
        ? $" (load of the machine {File.ReadAllText("/proc/loadavg").Split(' ')[0]})" : "";

    private sealed class Echo : FixResponder
    {
        public override void OnMessage(in FixReceived message) => message.Reply(message.Type, message.Body);
    }
}
