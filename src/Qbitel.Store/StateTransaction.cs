using Qbitel.Governance.Audit;

namespace Qbitel.Store;

/// <summary>A change in the making: what it writes becomes true together with its audit entries, or not at
/// all.</summary>
/// <remarks>
/// <para>Valid only inside the delegate it is handed to, and for one caller at a time. Its reads see its own
/// writes.</para>
/// <para>Once a write has failed, the transaction can only end in a rollback, even where the caller catches the
/// exception.</para>
/// <para><c>Put</c> replaces what has the same identity or adds it; <c>Add</c> is for what never changes again and
/// refuses a second one.</para>
/// </remarks>
public abstract class StateTransaction : StateSnapshot
{
    private protected StateTransaction()
    {
    }

    /// <summary>Adds the evidence of this change. Every transaction needs at least one entry.</summary>
    public abstract Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <exception cref="StateStoreException">The key exists with another type or algorithm, or another key has its
    /// name.</exception>
    public abstract Task PutAsync(KeyRecord key, CancellationToken cancellationToken);

    /// <exception cref="StateStoreException">The key does not exist, or another version of it is active.</exception>
    public abstract Task PutAsync(KeyVersionRecord version, CancellationToken cancellationToken);

    public abstract Task PutAsync(ServiceRecord service, CancellationToken cancellationToken);

    public abstract Task PutAsync(CertificateRecord certificate, CancellationToken cancellationToken);

    public abstract Task PutAsync(EndpointRecord endpoint, CancellationToken cancellationToken);

    /// <exception cref="StateStoreException">Its endpoint does not exist.</exception>
    public abstract Task AddAsync(ScanFinding finding, CancellationToken cancellationToken);

    public abstract Task AddAsync(DiscoveryRecord discovery, CancellationToken cancellationToken);

    public abstract Task PutAsync(IncidentRecord incident, CancellationToken cancellationToken);

    public abstract Task AddAsync(ArchivedMessage message, CancellationToken cancellationToken);

    public abstract Task PutSettingAsync(string name, string value, CancellationToken cancellationToken);

    public abstract Task PutAsync(JournalStep journalStep, CancellationToken cancellationToken);

    /// <summary>Puts an item in the queue, or gives it another time or other data; the same again changes
    /// nothing.</summary>
    /// <remarks>A change takes the item from the worker that holds it: what that worker hands in is refused, and the
    /// item is done anew.</remarks>
    public abstract Task ScheduleAsync(WorkItem item, CancellationToken cancellationToken);

    /// <summary>Hands in the work done under a lease, in the transaction that makes its result true.</summary>
    /// <remarks>Without a next due time the item rests until it is scheduled again.</remarks>
    /// <exception cref="LeaseLostException">Another worker has claimed the item since: nothing of this transaction
    /// becomes true.</exception>
    public abstract Task CompleteAsync(WorkLease lease, DateTimeOffset? nextDue, CancellationToken cancellationToken);

    /// <summary>Gives the item back undone, to be tried again at a later time; its attempts go on counting.</summary>
    /// <exception cref="LeaseLostException">Another worker has claimed the item since: nothing of this transaction
    /// becomes true.</exception>
    public abstract Task PostponeAsync(WorkLease lease, DateTimeOffset due, CancellationToken cancellationToken);

    internal abstract WorkRows Work { get; }

    /// <summary>How many audit entries this transaction carries.</summary>
    internal abstract int EntryCount { get; }

    /// <summary>Makes it durable. Throws where a write has failed before.</summary>
    internal abstract Task CommitAsync();

    /// <summary>Ends it: a rollback, unless it was committed.</summary>
    internal abstract ValueTask EndAsync();
}
