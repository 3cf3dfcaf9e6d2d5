using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Fix.Stores;

/// <summary>Takes one stored message; false to read no further.</summary>
public delegate bool FixStoredMessage(long number, ReadOnlySpan<byte> message);

/// <summary>What one session must find again after a crash: its counts, the messages its application sent, and the
/// application's record.</summary>
/// <remarks>
/// One thread commits; others may read meanwhile, and see what is committed. A store that failed to commit commits
/// nothing more.
/// </remarks>
public abstract class FixMessageStore : IDisposable
{
    private volatile byte[] _record = [];
    private volatile bool _failed;

    /// <summary>Where the counts stand.</summary>
    public FixCounts Counts { get; private set; }

    /// <summary>What the application last recorded; empty for nothing.</summary>
    public ReadOnlyMemory<byte> Record => _record;

    /// <summary>Keeps a change, whole or not at all; on disk when it returns, where the store has one.</summary>
    /// <exception cref="FixStoreException">It could not be kept; the store keeps nothing more.</exception>
    public void Commit(FixChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.IsEmpty) return;
        if (_failed)
            throw new FixStoreException("An earlier change could not be kept: start again once the disk is well.");

        _failed = true; // until the change is kept
        try
        {
            CommitCore(change);
            Apply(change.Entries);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new FixStoreException($"A change could not be kept: {failed.Message}", failed);
        }

        _failed = false;
    }

    /// <summary>Reads the stored messages of a range in order; numbers of session messages have none.</summary>
    public abstract void Read(long first, long last, FixStoredMessage take);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected abstract void CommitCore(FixChange change);

    protected abstract void Dispose(bool disposing);

    private protected void Apply(ReadOnlySpan<byte> change) => (Counts, _record) = After(change);

    /// <summary>Begins with what was kept before.</summary>
    private protected void Begin(FixCounts counts, byte[] record) => (Counts, _record) = (counts, record);

    /// <summary>What counts and record are once a change is kept.</summary>
    private protected (FixCounts Counts, byte[] Record) After(ReadOnlySpan<byte> change)
    {
        FixCounts counts = Counts;
        byte[] record = _record;
        FixEntries entries = FixChange.Read(change);
        while (entries.Next())
        {
            switch (entries.Kind)
            {
                case FixEntryKind.Sent:
                    counts = counts with { NextOutgoing = entries.Number + 1 };
                    break;
                case FixEntryKind.Expected:
                    counts = counts with { NextIncoming = entries.Number };
                    break;
                case FixEntryKind.Reset:
                    counts = new FixCounts(entries.Number, entries.Incoming, entries.At);
                    break;
                default:
                    record = entries.Bytes.ToArray();
                    break;
            }
        }

        return (counts, record);
    }
}
