namespace Qbitel.Hsm.Software;

/// <summary>
/// A block of encryptions that this process has reserved for a key and may use up without asking the disk.
/// </summary>
internal sealed class EncryptionBlock : IDisposable
{
    // The first block of a process is small, so that many short-lived processes waste little; then it doubles.
    private const int First = 16;
    private const int Largest = 65_536;

    private long _left;

    /// <summary>Held while the next block is reserved.</summary>
    public SemaphoreSlim Refill { get; } = new(1, 1);

    public int NextSize { get; private set; } = First;

    public bool HasLeft => Volatile.Read(ref _left) > 0;

    public bool TryUse() => HasLeft && Interlocked.Decrement(ref _left) >= 0;

    public void Fill(long count)
    {
        NextSize = Math.Min(NextSize * 2, Largest);
        Interlocked.Exchange(ref _left, count);
    }

    public void Dispose() => Refill.Dispose();
}
