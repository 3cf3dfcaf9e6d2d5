using System.Diagnostics;
using System.Globalization;
using Qbitel.Cards;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Protocols.Iso8583;
using Qbitel.Testing;

namespace Qbitel.Tests.Cards;

/// <summary>
/// How many authorisations a second a host answers, each verified, answered to the card, and on disk before.
/// </summary>
public sealed class CardLoadTests(ITestOutputHelper output)
{
    private const int Connections = 8;

    /// <summary>The real process, with its engine and its audit log, under a load from another one.</summary>
    [Fact, Trait("Soak", "card-host")]
    public async Task A_host_answers_thousands_of_authorisations_a_second()
    {
        int rate = Soak.Times(500, 5_000), seconds = Soak.Times(2, 20), warm = rate * Soak.Times(1, 10),
            total = rate * seconds;
        using TemporaryFolder folder = new();
        await HostProcess.PrepareAsync(folder["data"]);
        byte[][] frames = Frames(warm + total);
        double[] latencies = new double[total], late = new double[total];
        string load = await LoadAsync();
        using HostProcess host = await HostProcess.StartAsync(folder["data"]);
        using LoadGenerator generator = new(host.Address, Connections);
        generator.Run(frames[..warm], rate, null, null);
        GC.Collect();
        double[] disk;
        int approved;
        TimeSpan before = ProcessorOf(host.Id), pauses = GC.GetTotalPauseDuration();
        Stopwatch wall = Stopwatch.StartNew();
        using (DiskProbe probe = new(folder["probe"]))
        {
            approved = generator.Run(frames[warm..], rate, latencies, late);
            wall.Stop();
            disk = probe.Stop();
        }

        double processor = (ProcessorOf(host.Id) - before).TotalSeconds;
        pauses = GC.GetTotalPauseDuration() - pauses;
        string notes = await host.StopAsync();

        Array.Sort(latencies);
        Array.Sort(late);
        double answered = total / wall.Elapsed.TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{total} authorisations at {rate}/s over {Connections} connections: {answered:F0}/s answered, "
            + $"{approved} approved; {Spread(latencies)}; "
            + $"the host used {processor / wall.Elapsed.TotalSeconds:F2} processors"));
        output.WriteLine(
            $"of it the generator sent late: {Spread(late)}; "
                + $"its collections paused {pauses.TotalMilliseconds:F0} ms in all");
        output.WriteLine($"a page written and flushed by itself, {disk.Length} times beside it: {Spread(disk)}");
        output.WriteLine($"load of the machine before and after: {load}, {await LoadAsync()}");
        foreach (string line in notes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            output.WriteLine($"host: {line}");
        Assert.Equal(total, approved);
        if (Soak.IsOn)
        {
            Assert.InRange(answered, 0.98 * rate, double.MaxValue);
            Assert.InRange(latencies[total * 99 / 100], 0, 10);
        }
    }

    /// <summary>As fast as it goes, with so many requests at work on each connection.</summary>
    [Fact, Trait("Soak", "card-host-most")]
    public async Task A_host_answers_as_many_as_it_can()
    {
        int total = Soak.Times(500, 100_000);
        await using CardHostFixture fixture = await CardHostFixture.StartAsync();
        byte[][] frames = Frames(total);
        CardClient[] clients = await Task.WhenAll(
            Enumerable.Range(0, Connections).Select(_ => CardClient.ConnectAsync(fixture.Server.Address)));
        int next = 0, approved = 0;
        Stopwatch wall = Stopwatch.StartNew();
        await Task.WhenAll(clients.Select(async client =>
        {
            using SemaphoreSlim window = new(64);
            using SemaphoreSlim left = new(0);
            bool isDone = false;
            Task reading = Task.Run(async () =>
            {
                while (await left.WaitAsync(Timeout.Infinite) && !Volatile.Read(ref isDone))
                {
                    Iso8583Message answer = (await client.ReceiveAsync())!;
                    if (answer[39] == "00") Interlocked.Increment(ref approved);
                    window.Release();
                }
            });
            for (int i; (i = Interlocked.Increment(ref next) - 1) < total;)
            {
                await window.WaitAsync();
                left.Release();
                await client.Stream.WriteAsync(frames[i]);
            }

            for (int i = 0; i < 64; i++) await window.WaitAsync();
            Volatile.Write(ref isDone, true);
            left.Release();
            await reading;
        }));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{total} authorisations over {Connections} connections, 64 at work on each: "
                + $"{total / wall.Elapsed.TotalSeconds:F0}/s"));
        foreach (CardClient client in clients) client.Dispose();
        Assert.Equal(total, approved);
    }

    /// <summary>
    /// Requests of as many cards, the trace number counting them: a card has one transaction at a time, and two of its
    /// counters under way at once could overtake each other.
    /// </summary>
    private static byte[][] Frames(int count)
    {
        TestCard[] cards = [.. Enumerable.Range(0, count).Select(CardHostFixture.Card)];
        byte[][] frames = new byte[count][];
        Parallel.For(0, count, i =>
        {
            TestCard card = cards[i % cards.Length];
            Iso8583Message message = card.Message(card.ChipData(1 + (i / cards.Length)))
                .With(11, (i % 1_000_000).ToString("D6", CultureInfo.InvariantCulture));
            frames[i] = CardFrames.Of(message.RawContent.Span, CardFraming.TwoBytes);
        });
        return frames;
    }

    private static string Spread(double[] sorted) => string.Create(CultureInfo.InvariantCulture,
        $"p50 {At(sorted, 0.5):F2} ms, p95 {At(sorted, 0.95):F2} ms, p99 {At(sorted, 0.99):F2} ms, "
            + $"p99.9 {At(sorted, 0.999):F2} ms, max {sorted[^1]:F2} ms");

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    private static TimeSpan ProcessorOf(int id)
    {
        using Process process = Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }

    private static async Task<string> LoadAsync() =>
        (await File.ReadAllTextAsync("/proc/loadavg", TestContext.Current.CancellationToken)).Split(' ')[0];
}
