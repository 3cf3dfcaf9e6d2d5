using System.Diagnostics;
using System.Globalization;
using Qbitel.Cards;
using Qbitel.Hsm.Tests.Issuing;
using Qbitel.Protocols.Iso8583;
using Qbitel.Testing;

namespace Qbitel.Tests.Cards;

/// <summary>How many authorisations a second a host answers, each verified, answered to the card, and on disk before.</summary>
public sealed class CardLoadTests(ITestOutputHelper output)
{
    private const int Connections = 8;

    /// <summary>
    /// Requests are sent at a steady rate whether or not answers have come, as terminals do; the time of each counts from
    /// when it was to be sent.
    /// </summary>
    [Fact, Trait("Soak", "card-host")]
    public async Task A_host_answers_thousands_of_authorisations_a_second()
    {
        int rate = Soak.Times(500, 5_000), seconds = Soak.Times(2, 20), warm = rate * Soak.Times(1, 4), total = rate * seconds;
        await using CardHostFixture fixture = await CardHostFixture.StartAsync();
        byte[][] frames = Frames(warm + total);
        CardClient[] clients = await Task.WhenAll(
            Enumerable.Range(0, Connections).Select(_ => CardClient.ConnectAsync(fixture.Server.Address)));

        await RunAsync(clients, frames[..warm], rate, null);
        double[] latencies = new double[total];
        Stopwatch wall = Stopwatch.StartNew();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        int approved = await RunAsync(clients, frames[warm..], rate, latencies);
        wall.Stop();
        double processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        foreach (CardClient client in clients) client.Dispose();

        Array.Sort(latencies);
        double answered = total / wall.Elapsed.TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{total} authorisations at {rate}/s over {Connections} connections: {answered:F0}/s answered, {approved} approved; "
            + $"p50 {latencies[total / 2]:F2} ms, p99 {latencies[total * 99 / 100]:F2} ms, max {latencies[^1]:F2} ms; "
            + $"{processor / wall.Elapsed.TotalSeconds:F2} processors busy, the generator included"));
        Assert.Equal(total, approved);
        Assert.Empty(fixture.Notes);
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
            $"{total} authorisations over {Connections} connections, 64 at work on each: {total / wall.Elapsed.TotalSeconds:F0}/s"));
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

    private static async Task<int> RunAsync(CardClient[] clients, byte[][] frames, int rate, double[]? latencies)
    {
        // A card's requests go over one connection, so that its counters come in their order.
        int first = int.Parse(TraceOf(frames[0]), CultureInfo.InvariantCulture), approved = 0;
        long start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100);
        double ticks = (double)Stopwatch.Frequency / rate;
        await Task.WhenAll(clients.Select((client, at) => Task.WhenAll(
            Task.Run(async () =>
            {
                using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(1));
                using MemoryStream together = new();
                int i = at;
                while (i < frames.Length)
                {
                    together.SetLength(0);
                    while (i < frames.Length && Stopwatch.GetTimestamp() >= start + (long)(i * ticks))
                    {
                        together.Write(frames[i]);
                        i += clients.Length;
                    }

                    if (together.Length > 0)
                        await client.Stream.WriteAsync(together.GetBuffer().AsMemory(0, (int)together.Length));
                    else await timer.WaitForNextTickAsync();
                }
            }),
            Task.Run(async () =>
            {
                for (int received = at; received < frames.Length; received += clients.Length)
                {
                    Iso8583Message answer = (await client.ReceiveAsync())!;
                    int i = int.Parse(answer[11]!, CultureInfo.InvariantCulture) - first;
                    if (latencies is not null)
                    {
                        latencies[i] = Stopwatch.GetElapsedTime(start + (long)(i * ticks)).TotalMilliseconds;
                    }

                    if (answer[39] == "00") Interlocked.Increment(ref approved);
                }
            }))));
        return approved;
    }

    private static string TraceOf(byte[] frame) => Iso8583Message.Parse(frame.AsSpan(2))[11]!;
}
