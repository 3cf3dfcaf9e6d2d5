using System.Security.Cryptography;

namespace Qbitel.Access;

/// <summary>The one-time links that open the console: each works once, within a quarter of an hour.</summary>
/// <remarks>Safe for concurrent use. Nothing is on disk: a restart ends them all.</remarks>
internal sealed class SignInLinks(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private const int Most = 8;

    private readonly Lock _gate = new();
    private readonly List<Outstanding> _outstanding = [];

    /// <summary>A new token for a link. Beyond eight outstanding ones the oldest stops working.</summary>
    public string Issue()
    {
        (string token, byte[] hash) = Secret.Create();
        lock (_gate)
        {
            _outstanding.RemoveAll(link => link.Expires <= time.GetUtcNow());
            if (_outstanding.Count == Most) _outstanding.RemoveAt(0);
            _outstanding.Add(new(hash, time.GetUtcNow() + Lifetime));
        }

        return token;
    }

    /// <summary>Whether the link would work; looking does not use it up.</summary>
    public bool Works(string? token) => Find(token, remove: false);

    /// <summary>Uses the link up. Of two at the same moment one succeeds.</summary>
    public bool TryConsume(string? token) => Find(token, remove: true);

    private bool Find(string? token, bool remove)
    {
        if (!Secret.TryHash(token, out byte[]? hash)) return false;

        lock (_gate)
        {
            // Every entry is compared, in full: the time taken says nothing about which one came close.
            int found = -1;
            for (int i = 0; i < _outstanding.Count; i++)
                if (CryptographicOperations.FixedTimeEquals(hash, _outstanding[i].Hash)) found = i;

            bool works = found >= 0 && time.GetUtcNow() < _outstanding[found].Expires;
            if (works && remove) _outstanding.RemoveAt(found);
            return works;
        }
    }

    private sealed record Outstanding(byte[] Hash, DateTimeOffset Expires);
}
