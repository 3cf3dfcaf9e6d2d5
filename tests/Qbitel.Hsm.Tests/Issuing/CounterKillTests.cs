using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Issuing;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Issuing;

/// <summary>A counter that was acknowledged is never accepted again, whenever the process was killed.</summary>
public sealed class CounterKillTests(ITestOutputHelper output) : IDisposable
{
    internal const string Worker = "count-cards";

    private const int Cards = 64;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-counters-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact, Trait("Soak", "card-kill")]
    public async Task No_acknowledged_counter_is_accepted_again_after_a_kill()
    {
        string file = Path.Combine(_folder.FullName, "counters");
        Dictionary<int, ushort> acknowledged = [];
        int kills = Soak.Times(gate: 6, soak: 300), total = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            ProcessStartInfo start = new(Environment.ProcessPath!)
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            start.ArgumentList.Add(Worker);
            start.ArgumentList.Add(file);
            using Process worker = Process.Start(start)!;
            int lines = RandomNumberGenerator.GetInt32(1, 400);
            for (int i = 0; i < lines; i++) Note(await worker.StandardOutput.ReadLineAsync(Cancel));
            worker.Kill();
            while (await worker.StandardOutput.ReadLineAsync(Cancel) is { } line) Note(line);
            await worker.WaitForExitAsync(Cancel);

            using CounterFile counters = CounterFile.Open(file);
            foreach ((int card, ushort counter) in acknowledged)
                Assert.False(counters.TryTake((UInt128)card, counter, ushort.MaxValue, out _));
        }

        output.WriteLine($"{kills} kills; {total} acknowledged counters, 0 accepted again");
        Assert.NotEqual(0, total);

        void Note(string? line)
        {
            // A line that was cut by the kill was not acknowledged.
            if (line?.Split(' ') is not ["ack", string card, string counter, "."]) return;
            acknowledged[int.Parse(card, CultureInfo.InvariantCulture)] =
                ushort.Parse(counter, CultureInfo.InvariantCulture);
            total++;
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Counts for many cards at once, and says each counter that is kept, until it is killed.</summary>
    internal static async Task<int> WorkAsync(string file)
    {
        using CounterFile counters = CounterFile.Open(file);
        await using DecisionJournal journal = new(counters, (_, _) => Task.CompletedTask);
        Lock printing = new();
        await Task.WhenAll(Enumerable.Range(1, Cards).Select(async card =>
        {
            counters.TryTake((UInt128)card, 0, ushort.MaxValue, out ushort? last);
            for (int next = (last ?? 0) + 1; next <= ushort.MaxValue; next++)
            {
                if (!counters.TryTake((UInt128)card, (ushort)next, ushort.MaxValue, out _)) return;
                DateTimeOffset now = TimeProvider.System.GetUtcNow();
                AuditEntry entry = new IssuerDecision(IssuerRefusal.None, "00", "", "", "", "", next, "")
                    .ToAuditEntry("service:test", now);
                if (!await journal.RecordAsync(entry, ((UInt128)card, (ushort)next), CancellationToken.None)) return;
                lock (printing)
                {
                    Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"ack {card} {next} .\n"));
                    Console.Out.Flush();
                }
            }
        }));
        return 0;
    }
}
