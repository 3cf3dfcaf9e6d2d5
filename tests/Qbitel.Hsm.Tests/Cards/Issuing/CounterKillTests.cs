using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Cards.Issuing;

/// <summary>
/// Whenever the process was killed, a counter that was acknowledged is never accepted again, and its decision comes
/// into the log once.
/// </summary>
public sealed class CounterKillTests(ITestOutputHelper output) : IDisposable
{
    internal const string Worker = "count-cards";

    private const int Cards = 64;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-counters-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact, Trait("Soak", "card-kill")]
    public async Task No_acknowledged_counter_is_accepted_again_and_no_decision_lost_after_a_kill()
    {
        string file = Path.Combine(_folder.FullName, "counters");
        Dictionary<int, ushort> acknowledged = [];
        HashSet<string> promised = [];
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

            // Half of the times the next worker is the one that brings the log up.
            if (kill % 2 == 1 && kill != kills - 1) continue;
            using CounterFile counters = CounterFile.Open(file);
            await using DecisionJournal journal = await OpenAsync(file, counters);
            foreach ((int card, ushort counter) in acknowledged)
                Assert.False(counters.TryTake((UInt128)card, counter, ushort.MaxValue, out _));
            await journal.DisposeAsync();
            List<string> logged = [.. ReadLog(file).Select(line => line.Split(' ')[1])];
            Assert.Equal(logged.Count, logged.Distinct().Count());
            Assert.Empty(promised.Except(logged));
        }

        output.WriteLine(
            $"{kills} kills; {total} acknowledged counters, 0 accepted again; {promised.Count} decisions, each in the "
            + "log once");
        Assert.NotEqual(0, total);

        void Note(string? line)
        {
            // A line that was cut by the kill was not acknowledged.
            if (line?.Split(' ') is not ["ack", string card, string counter, "."]) return;
            acknowledged[int.Parse(card, CultureInfo.InvariantCulture)] =
                ushort.Parse(counter, CultureInfo.InvariantCulture);
            promised.Add($"{card}/{counter}");
            total++;
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Counts for many cards at once, and says each counter that is kept, until it is killed.</summary>
    internal static async Task<int> WorkAsync(string file)
    {
        using CounterFile counters = CounterFile.Open(file);
        await using DecisionJournal journal = await OpenAsync(file, counters);
        Lock printing = new();
        await Task.WhenAll(Enumerable.Range(1, Cards).Select(async card =>
        {
            counters.TryTake((UInt128)card, 0, ushort.MaxValue, out ushort? last);
            for (int next = (last ?? 0) + 1; next <= ushort.MaxValue; next++)
            {
                if (!counters.TryTake((UInt128)card, (ushort)next, ushort.MaxValue, out _)) return;
                DateTimeOffset now = TimeProvider.System.GetUtcNow();
                AuditEntry entry = new IssuerDecision(IssuerRefusal.None, "00", "", "", $"{card}/{next}", "", next, "")
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

    /// <summary>A log that is a file of lines, with small halves so that many kills meet a change of halves.</summary>
    private static Task<DecisionJournal> OpenAsync(string file, CounterFile counters)
    {
        HashSet<string> before = [.. ReadLog(file).Select(line => line.Split(' ')[0])];
        return DecisionJournal.OpenAsync(file + ".decisions", halfSize: 1 << 14, counters, new DecisionLog(
            async (entries, cancel) =>
            {
                StringBuilder lines = new();
                foreach (AuditEntry entry in entries)
                    lines.Append(CultureInfo.InvariantCulture, $"{entry.Id} {entry.Target["card:".Length..]}\n");
                using FileStream log = new(file + ".log", FileMode.Append);
                log.Write(Encoding.ASCII.GetBytes(lines.ToString())); // one write: a kill cuts nothing off
                await log.FlushAsync(cancel);
            },
            (id, _) => Task.FromResult(before.Contains($"{id}"))), failed: null, CancellationToken.None);
    }

    private static string[] ReadLog(string file) => File.Exists(file + ".log") ? File.ReadAllLines(file + ".log") : [];
}
