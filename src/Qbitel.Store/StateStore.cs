using Qbitel.Governance.Audit;

namespace Qbitel.Store;

/// <summary>The state of the platform, changed only in transactions that carry their audit entry.</summary>
/// <remarks>
/// <para>Safe for concurrent use, also by other processes on the same store. Changes happen one after the other; reads
/// never wait for them.</para>
/// <para>Every time the store compares with (leases, due work) is <see cref="Time"/>: processes that share a store must
/// share a clock, as they do on one machine. Times are kept in whole microseconds.</para>
/// </remarks>
public abstract class StateStore : IAsyncDisposable
{
    private readonly AsyncLocal<bool> _changing = new();

    private protected StateStore(TimeProvider time, CheckpointPolicy? checkpointPolicy)
    {
        Time = time;
        CheckpointPolicy = checkpointPolicy;
    }

    /// <summary>The clock of the store.</summary>
    public TimeProvider Time { get; }

    /// <summary>Reads, as often as wanted, from one state of the store.</summary>
    public async Task<T> ReadAsync<T>(Func<StateSnapshot, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);

        StateTransaction snapshot = await BeginReadAsync(cancellationToken);
        try
        {
            return await read(snapshot, cancellationToken);
        }
        finally
        {
            await snapshot.EndAsync();
        }
    }

    /// <summary>Changes the state: when this returns, the change and its audit entries are on disk; when it throws,
    /// nothing has changed.</summary>
    /// <remarks>
    /// The whole store waits for <paramref name="change"/>: it writes and returns. Devices and networks are asked
    /// before or after. Where the disk fails in the very act of keeping a change, the next start tells whether it did;
    /// even then the change is there whole or not at all.
    /// </remarks>
    /// <exception cref="UnauditedChangeException">The change carries no audit entry.</exception>
    /// <exception cref="StateStoreException">The store refused the change, or could not make it durable.</exception>
    public async Task<T> ChangeAsync<T>(Func<StateTransaction, CancellationToken, Task<T>> change,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);

        return await WriteAsync(async (transaction, cancel) =>
        {
            T result = await change(transaction, cancel);
            if (transaction.EntryCount == 0)
            {
                throw new UnauditedChangeException(
                    "The change carries no audit entry, so nothing was changed: append one in the same transaction.");
            }

            return result;
        }, cancellationToken);
    }

    /// <inheritdoc cref="ChangeAsync{T}"/>
    public Task ChangeAsync(Func<StateTransaction, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);

        return ChangeAsync(async (transaction, cancel) =>
        {
            await change(transaction, cancel);
            return true;
        }, cancellationToken);
    }

    /// <summary>Claims due work: nobody else gets these items until the lease is over.</summary>
    /// <remarks>
    /// The owner's name is unique to the worker; no kind means any; at most 1,000 items come at once. A lease is
    /// coordination, not state: it carries no audit entry. What the work changes does.
    /// </remarks>
    public Task<IReadOnlyList<WorkLease>> ClaimAsync(
        string owner, string? kind, int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);

        return WriteAsync((transaction, cancel) =>
            transaction.Work.ClaimAsync(owner, kind, limit, lease, cancel), cancellationToken);
    }

    /// <summary>Holds on to work that takes longer.</summary>
    /// <returns>The lease with its new end, or null where another worker has claimed the item since.</returns>
    public Task<WorkLease?> RenewAsync(WorkLease held, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);

        return WriteAsync((transaction, cancel) => transaction.Work.RenewAsync(held, lease, cancel), cancellationToken);
    }

    /// <summary>Gives work back untouched, e.g. when stopping; does nothing where another worker has claimed it
    /// since.</summary>
    public Task ReleaseAsync(WorkLease held, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);

        return WriteAsync(async (transaction, cancel) =>
        {
            await transaction.Work.ReleaseAsync(held, cancel);
            return true;
        }, cancellationToken);
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>A transaction on the store itself, for what needs no audit entry: leases, and the audit log's own
    /// rows.</summary>
    internal async Task<T> WriteAsync<T>(Func<StateTransaction, CancellationToken, Task<T>> write,
        CancellationToken cancellationToken)
    {
        if (_changing.Value)
        {
            throw new InvalidOperationException("A change of the store was started inside another one, which would "
                + "wait for itself: use the transaction at hand.");
        }

        StateTransaction transaction = await BeginWriteAsync(cancellationToken);
        _changing.Value = true;
        try
        {
            T result = await write(transaction, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            await transaction.CommitAsync();
            return result;
        }
        finally
        {
            _changing.Value = false;
            await transaction.EndAsync();
        }
    }

    /// <summary>A transaction that cannot write, for a snapshot.</summary>
    private protected abstract Task<StateTransaction> BeginReadAsync(CancellationToken cancellationToken);

    /// <summary>Waits for its turn among the writers.</summary>
    private protected abstract Task<StateTransaction> BeginWriteAsync(CancellationToken cancellationToken);

    /// <summary>When a checkpoint is believed, where the opener said so; else only sizes and hashes are
    /// compared.</summary>
    internal CheckpointPolicy? CheckpointPolicy { get; }

    /// <summary>Puts the newest checkpoint where it survives the loss of the store.</summary>
    internal abstract Task PublishCheckpointAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken);

    /// <summary>The checkpoint published last, or null where there is none.</summary>
    internal abstract Task<byte[]?> ReadPublishedCheckpointAsync(CancellationToken cancellationToken);

    /// <summary>Where <see cref="PublishCheckpointAsync"/> puts it, for messages.</summary>
    internal abstract string PublishedCheckpointPlace { get; }

    /// <summary>Becomes the one sequencer of the audit log until disposed, or null where another one is at
    /// work.</summary>
    internal abstract Task<IDisposable?> TryEnterSequencerAsync(CancellationToken cancellationToken);
}
