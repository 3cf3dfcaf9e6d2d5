using Qbitel.Governance;

namespace Qbitel.Store.Audit;

/// <summary>A signed checkpoint: the tree over the first <see cref="Size"/> entries of the log has this root.</summary>
public sealed record StoredCheckpoint(long Size, Digest Root, ReadOnlyMemory<byte> Note, DateTimeOffset SignedAt)
{
    internal static StoredCheckpoint? From(CheckpointRow? row) =>
        row is null ? null : new StoredCheckpoint(row.Size, row.Root, row.Note, row.SignedAt);
}

/// <summary>How long the log is (entries with an index), how many entries wait for one, and the newest
/// checkpoint.</summary>
public sealed record AuditLogStatus(long Size, long Pending, StoredCheckpoint? Latest);
