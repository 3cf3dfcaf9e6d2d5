using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>
/// Ephemeral X25519 keys made beforehand on a thread of their own, so that encapsulation pays for one scalar
/// multiplication instead of two.
/// </summary>
/// <remarks>
/// <para>Every key is handed out once and only once. Its owner zeroes it after use; the reserve zeroes those that grow
/// older than the lifetime, and all of them when it is disposed. An empty or disposed reserve makes the key on the
/// spot: slower, never weaker. A forked child uses none of its parent's keys.</para>
/// <para>The price is that secrets of the near future lie in memory: whoever can read this process can read them.
/// Keep the count at what a burst needs and the lifetime short. Safe for concurrent use. Dispose it to end the
/// thread.</para>
/// </remarks>
public sealed partial class X25519Reserve : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<(MontgomeryKey Key, long MadeAt)> _stock = new();
    private readonly AutoResetEvent _wanted = new(initialState: true);
    private readonly TimeProvider _time;
    private readonly ITimer _expiry;
    private readonly Thread _maker;
    private readonly Func<int> _processId;
    private readonly int _owner;
    private volatile bool _disposed;

    /// <param name="capacity">The most keys that ever lie ready, 1 to 4096.</param>
    /// <param name="lifetime">How long a key may lie ready, a second to an hour.</param>
    /// <param name="time">The clock of the lifetime.</param>
    /// <exception cref="PlatformNotSupportedException">OpenSSL 3 is not installed.</exception>
    public X25519Reserve(int capacity, TimeSpan lifetime, TimeProvider time)
        : this(capacity, lifetime, time, ProcessId)
    {
    }

    internal X25519Reserve(int capacity, TimeSpan lifetime, TimeProvider time, Func<int> processId)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 4096);
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, TimeSpan.FromHours(1));
        ArgumentNullException.ThrowIfNull(time);
        ClassicalSelfTest.Require();

        Capacity = capacity;
        Lifetime = lifetime;
        _time = time;
        _processId = processId;
        _owner = processId();
        _expiry = time.CreateTimer(_ => Expire(), state: null, lifetime, lifetime / 2);
        _maker = new Thread(Make) { IsBackground = true, Name = "X25519 reserve" };
        _maker.Start();
    }

    public int Capacity { get; }

    public TimeSpan Lifetime { get; }

    /// <summary>How many keys lie ready now.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _stock.Count;
        }
    }

    public void Dispose()
    {
        if (_processId() != _owner)
        {
            EmptyInChild();
            return;
        }

        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true; // from here on nobody rings for more
        }

        _expiry.Dispose();
        _wanted.Set();
        _maker.Join();
        _wanted.Dispose();
        lock (_gate) Empty();
    }

    public override string ToString() => $"X25519 reserve of {Capacity} ***";

    /// <summary>A key that nobody else has had or will have. The caller disposes it.</summary>
    internal MontgomeryKey Take()
    {
        if (_processId() != _owner)
        {
            EmptyInChild(); // the parent uses them
        }
        else if (!_disposed)
        {
            MontgomeryKey? ready = null;
            lock (_gate)
            {
                while (ready is null && _stock.TryDequeue(out (MontgomeryKey Key, long MadeAt) first))
                {
                    if (IsFresh(first.MadeAt)) ready = first.Key;
                    else first.Key.Dispose();
                }

                // In batches: a thread that is woken for every key costs more than it saves.
                if (!_disposed && _stock.Count <= Capacity / 2) _wanted.Set();
            }

            if (ready is not null) return ready;
        }

        return MontgomeryKey.Generate(EvpKeyType.X25519);
    }

    private void Make()
    {
        while (!_disposed)
        {
            _wanted.WaitOne();
            try
            {
                while (!_disposed && Count < Capacity)
                {
                    var key = MontgomeryKey.Generate(EvpKeyType.X25519);
                    lock (_gate) _stock.Enqueue((key, _time.GetTimestamp()));
                }
            }
            catch (CryptographicException)
            {
                // Whoever takes a key makes it himself, and is told by the same exception what is wrong.
            }
        }
    }

    // Keys that were not used are not replaced until somebody takes one: an idle process holds none.
    private void Expire()
    {
        lock (_gate)
        {
            while (_stock.TryPeek(out (MontgomeryKey Key, long MadeAt) first) && !IsFresh(first.MadeAt))
                _stock.Dequeue().Key.Dispose();
        }
    }

    private void Empty()
    {
        while (_stock.TryDequeue(out (MontgomeryKey Key, long MadeAt) first)) first.Key.Dispose();
    }

    // A thread that no longer exists may have held the lock when the process was forked: never wait for it.
    private void EmptyInChild()
    {
        if (!_gate.TryEnter()) return;

        try
        {
            Empty();
        }
        finally
        {
            _gate.Exit();
        }
    }

    private bool IsFresh(long madeAt) => _time.GetElapsedTime(madeAt) < Lifetime;

    // Environment.ProcessId remembers its answer, and a forked child would inherit it.
    [LibraryImport("libc", EntryPoint = "getpid")]
    private static partial int ProcessId();
}
