namespace Qbitel.Store;

/// <summary>The queue's own rows: who holds what, until when.</summary>
internal abstract class WorkRows
{
    public abstract Task<IReadOnlyList<WorkLease>> ClaimAsync(
        string owner, string? kind, int limit, TimeSpan lease, CancellationToken cancellationToken);

    public abstract Task<WorkLease?> RenewAsync(WorkLease held, TimeSpan lease, CancellationToken cancellationToken);

    public abstract Task ReleaseAsync(WorkLease held, CancellationToken cancellationToken);
}
