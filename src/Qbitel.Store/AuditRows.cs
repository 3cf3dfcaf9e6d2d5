using Qbitel.Governance;

namespace Qbitel.Store;

/// <summary>The audit log's own rows. Entries enter through <see cref="StateTransaction.AppendAsync"/> and are never
/// changed.</summary>
internal abstract class AuditRows
{
    /// <summary>Gives pending entries, in the order they came, the next indices of the log; returns how many.</summary>
    public abstract Task<int> SequenceAsync(int limit, CancellationToken cancellationToken);

    /// <summary>How many entries have an index: one more than the last index.</summary>
    public abstract Task<long> SizeAsync(CancellationToken cancellationToken);

    public abstract Task<long> CountPendingAsync(CancellationToken cancellationToken);

    /// <summary>Entries from an index on, in order. Rows that are missing are missing here too.</summary>
    public abstract Task<IReadOnlyList<AuditRow>> ReadAsync(long first, int limit, CancellationToken cancellationToken);

    /// <summary>Entries in the reverse order of their coming, pending ones included, beginning before a place; of one
    /// target, or of all.</summary>
    public abstract Task<IReadOnlyList<AuditRow>> ReadBackAsync(string? target, long? before, int limit,
        CancellationToken cancellationToken);

    public abstract Task<AuditRow?> FindAsync(Guid id, CancellationToken cancellationToken);

    public abstract Task<CheckpointRow?> LatestCheckpointAsync(CancellationToken cancellationToken);

    /// <summary>The newest checkpoint over at most this many entries.</summary>
    public abstract Task<CheckpointRow?> FindCheckpointAsync(long atMost, CancellationToken cancellationToken);

    /// <summary>The oldest kept checkpoint over more than this many entries.</summary>
    public abstract Task<CheckpointRow?> NextCheckpointAsync(long moreThan, CancellationToken cancellationToken);

    /// <summary>Adds a checkpoint, and thins the older ones out to the last of each hour.</summary>
    public abstract Task AddCheckpointAsync(CheckpointRow checkpoint, CancellationToken cancellationToken);
}

/// <summary>An entry as it is kept: the order of its coming, its place in the log or null while it is pending, and its
/// leaf.</summary>
/// <remarks>Unlike the index the sequence may have gaps. Id and target are in the leaf too; here they are to be found
/// by.</remarks>
internal sealed record AuditRow(long Sequence, long? Index, Guid Id, string Target, byte[] Leaf);

/// <summary>A signed note, and the right edge of the tree at its size, from which the tree goes on without being read
/// again.</summary>
internal sealed record CheckpointRow(long Size, Digest Root, IReadOnlyList<Digest> Edge, byte[] Note,
    DateTimeOffset SignedAt);
