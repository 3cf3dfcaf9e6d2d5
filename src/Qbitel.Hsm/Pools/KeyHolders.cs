using System.Collections.Concurrent;

namespace Qbitel.Hsm.Pools;

/// <summary>Which members have shown that they hold which key: the same public key or check value under its name.</summary>
internal sealed class KeyHolders
{
    // Beyond that many everything is asked anew; a key costs some 150 bytes here.
    private const int MostKeys = 100_000;

    private readonly ConcurrentDictionary<TokenKeyId, Holding> _byName = new();

    public IEnumerable<Holding> All => _byName.Values;

    public Holding Of(HsmKey key)
    {
        if (_byName.TryGetValue(key.Id, out Holding? known)
            && (ReferenceEquals(known.Key, key) || known.Key.IsSameKeyAs(key)))
        {
            return known;
        }

        if (_byName.Count >= MostKeys) _byName.Clear();
        return _byName[key.Id] = new Holding(key); // another description: nothing that was shown counts for it
    }

    public void Remove(TokenKeyId id) => _byName.TryRemove(id, out _);

    /// <summary>The member was away: another device may have its place now.</summary>
    public void Forget(PoolMember member)
    {
        foreach (Holding holding in _byName.Values) holding.Forget(member);
    }
}

/// <summary>One key, and the members by their bits: asked, found to hold it, found to hold another under its name.</summary>
internal sealed class Holding(HsmKey key)
{
    private readonly Lock _gate = new();
    private volatile int _asked;
    private volatile int _holds;
    private volatile int _conflicts;

    public HsmKey Key => key;

    public int Asked => _asked;

    public int Holds => _holds;

    public int Conflicts => _conflicts;

    public void Found(PoolMember member)
    {
        lock (_gate)
        {
            _asked |= member.Bit;
            _holds |= member.Bit;
            _conflicts &= ~member.Bit;
        }
    }

    public void Missing(PoolMember member)
    {
        lock (_gate)
        {
            _asked |= member.Bit;
            _holds &= ~member.Bit;
        }
    }

    /// <summary>False where that was known already.</summary>
    public bool Conflicting(PoolMember member)
    {
        lock (_gate)
        {
            bool isNew = (_conflicts & member.Bit) == 0;
            _asked |= member.Bit;
            _holds &= ~member.Bit;
            _conflicts |= member.Bit;
            return isNew;
        }
    }

    public void Forget(PoolMember member)
    {
        lock (_gate)
        {
            _asked &= ~member.Bit;
            _holds &= ~member.Bit;
            _conflicts &= ~member.Bit;
        }
    }
}
