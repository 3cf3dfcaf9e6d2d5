using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Governance.Audit;
using Qbitel.Store.Audit;
using Qbitel.Store.Sqlite;
using Qbitel.Testing;

namespace Qbitel.Store.Tests;

/// <summary>A process that dies at any moment loses nothing it said was done. This is about crashes, not about power
/// cuts.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-kill-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact, Trait("Soak", "store-kill")]
    public async Task Nothing_acknowledged_is_lost_when_the_writer_is_killed()
    {
        int kills = Soak.Times(gate: 8, soak: 400);
        int acknowledged = 0, early = 0;
        string path = "";
        HashSet<string> mustBeThere = [];
        for (int kill = 0; kill < kills; kill++)
        {
            if (kill % 20 == 0) (path, mustBeThere) = (Path.Combine(_folder.FullName, $"{kill}", "qbitel.db"), []);

            // Half of the moments count from the start of the process, so that opening and recovery are hit too.
            bool fromStart = kill % 2 == 1;
            int milliseconds = RandomNumberGenerator.GetInt32(fromStart ? 800 : 400);
            (List<string> acks, long signed) = await RunAndKillAsync(path, $"{kill}", fromStart, milliseconds);
            mustBeThere.UnionWith(acks);
            acknowledged += acks.Count;
            if (acks.Count == 0) early++;

            await CheckAsync(path, mustBeThere, signed);
        }

        output.WriteLine($"{kills} kills, {early} of them before the first acknowledgement; {acknowledged} "
            + "acknowledged changes, 0 lost");
        Assert.NotEqual(0, acknowledged);
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_disk_fails_and_nothing_more_is_written()
    {
        string path = Path.Combine(_folder.FullName, "qbitel.db");
        using Process child = StoreChild.Start(fileSizeLimit: 600, "write", path, "full");
        List<string> lines =
            [.. (await child.StandardOutput.ReadToEndAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

        Assert.Contains(lines, line => line.StartsWith("failed ", StringComparison.Ordinal));
        Assert.Contains("refused", lines);
        List<string> acks =
            [.. lines.Where(line => line.StartsWith("ack ", StringComparison.Ordinal)).Select(line => line[4..])];
        Assert.NotEmpty(acks);
        await CheckAsync(path, [.. acks], 0);
    }

    [Fact, Trait("Soak", "store-rivals")]
    public async Task Processes_that_share_a_queue_complete_each_item_exactly_once()
    {
        int items = Soak.Times(gate: 60, soak: 20_000);
        string path = Path.Combine(_folder.FullName, "qbitel.db");
        await using SqliteStateStore store = await OpenAsync(path);
        await store.ChangeAsync(async (change, cancel) =>
        {
            for (int i = 0; i < items; i++)
            {
                await change.ScheduleAsync(
                    new WorkItem("count", string.Create(CultureInfo.InvariantCulture, $"{i}"), store.Time.GetUtcNow()),
                    cancel);
            }
            await change.AppendAsync(Samples.Entry(store.Time.GetUtcNow()), cancel);
        }, Cancel);

        using Process slow = StoreChild.Start(null, "work", path, "slow", "slowly");
        Assert.Equal("claimed 5", await slow.StandardOutput.ReadLineAsync(Cancel));
        using (Process victim = StoreChild.Start(null, "work", path, "victim"))
        {
            Assert.Equal("claimed 5", await victim.StandardOutput.ReadLineAsync(Cancel));
            victim.Kill();
            await victim.WaitForExitAsync(Cancel);
        }

        // They go on until there is nothing left, also of what the first two had claimed.
        using Process one = StoreChild.Start(null, "work", path, "one"),
            other = StoreChild.Start(null, "work", path, "other");
        string[][] said = await Task.WhenAll(EndAsync(one), EndAsync(other));
        await slow.StandardInput.WriteLineAsync("go on");
        string[] late = await EndAsync(slow);

        IReadOnlyDictionary<string, string> done = await store.ReadAsync((s, c) => s.ReadSettingsAsync(c), Cancel);
        Assert.Equal(items, done.Count);
        Assert.All(done, item => Assert.Equal("1", item.Value));
        Assert.Equal(5, late.Count(line => line.StartsWith("late ", StringComparison.Ordinal)));
        Assert.DoesNotContain(late, Done);
        output.WriteLine($"{items} items, one worker killed, one beyond its leases: each done once, by the others "
            + $"{string.Join(" and ", said.Select(s => s.Count(Done)))}");

        static bool Done(string line) => line.StartsWith("done ", StringComparison.Ordinal);
    }

    private static async Task<string[]> EndAsync(Process child)
    {
        Task<string> errors = child.StandardError.ReadToEndAsync(Cancel);
        string said = await child.StandardOutput.ReadToEndAsync(Cancel);
        Assert.Equal("", await errors);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<(List<string> Acks, long Signed)> RunAndKillAsync(string path, string run, bool fromStart,
        int milliseconds)
    {
        using Process child = StoreChild.Start(null, "write", path, run);
        Task<string> errors = child.StandardError.ReadToEndAsync(Cancel);
        List<string> lines = [];
        TaskCompletionSource speaks = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = ReadAsync();
        if (!fromStart) await Task.WhenAny(speaks.Task, reading);
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, Cancel);
        child.Kill();
        await reading; // what was said before the end counts
        await child.WaitForExitAsync(Cancel);
        Assert.Equal("", await errors);

        return (
            [.. After("ack ")],
            After("signed ").Select(size => long.Parse(size, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max());

        IEnumerable<string> After(string word) =>
            lines.Where(line => line.StartsWith(word, StringComparison.Ordinal)).Select(line => line[word.Length..]);

        async Task ReadAsync()
        {
            // A line without its end was not said.
            string rest = "";
            char[] buffer = new char[4096];
            while (await child.StandardOutput.ReadAsync(buffer, Cancel) is > 0 and int count)
            {
                string[] parts = (rest + new string(buffer, 0, count)).Split('\n');
                lines.AddRange(parts[..^1]);
                rest = parts[^1];
                speaks.TrySetResult();
            }
        }
    }

    private static async Task CheckAsync(string path, HashSet<string> mustBeThere, long signed)
    {
        // checks the right edge and the published checkpoint
        await using SqliteStateStore store = await OpenAsync(path);
        AuditLog log = new(store);
        using LogSigner signer = new();

        StoredCheckpoint? before = (await log.ReadStatusAsync(Cancel)).Latest;
        Assert.True((before?.Size ?? 0) >= signed,
            $"a checkpoint over {signed} was announced, the store has one over {before?.Size}");

        IReadOnlyDictionary<string, string> state = await store.ReadAsync((s, c) => s.ReadSettingsAsync(c), Cancel);
        Assert.Subset(state.Keys.ToHashSet(StringComparer.Ordinal), mustBeThere);

        StoredCheckpoint? now = await log.SequenceAsync(signer.Checkpoints, Cancel);
        if (now is null)
        {
            Assert.Empty(state);
            return;
        }

        Assert.True(LogSigner.Policy.TryVerify(now.Note.Span, out Checkpoint? checkpoint, out string? error), error);
        List<LoggedEntry> entries = await log.ReadAsync(0, long.MaxValue, Cancel).ToListAsync(Cancel);
        Assert.Equal(checkpoint.Size, entries.Count);
        Assert.Equal(state.Keys.Order(StringComparer.Ordinal),
            entries.Select(e => e.Entry.Target).Order(StringComparer.Ordinal));
        Assert.Equal(entries.Count, await log.VerifyAsync(Cancel));
    }

    private static Task<SqliteStateStore> OpenAsync(string path) =>
        SqliteStateStore.OpenAsync(new() { Path = path, CheckpointPolicy = LogSigner.Policy }, TimeProvider.System,
            null, Cancel);
}
