using Qbitel.Governance;
using Qbitel.Governance.Audit;

namespace Qbitel.Store.Sql;

internal sealed partial class Session
{
    /// <summary>How many of the newest checkpoints are kept whatever their time.</summary>
    private const int RecentCheckpoints = 64;

    private static readonly SqlText AuditColumns = new("seq, idx, id, target, leaf");

    private static readonly SqlText CheckpointColumns = new("size, root, edge, note, signed_at");

    private int _entries;

    public override async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);

        await ExecuteAsync($"""
            INSERT INTO audit_entry (id, target, leaf) VALUES ({entry.Id}, {entry.Target}, {entry.ToLeaf()})
            """, cancellationToken);
        _entries++;
    }

    private sealed class AuditTable(Session session) : AuditRows
    {
        public override Task<int> SequenceAsync(int limit, CancellationToken cancellationToken) =>
            session.ExecuteAsync(
                $"""
                UPDATE audit_entry SET idx = numbered.idx
                FROM (
                    SELECT seq,
                        (SELECT COALESCE(MAX(idx), -1) FROM audit_entry) + ROW_NUMBER() OVER (ORDER BY seq) AS idx
                    FROM audit_entry WHERE idx IS NULL ORDER BY seq LIMIT {limit}) AS numbered
                WHERE audit_entry.seq = numbered.seq
                """,
                cancellationToken);

        public override Task<long> SizeAsync(CancellationToken cancellationToken) =>
            OneAsync($"SELECT COALESCE(MAX(idx), -1) + 1 FROM audit_entry", cancellationToken);

        public override Task<long> CountPendingAsync(CancellationToken cancellationToken) =>
            OneAsync($"SELECT COUNT(*) FROM audit_entry WHERE idx IS NULL", cancellationToken);

        public override async Task<IReadOnlyList<AuditRow>> ReadAsync(long first, int limit,
            CancellationToken cancellationToken) =>
            await session.ListAsync(
                $"SELECT {AuditColumns} FROM audit_entry WHERE idx >= {first} ORDER BY idx LIMIT {limit}", ReadRow,
                    cancellationToken);

        public override async Task<IReadOnlyList<AuditRow>> ReadBackAsync(
            string? target, long? before, int limit, CancellationToken cancellationToken) =>
            await session.ListAsync(
                target is null
                    ? (Statement)$"""
                        SELECT {AuditColumns} FROM audit_entry WHERE seq < {before ?? long.MaxValue}
                        ORDER BY seq DESC LIMIT {limit}
                        """
                    : (Statement)$"""
                        SELECT {AuditColumns} FROM audit_entry
                        WHERE target = {target} AND seq < {before ?? long.MaxValue}
                        ORDER BY seq DESC LIMIT {limit}
                        """,
                ReadRow,
                cancellationToken);

        public override Task<AuditRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
            session.FindAsync($"SELECT {AuditColumns} FROM audit_entry WHERE id = {id}", ReadRow, cancellationToken);

        public override Task<CheckpointRow?> LatestCheckpointAsync(CancellationToken cancellationToken) =>
            FindCheckpointAsync(long.MaxValue, cancellationToken);

        public override Task<CheckpointRow?> FindCheckpointAsync(long atMost, CancellationToken cancellationToken) =>
            session.FindAsync(
                $"SELECT {CheckpointColumns} FROM audit_checkpoint WHERE size <= {atMost} ORDER BY size DESC LIMIT 1",
                ReadCheckpoint,
                cancellationToken);

        public override Task<CheckpointRow?> NextCheckpointAsync(long moreThan, CancellationToken cancellationToken) =>
            session.FindAsync(
                $"SELECT {CheckpointColumns} FROM audit_checkpoint WHERE size > {moreThan} ORDER BY size LIMIT 1",
                ReadCheckpoint,
                cancellationToken);

        public override async Task AddCheckpointAsync(CheckpointRow checkpoint, CancellationToken cancellationToken)
        {
            byte[] edge = [.. checkpoint.Edge.SelectMany(node => node.ToArray())];
            await session.ExecuteAsync(
                $"""
                INSERT INTO audit_checkpoint ({CheckpointColumns})
                VALUES ({checkpoint.Size}, {checkpoint.Root.ToArray()}, {edge}, {checkpoint.Note},
                    {checkpoint.SignedAt})
                """,
                cancellationToken);

            // One at a time: the checkpoint that has just become old goes, unless it is the last of its hour.
            List<(long Size, DateTimeOffset SignedAt)> old = await session.ListAsync(
                $"""
                SELECT size, signed_at FROM audit_checkpoint
                ORDER BY size DESC LIMIT 2 OFFSET {RecentCheckpoints - 1}
                """,
                row => (row.Long(), row.Time()),
                cancellationToken);
            if (old is [var later, var earlier] && Hour(later.SignedAt) == Hour(earlier.SignedAt))
            {
                await session.ExecuteAsync($"DELETE FROM audit_checkpoint WHERE size = {earlier.Size}",
                    cancellationToken);
            }
        }

        private async Task<long> OneAsync(Statement statement, CancellationToken cancellationToken) =>
            (await session.ListAsync(statement, row => row.Long(), cancellationToken))[0];

        private static long Hour(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerHour;

        private static AuditRow ReadRow(Row row) =>
            new(row.Long(), row.LongOrNull(), row.Id(), row.Text(), row.Bytes());

        private static CheckpointRow ReadCheckpoint(Row row) =>
            new(row.Long(), new Digest(row.Bytes()), ReadEdge(row.Bytes()), row.Bytes(), row.Time());

        private static Digest[] ReadEdge(byte[] edge) => [.. edge.Chunk(Digest.Size).Select(node => new Digest(node))];
    }
}
