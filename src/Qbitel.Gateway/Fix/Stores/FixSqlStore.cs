using Qbitel.Protocols.Fix.Sessions;
using Qbitel.Store;
using Qbitel.Store.MessageLogs;

namespace Qbitel.Gateway.Fix.Stores;

/// <summary>A store in a database that several sessions may share.</summary>
/// <remarks>Slower than a file of one's own: a transaction a change, and changes of all sessions one after the
/// other.</remarks>
public sealed class FixSqlStore : FixMessageStore
{
    private const int ReadChunk = 256;

    private readonly SqliteMessageLog _log;
    private readonly string _name;
    private readonly List<(long Number, byte[] Content)> _messages = [];

    /// <param name="log">The database; whoever opened it disposes it.</param>
    /// <param name="name">The session, as its options name it.</param>
    /// <param name="now">When the counts begin, where the session is new.</param>
    /// <exception cref="FixStoreException">The database cannot be read.</exception>
    public FixSqlStore(SqliteMessageLog log, string name, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _log = log;
        _name = name;
        MessageLogState? state = Guarded(() => log.Find(name));
        Begin(state is null ? FixCounts.Begin(now)
            : new FixCounts(state.NextOutgoing, state.NextIncoming, state.StartedAt), state?.Record.ToArray() ?? []);
    }

    public override void Read(long first, long last, FixStoredMessage take)
    {
        ArgumentNullException.ThrowIfNull(take);
        while (true)
        {
            long from = first;
            IReadOnlyList<(long Number, byte[] Content)> chunk = Guarded(() => _log.Read(_name, from, last, ReadChunk));
            foreach ((long number, byte[] content) in chunk) if (!take(number, content)) return;
            if (chunk.Count < ReadChunk) return;
            first = chunk[^1].Number + 1;
        }
    }

    private protected override void CommitCore(FixChange change)
    {
        _messages.Clear();
        FixEntries entries = FixChange.Read(change.Entries);
        while (entries.Next())
        {
            if (entries.Kind == FixEntryKind.Reset) _messages.Clear();
            if (entries.Kind == FixEntryKind.Sent && !entries.Bytes.IsEmpty)
                _messages.Add((entries.Number, entries.Bytes.ToArray()));
        }

        (FixCounts counts, byte[] record) = After(change.Entries);
        MessageLogState state = new(counts.NextOutgoing, counts.NextIncoming, counts.StartedAt, record);
        Guarded(() =>
        {
            _log.Commit(_name, state, change.HasReset, _messages);
            return true;
        });
    }

    protected override void Dispose(bool disposing)
    {
    }

    private static T Guarded<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (StateStoreException failure)
        {
            throw new FixStoreException(failure.Message, failure);
        }
    }
}
