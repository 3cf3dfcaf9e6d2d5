using System.Runtime.CompilerServices;
using System.Text;
using Qbitel.Governance;
using Qbitel.Governance.Audit;

namespace Qbitel.Store.Audit;

/// <summary>The audit log of a store: its entries in their order, their tree, and the signed checkpoints over
/// it.</summary>
/// <remarks>Safe for concurrent use. Entries enter only by <see cref="StateTransaction.AppendAsync"/>, with the change
/// they speak of.</remarks>
public sealed class AuditLog(StateStore store)
{
    private const int PageSize = 256;
    private const int BatchSize = 1024;

    /// <summary>Gives pending entries their places, signs a checkpoint over them, keeps it, and publishes it; in this
    /// order.</summary>
    /// <returns>The newest checkpoint; null where there are no entries, or where another sequencer is at
    /// work.</returns>
    /// <remarks>
    /// Called every second or so; without new entries it signs nothing. A crash anywhere is mended by the next call:
    /// places once given stay, and two checkpoints over one log always agree.
    /// </remarks>
    /// <exception cref="StateStoreException">The log has been signed under another origin than the
    /// signer's.</exception>
    public async Task<StoredCheckpoint?> SequenceAsync(CheckpointSigner signer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signer);

        using IDisposable? turn = await store.TryEnterSequencerAsync(cancellationToken);
        if (turn is null) return null;

        // A batch at a time, so that other writers come in between.
        while (await store.WriteAsync((transaction, cancel) =>
            transaction.Log.SequenceAsync(BatchSize, cancel), cancellationToken) == BatchSize)
        {
        }

        (CheckpointRow? last, MerkleFrontier tree) = await store.ReadAsync(
            async (snapshot, cancel) => (
                await snapshot.Log.LatestCheckpointAsync(cancel),
                await RightEdge.ReadAsync(snapshot.Log, await snapshot.Log.SizeAsync(cancel), cancel)),
            cancellationToken);
        if (last is not null) RequireOrigin(last, signer.Keys.Origin);
        if (tree.Size > (last?.Size ?? 0))
        {
            // The entries are durable in their places: whatever happens now, no other tree of this size will be signed.
            Checkpoint checkpoint = new(signer.Keys.Origin, tree.Size, tree.Root);
            byte[] note = await signer.SignAsync(checkpoint, cancellationToken);
            last = new CheckpointRow(tree.Size, tree.Root, tree.Edge, note, store.Time.GetUtcNow());
            await store.WriteAsync(async (transaction, cancel) =>
            {
                await transaction.Log.AddCheckpointAsync(last, cancel);
                return true;
            }, cancellationToken);
        }

