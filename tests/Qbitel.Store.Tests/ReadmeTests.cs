using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Store.Audit;
using Qbitel.Store.Sqlite;

namespace Qbitel.Store.Tests;

/// <summary>The examples of the room's README.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-readme-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_change_is_made_sequenced_and_exported()
    {
        string path = Path.Combine(_folder.FullName, "qbitel.db");
        TimeProvider time = TimeProvider.System;
        CancellationToken cancellationToken = Cancel;
        KeyRecord key = Samples.Key(time.GetUtcNow());

        #region ChangeTheState
        await using StateStore store =
            await SqliteStateStore.OpenAsync(new() { Path = path }, time, logger: null, cancellationToken);

        // State and evidence, together or not at all.
        await store.ChangeAsync(async (change, cancel) =>
        {
            await change.PutAsync(key, cancel);
            await change.ScheduleAsync(new WorkItem("key.rotate", $"{key.Id}", time.GetUtcNow().AddDays(90)), cancel);
            await change.AppendAsync(new AuditEntry(
                Guid.CreateVersion7(time.GetUtcNow()), time.GetUtcNow(), "automation:keys", "key.make", $"key:{key.Id}",
                AuditOutcome.Done), cancel);
        }, cancellationToken);

        KeyRecord? found =
            await store.ReadAsync((state, cancel) => state.FindKeyAsync(key.Id, cancel), cancellationToken);
        #endregion

        Assert.Equal(key.Name, found?.Name);

        using LogSigner keys = new();
        CheckpointSigner signer = keys.Checkpoints;
        CheckpointPolicy policy = LogSigner.Policy;
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        AuditSink sink = (name, content, _) =>
        {
            files.Add(name, content.ToArray());
            return ValueTask.CompletedTask;
        };

        #region SequenceAndExport
        AuditLog log = new(store);
        StoredCheckpoint? checkpoint = await log.SequenceAsync(signer, cancellationToken); // every second, by one loop

        if (checkpoint is not null)
        {
            await AuditExport.WriteAsync(
                log.ReadLeavesAsync(checkpoint.Size, cancellationToken), checkpoint.Note, policy, sink,
                cancellationToken);
        }
        #endregion

        Assert.Contains(AuditExport.CheckpointPath, files.Keys);
    }

    [Fact]
    public async Task Work_is_claimed_and_handed_in()
    {
        TimeProvider time = TimeProvider.System;
        CancellationToken cancellationToken = Cancel;
        await using StateStore store = await SqliteStateStore.OpenAsync(
            new() { Path = Path.Combine(_folder.FullName, "qbitel.db") }, time, logger: null, cancellationToken);
        string worker = "node-1";
        KeyRecord key = Samples.Key(time.GetUtcNow());
        KeyVersionRecord next = Samples.Version(key, 1, KeyState.Active, time.GetUtcNow());
        AuditEntry entry = Samples.Entry(time.GetUtcNow());
        await store.ChangeAsync(async (change, cancel) =>
        {
            await change.PutAsync(key, cancel);
            await change.ScheduleAsync(new WorkItem("key.rotate", $"{key.Id}", time.GetUtcNow()), cancel);
            await change.AppendAsync(Samples.Entry(time.GetUtcNow()), cancel);
        }, cancellationToken);

        #region ClaimAndComplete
        IReadOnlyList<WorkLease> claimed =
            await store.ClaimAsync(worker, "key.rotate", limit: 20, TimeSpan.FromMinutes(1), cancellationToken);
        foreach (WorkLease lease in claimed)
        {
            // … make the next version in the token: look before you create, an earlier holder may have been here …
            await store.ChangeAsync(async (change, cancel) =>
            {
                await change.PutAsync(next, cancel);
                // Throws where the lease was lost.
                await change.CompleteAsync(lease, nextDue: time.GetUtcNow().AddDays(90), cancel);
                await change.AppendAsync(entry, cancel);
            }, cancellationToken);
        }
        #endregion

        Assert.Single(claimed);
        Assert.NotNull(
            await store.ReadAsync((state, cancel) => state.FindKeyVersionAsync(key.Id, 1, cancel), cancellationToken));
    }
}
