namespace Qbitel.Access;

/// <summary>The open sessions of this process, by the hash of their cookie.</summary>
/// <remarks>Safe for concurrent use. Nothing is on disk: a restart signs everybody out.</remarks>
internal sealed class Sessions(TimeProvider time)
{
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    private const int Most = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Session> _open = new(StringComparer.Ordinal);

    /// <summary>
    /// Opens a session and gives the value of its cookie, which is not kept. Beyond sixty-four the stalest one ends.
    /// </summary>
    public string Open(Guid id)
    {
        (string cookie, byte[] hash) = Secret.Create();
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (string ended in _open.Where(entry => entry.Value.Expires <= now).Select(entry => entry.Key)
                .ToArray())
            {
                _open.Remove(ended);
            }
            if (_open.Count == Most) _open.Remove(_open.MinBy(entry => entry.Value.Expires).Key);
            _open.Add(Convert.ToHexString(hash), new(id, now, now + Idle));
        }

        return cookie;
    }

    /// <summary>
    /// The session of a cookie, kept alive by being asked for; null when there is none, or it has ended.
    /// </summary>
    public Session? Find(string? cookie)
    {
        if (!Secret.TryHash(cookie, out byte[]? hash)) return null;

        string key = Convert.ToHexString(hash);
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_open.TryGetValue(key, out Session? session)) return null;
            if (session.Expires <= now)
            {
                _open.Remove(key);
                return null;
            }

            DateTimeOffset last = session.Opened + Longest;
            return _open[key] = session with { Expires = now + Idle < last ? now + Idle : last };
        }
    }

    public void Close(Guid id)
    {
        lock (_gate)
        {
            foreach (string key in _open.Where(entry => entry.Value.Id == id).Select(entry => entry.Key).ToArray())
                _open.Remove(key);
        }
    }
}
