namespace Qbitel.Store.Sql;

internal sealed partial class Session
{
    private static readonly SqlText LeaseColumns =
        new("id, kind, subject, data, due_at, owner, lease_until, fence, version, attempts");

    public override Task<WorkItem?> FindWorkAsync(string kind, string subject, CancellationToken cancellationToken) =>
        FindAsync($"SELECT kind, subject, due_at, data FROM work WHERE kind = {kind} AND subject = {subject}", ReadWork,
            cancellationToken);

    public override IAsyncEnumerable<WorkItem> ReadWorkAsync(string? kind = null) =>
        PagesAsync(
            last => kind is null
                ? (Statement)$"""
                    SELECT kind, subject, due_at, data FROM work
                    WHERE (kind, subject) > ({last?.Kind ?? ""}, {last?.Subject ?? ""})
                    ORDER BY kind, subject LIMIT {PageSize}
                    """
                : (Statement)$"""
                    SELECT kind, subject, due_at, data FROM work WHERE kind = {kind} AND subject > {last?.Subject ?? ""}
                    ORDER BY subject LIMIT {PageSize}
                    """,
            ReadWork);

    public override Task ScheduleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);

        return ExecuteAsync($"""
            INSERT INTO work (id, kind, subject, due_at, data, fence, version, attempts)
            VALUES ({Guid.CreateVersion7(_now())}, {item.Kind}, {item.Subject}, {item.DueAt}, {item.DataJson}, 0, 0, 0)
            ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, data = excluded.data,
                owner = NULL, lease_until = NULL, fence = work.fence + 1, attempts = 0
            WHERE work.due_at IS DISTINCT FROM excluded.due_at OR work.data IS DISTINCT FROM excluded.data
            """, cancellationToken);
    }

    public override async Task CompleteAsync(WorkLease lease, DateTimeOffset? nextDue,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);

        int rows = await ExecuteAsync($"""
            UPDATE work SET version = version + 1, due_at = {nextDue}, owner = NULL, lease_until = NULL, attempts = 0
            WHERE id = {lease.WorkId} AND fence = {lease.Fence} AND owner = {lease.Owner}
            """, cancellationToken);
        if (rows == 0) throw Refuse(Lost(lease));

        await ExecuteAsync($"""
            INSERT INTO work_done (work_id, version, fence, owner, done_at)
            VALUES ({lease.WorkId}, {lease.Version + 1}, {lease.Fence}, {lease.Owner}, {_now()})
            """, cancellationToken);
    }

    public override async Task PostponeAsync(WorkLease lease, DateTimeOffset due, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);

        int rows = await ExecuteAsync($"""
            UPDATE work SET due_at = {due}, owner = NULL, lease_until = NULL
            WHERE id = {lease.WorkId} AND fence = {lease.Fence} AND owner = {lease.Owner}
            """, cancellationToken);
        if (rows == 0) throw Refuse(Lost(lease));
    }

    private static LeaseLostException Lost(WorkLease lease) => new(
        $"{lease.Kind} of {lease.Subject} is no longer held by {lease.Owner} (fence {lease.Fence}): "
            + "what it did is discarded, others do it anew.");

    private static WorkItem ReadWork(Row row) => new(row.Text(), row.Text(), row.TimeOrNull(), row.TextOrNull());

    private static WorkLease ReadLease(Row row) => new()
    {
        WorkId = row.Id(),
        Kind = row.Text(),
        Subject = row.Text(),
        DataJson = row.TextOrNull(),
        DueAt = row.Time(),
        Owner = row.Text(),
        LeaseUntil = row.Time(),
        Fence = row.Long(),
        Version = row.Long(),
        Attempt = row.Int(),
    };

    private sealed class WorkTable(Session session) : WorkRows
    {
        public override async Task<IReadOnlyList<WorkLease>> ClaimAsync(
            string owner, string? kind, int limit, TimeSpan lease, CancellationToken cancellationToken)
        {
            DateTimeOffset now = session._now();
            List<WorkLease> claimed = await session.ListAsync(
                kind is null
                    ? (Statement)$"""
                        UPDATE work SET owner = {owner}, lease_until = {now + lease}, fence = fence + 1,
                            attempts = attempts + 1
                        WHERE id IN (
                            SELECT id FROM work WHERE due_at <= {now} AND (lease_until IS NULL OR lease_until <= {now})
                            ORDER BY due_at LIMIT {limit} {session._dialect.SkipLocked})
                        RETURNING {LeaseColumns}
                        """
                    : (Statement)$"""
                        UPDATE work SET owner = {owner}, lease_until = {now + lease}, fence = fence + 1,
                            attempts = attempts + 1
                        WHERE id IN (
                            SELECT id FROM work
                            WHERE kind = {kind} AND due_at <= {now} AND (lease_until IS NULL OR lease_until <= {now})
                            ORDER BY due_at LIMIT {limit} {session._dialect.SkipLocked})
                        RETURNING {LeaseColumns}
                        """,
                ReadLease,
                cancellationToken);
            return [.. claimed.OrderBy(item => item.DueAt).ThenBy(item => item.WorkId)];
        }

        public override Task<WorkLease?> RenewAsync(WorkLease held, TimeSpan lease,
            CancellationToken cancellationToken) =>
            session.FindAsync(
                $"""
                UPDATE work SET lease_until = {session._now() + lease}
                WHERE id = {held.WorkId} AND fence = {held.Fence} AND owner = {held.Owner}
                RETURNING {LeaseColumns}
                """,
                ReadLease,
                cancellationToken);

        public override Task ReleaseAsync(WorkLease held, CancellationToken cancellationToken) =>
            session.ExecuteAsync(
                $"""
                UPDATE work SET owner = NULL, lease_until = NULL, attempts = attempts - 1
                WHERE id = {held.WorkId} AND fence = {held.Fence} AND owner = {held.Owner}
                """,
                cancellationToken);
    }
}
