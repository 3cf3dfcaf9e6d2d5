using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Fix.Stores;

/// <summary>
/// A store that ends with the process: for tests, and for peers that begin new counts with every Logon.
/// </summary>
public sealed class FixMemoryStore : FixMessageStore
{
    // Enough for a peer that reconnects; older messages become gap fills.
    private const int DefaultCapacity = 100_000;

    private readonly Lock _gate = new();
    private readonly Queue<(long Number, byte[] Message)> _messages = new();
    private readonly int _capacity;

    /// <param name="startedAt">When the counts began.</param>
    /// <param name="capacity">How many messages are kept for replays; the oldest go first.</param>
    public FixMemoryStore(DateTimeOffset startedAt, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _capacity = capacity;
        Begin(FixCounts.Begin(startedAt), []);
    }

    public override void Read(long first, long last, FixStoredMessage take)
    {
        ArgumentNullException.ThrowIfNull(take);
        (long Number, byte[] Message)[] all;
        lock (_gate) all = [.. _messages.Where(message => message.Number >= first && message.Number <= last)];
        foreach ((long number, byte[] message) in all) if (!take(number, message)) return;
    }

    private protected override void CommitCore(FixChange change)
    {
        lock (_gate)
        {
            FixEntries entries = FixChange.Read(change.Entries);
            while (entries.Next())
            {
                if (entries.Kind == FixEntryKind.Reset) _messages.Clear();
                if (entries.Kind != FixEntryKind.Sent || entries.Bytes.IsEmpty || _capacity == 0) continue;

                if (_messages.Count == _capacity) _messages.Dequeue();
                _messages.Enqueue((entries.Number, entries.Bytes.ToArray()));
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
    }
}
