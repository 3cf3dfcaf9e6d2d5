using Qbitel.Governance;

namespace Qbitel.Store;

/// <summary>The state at one moment: everything read through it agrees, whatever others write meanwhile.</summary>
/// <remarks>
/// Valid only inside the delegate it is handed to, and for one caller at a time. Sequences are read page by page, so
/// they hold little memory however long they are, and reads may be nested in their enumeration. Times come back as UTC
/// in whole microseconds.
/// </remarks>
public abstract class StateSnapshot
{
    private protected StateSnapshot()
    {
    }

    public abstract Task<KeyRecord?> FindKeyAsync(KeyId id, CancellationToken cancellationToken);

    public abstract Task<KeyRecord?> FindKeyAsync(string name, CancellationToken cancellationToken);

    /// <summary>All keys, or those of one service.</summary>
    public abstract IAsyncEnumerable<KeyRecord> ReadKeysAsync(string? service = null);

    public abstract Task<KeyVersionRecord?> FindKeyVersionAsync(KeyId id, int version,
        CancellationToken cancellationToken);

    /// <summary>Every version of one key, the first one first.</summary>
    public abstract Task<IReadOnlyList<KeyVersionRecord>> ReadKeyVersionsAsync(KeyId id,
        CancellationToken cancellationToken);

    public abstract Task<ServiceRecord?> FindServiceAsync(string name, CancellationToken cancellationToken);

    public abstract IAsyncEnumerable<ServiceRecord> ReadServicesAsync();

    public abstract Task<CertificateRecord?> FindCertificateAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Finds a certificate as a revocation list names it.</summary>
    public abstract Task<CertificateRecord?> FindCertificateAsync(string issuer, string serialNumber,
        CancellationToken cancellationToken);

    public abstract IAsyncEnumerable<CertificateRecord> ReadCertificatesAsync(ReadOrder order = ReadOrder.OldestFirst);

    /// <summary>The certificates over any version of one key: what a compromise must revoke.</summary>
    public abstract Task<IReadOnlyList<CertificateRecord>> ReadCertificatesAsync(KeyId keyId,
        CancellationToken cancellationToken);

    public abstract IAsyncEnumerable<EndpointRecord> ReadEndpointsAsync();

    /// <summary>The newest finding of every endpoint that has one.</summary>
    public abstract IAsyncEnumerable<ScanFinding> ReadLatestFindingsAsync();

    /// <summary>The findings of one endpoint, the newest first.</summary>
    public abstract Task<IReadOnlyList<ScanFinding>> ReadFindingsAsync(
        string host, int port, int limit, CancellationToken cancellationToken);

    public abstract Task<DiscoveryRecord?> FindDiscoveryAsync(Guid id, CancellationToken cancellationToken);

    public abstract IAsyncEnumerable<DiscoveryRecord> ReadDiscoveriesAsync(ReadOrder order = ReadOrder.NewestFirst);

    public abstract Task<IncidentRecord?> FindIncidentAsync(Guid id, CancellationToken cancellationToken);

    public abstract IAsyncEnumerable<IncidentRecord> ReadIncidentsAsync(ReadOrder order = ReadOrder.NewestFirst);

    public abstract Task<ArchivedMessage?> FindArchivedMessageAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Every message archived under a transaction reference, the oldest first.</summary>
    public abstract Task<IReadOnlyList<ArchivedMessage>> ReadArchiveAsync(string reference,
        CancellationToken cancellationToken);

    public abstract IAsyncEnumerable<ArchivedMessage> ReadArchiveAsync(ReadOrder order = ReadOrder.NewestFirst);

    public abstract Task<string?> FindSettingAsync(string name, CancellationToken cancellationToken);

    public abstract Task<IReadOnlyDictionary<string, string>> ReadSettingsAsync(CancellationToken cancellationToken);

    /// <summary>The steps of a plan that have been journaled, by the time they came into their state.</summary>
    public abstract Task<IReadOnlyList<JournalStep>> ReadJournalAsync(Guid planId, CancellationToken cancellationToken);

    public abstract Task<WorkItem?> FindWorkAsync(string kind, string subject, CancellationToken cancellationToken);

    /// <summary>Everything in the queue, or one kind of it.</summary>
    public abstract IAsyncEnumerable<WorkItem> ReadWorkAsync(string? kind = null);

    internal abstract AuditRows Log { get; }
}

/// <summary>Which end of a sequence comes first. Records are in the order of their ids, which is that of their
/// making.</summary>
public enum ReadOrder
{
    OldestFirst,
    NewestFirst,
}