        if (last is not null) await PublishAsync(last.Note, cancellationToken);
        return StoredCheckpoint.From(last);
    }

    /// <summary>How long the log is, and how far its evidence has come.</summary>
    public Task<AuditLogStatus> ReadStatusAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(async (snapshot, cancel) => new AuditLogStatus(
            await snapshot.Log.SizeAsync(cancel),
            await snapshot.Log.CountPendingAsync(cancel),
            StoredCheckpoint.From(await snapshot.Log.LatestCheckpointAsync(cancel))), cancellationToken);

    /// <summary>The entries from one index up to, and without, another one, a page at a time.</summary>
    /// <exception cref="AuditLogMismatchException">An entry is missing or is not what was written.</exception>
    public async IAsyncEnumerable<LoggedEntry> ReadAsync(
        long first, long end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        await foreach (AuditRow row in ReadRowsAsync(first, end, cancellationToken)) yield return Logged(row);
    }

    /// <summary>The leaves from the first on, as they were written and not looked into; up to, and without, one
    /// index.</summary>
    /// <exception cref="AuditLogMismatchException">A leaf is missing.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLeavesAsync(
        long end, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (AuditRow row in ReadRowsAsync(0, end, cancellationToken)) yield return row.Leaf;
    }

    /// <summary>The newest entries first, pending ones included.</summary>
    public Task<IReadOnlyList<LoggedEntry>> ReadNewestAsync(int limit, CancellationToken cancellationToken) =>
        ReadBackAsync(target: null, limit, cancellationToken);

    /// <summary>What was done to one target, the newest first, pending entries included.</summary>
    public Task<IReadOnlyList<LoggedEntry>> ReadNewestAsync(string target, int limit,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        return ReadBackAsync(target, limit, cancellationToken);
    }

    /// <summary>Hashes the whole log again and compares it with every checkpoint kept.</summary>
    /// <remarks>Signatures are verified where the store was opened with the log's public keys.</remarks>
    /// <returns>How many entries were read.</returns>
    /// <exception cref="AuditLogMismatchException">Something differs; the message says between which
    /// checkpoints.</exception>
    public Task<long> VerifyAsync(CancellationToken cancellationToken) =>
        store.ReadAsync((snapshot, cancel) =>
            RightEdge.VerifyAllAsync(snapshot.Log, store.CheckpointPolicy, cancel), cancellationToken);

    public Task<LoggedEntry?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.ReadAsync(
            async (snapshot, cancel) => await snapshot.Log.FindAsync(id, cancel) is { } row ? Logged(row) : null,
            cancellationToken);

    /// <summary>One entry as a file that proves itself offline; null where no checkpoint is over it yet.</summary>
    /// <remarks>Reads the log once, from the first entry to the checkpoint.</remarks>
    public async Task<AuditProof?> ProveAsync(Guid id, CancellationToken cancellationToken)
    {
        (LoggedEntry? logged, CheckpointRow? checkpoint) = await store.ReadAsync(
            async (snapshot, cancel) => (
                await snapshot.Log.FindAsync(id, cancel) is { } row ? Logged(row) : null,
                await snapshot.Log.LatestCheckpointAsync(cancel)),
            cancellationToken);
        if (logged?.Index is not { } index || checkpoint is null || index >= checkpoint.Size) return null;

        Digest[] path = await AuditPath
            .ReadAsync(ReadLeavesAsync(checkpoint.Size, cancellationToken), index, checkpoint.Size, cancellationToken);
        return new AuditProof(logged.Entry.ToLeaf(), index, path, checkpoint.Note);
    }

    /// <summary>What is checked when a store is opened for writing; see <see cref="RightEdge"/>.</summary>
    internal async Task CheckRightEdgeAsync(CancellationToken cancellationToken)
    {
        // The published one first: what the store has can only be newer.
        byte[]? published = await store.ReadPublishedCheckpointAsync(cancellationToken);
        await store.ReadAsync(async (snapshot, cancel) =>
        {
            await RightEdge.CheckAsync(snapshot.Log, published, store.PublishedCheckpointPlace, store.CheckpointPolicy,
                cancel);
            return true;
        }, cancellationToken);
    }

    private async IAsyncEnumerable<AuditRow> ReadRowsAsync(
        long first, long end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (first < end)
        {
            long from = first;
            IReadOnlyList<AuditRow> page = await store.ReadAsync(
                (snapshot, cancel) =>
                    snapshot.Log.ReadAsync(from, (int)Math.Min(PageSize, end - from), cancel), cancellationToken);
            if (page.Count == 0) yield break;

            foreach (AuditRow row in page)
            {
                if (row.Index >= end) yield break;
                RightEdge.RequireIndex(row, first++);
                yield return row;
            }
        }
    }

    private async Task PublishAsync(byte[] note, CancellationToken cancellationToken)
    {
        byte[]? published = await store.ReadPublishedCheckpointAsync(cancellationToken);
        if (published is null || !published.AsSpan().SequenceEqual(note))
            await store.PublishCheckpointAsync(note, cancellationToken);
    }

    private static void RequireOrigin(CheckpointRow last, string origin)
    {
        if (!last.Note.AsSpan().StartsWith(Encoding.UTF8.GetBytes(origin + "\n")))
        {
            throw new StateStoreException(
                $"This log has been signed under another name than '{origin}': sign it with the keys it began with.");
        }
    }

    private Task<IReadOnlyList<LoggedEntry>> ReadBackAsync(string? target, int limit,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);

        return store.ReadAsync<IReadOnlyList<LoggedEntry>>(
            async (snapshot, cancel) =>
                [.. (await snapshot.Log.ReadBackAsync(target, before: null, limit, cancel)).Select(Logged)],
            cancellationToken);
    }

    private static LoggedEntry Logged(AuditRow row) => new(row.Index, RightEdge.Parse(row));
}
