namespace Qbitel.Hsm.Software;

/// <summary>
/// The private keys used last, so that a signature does not cost a file and a key expansion. The oldest makes room.
/// </summary>
internal sealed class KeyCache(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TokenKeyId, LinkedListNode<HeldKey>> _byId = [];
    private readonly LinkedList<HeldKey> _byUse = [];
    private bool _closed;

    /// <summary>The key, held for the caller, who releases it; null when it is not here.</summary>
    public HeldKey? TryTake(TokenKeyId id)
    {
        lock (_gate)
        {
            if (!_byId.TryGetValue(id, out LinkedListNode<HeldKey>? node) || !node.Value.TryHold()) return null;

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }
    }

    /// <summary>
    /// Keeps the key and holds it for the caller. When somebody was faster, theirs is returned and this one released.
    /// </summary>
    public HeldKey Add(HeldKey key)
    {
        if (TryTake(key.Description.Id) is { } earlier)
        {
            key.Release();
            return earlier;
        }

        HeldKey? oldest = null;
        lock (_gate)
        {
            if (_closed || capacity == 0) return key; // the caller's hold is the only one: zeroed after use
            if (_byId.TryGetValue(key.Description.Id, out LinkedListNode<HeldKey>? raced) && raced.Value.TryHold())
            {
                oldest = key;
                key = raced.Value;
            }
            else
            {
                key.TryHold();
                _byId[key.Description.Id] = _byUse.AddFirst(key);
                if (_byId.Count > capacity) oldest = Unlink(_byUse.Last!);
            }
        }

        oldest?.Release();
        return key;
    }

    public void Remove(TokenKeyId id)
    {
        HeldKey? removed = null;
        lock (_gate)
        {
            if (_byId.TryGetValue(id, out LinkedListNode<HeldKey>? node)) removed = Unlink(node);
        }

        removed?.Release();
    }

    public void Close()
    {
        HeldKey[] all;
        lock (_gate)
        {
            _closed = true;
            all = [.. _byUse];
            _byUse.Clear();
            _byId.Clear();
        }

        foreach (HeldKey key in all) key.Release();
    }

    private HeldKey Unlink(LinkedListNode<HeldKey> node)
    {
        _byUse.Remove(node);
        _byId.Remove(node.Value.Description.Id);
        return node.Value;
    }
}
