using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pkcs11.Interop;

namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>
/// The bulkhead before a token: a bounded queue, worked off by threads that own one session each.
/// </summary>
/// <remarks>
/// A module's functions block, and may never come back. So no thread of a caller enters the module. A call that takes
/// too long fails for its caller; its thread is counted as lost and replaced, until as many are lost as there were
/// sessions: then every call is refused, because a module in that state helps nobody. A lost thread that comes back
/// after all goes where another took its place, and serves again where none did.
/// <para>With <see cref="Pkcs11Options.OnCallersThread"/> there are seats instead of threads: a caller takes one and
/// goes in itself, which saves two changes of threads and gives up the rescue of the caller.</para>
/// </remarks>
internal sealed class DeviceQueue : IDisposable
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(5);

    private readonly TokenConnection _connection;
    private readonly Pkcs11Options _options;
    private readonly TimeProvider _time;
    private readonly CallQueue _calls;
    private readonly RateLimit _rate;
    private readonly Lock _gate = new();
    private readonly List<Worker> _workers = [];
    private readonly ConcurrentBag<Worker> _seats = [];
    private readonly SemaphoreSlim _freeSeats = new(0);
    private int _wanted;
    private int _lost;
    private int _waiting;

    public DeviceQueue(TokenConnection connection, Pkcs11Options options, TimeProvider time)
    {
        _connection = connection;
        _options = options;
        _time = time;
        _calls = new CallQueue(options.QueueLength);
        _rate = new RateLimit(options.CallsPerSecond, time);
        _wanted = 1;
        Hire();
    }

    /// <summary>Threads that went into the module and have not come back.</summary>
    public int LostThreads => Volatile.Read(ref _lost);

    /// <summary>Renewals of the module's epoch that this token asked for.</summary>
    public int Renewals { get; private set; }

    /// <summary>The rest of the threads, once the token has said how many sessions it takes.</summary>
    public void Grow(ulong limit)
    {
        // One session more holds the login.
        int wanted = (int)Math.Min((ulong)_options.Sessions, limit == ulong.MaxValue ? limit : Math.Max(1, limit - 1));
        lock (_gate) _wanted = Math.Max(1, wanted);
        for (int i = 1; i < wanted; i++) Hire();
    }

    /// <summary>Does the work in a session of the current epoch, and again once if the epoch ends during it.</summary>
    /// <exception cref="HsmException">Refused, failed, or not back in time.</exception>
    public async ValueTask<T> RunAsync<T>(
        HsmOperation operation, Func<Session, T> work, CancellationToken cancellationToken)
    {
        if (!_rate.TryTake())
            throw Unavailable(operation, $"more than {_options.CallsPerSecond} calls a second are not sent to it.");
        if (_calls.Count > 0 || LostThreads > 0) CountLostThreads();
        if (LostThreads >= _options.Sessions)
        {
            throw Unavailable(operation, $"{LostThreads} calls went into the module and never came back. Restart this "
                + "process once the device is well.");
        }

        DeviceCall<T> call = new(operation, work);
        if (_options.OnCallersThread) return await SitAsync(call, cancellationToken);
        if (!_calls.TryAdd(call))
            throw Unavailable(operation, $"{_options.QueueLength} calls wait for it already.");

        try
        {
            return await call.Result.WaitAsync(_options.CallTimeout, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            bool untouched = call.TryAbandon();
            CountLostThreads(call);
            throw Unavailable(operation, untouched
                ? $"no session became free within {_options.CallTimeout.TotalSeconds:0.#} s."
                : $"the module did not come back within {_options.CallTimeout.TotalSeconds:0.#} s; whether it did the "
                    + "work is not known.");
        }
        catch (OperationCanceledException)
        {
            call.TryAbandon();
            throw;
        }
    }

    /// <summary>No more calls; waits for those under way. True when one of them never came back.</summary>
    public async ValueTask<bool> CloseAsync()
    {
        _calls.Close();
        Worker[] workers;
        lock (_gate) workers = [.. _workers];
        if (_options.OnCallersThread)
        {
            CountLostThreads();
            while (_seats.TryTake(out Worker? seat)) seat.Drop();
            return LostThreads > 0;
        }

        try
        {
            await Task.WhenAll(workers.Select(w => w.Ended)).WaitAsync(_options.CallTimeout, _time);
            return LostThreads > 0;
        }
        catch (TimeoutException)
        {
            return true;
        }
    }

    /// <summary>After <see cref="CloseAsync"/>, where nothing was stuck: a thread that comes back looks here.</summary>
    public void Dispose() => _freeSeats.Dispose();

    private void Hire()
    {
        Worker worker = new(this);
        lock (_gate) _workers.Add(worker);
        if (!_options.OnCallersThread)
        {
            worker.Start();
            return;
        }

        _seats.Add(worker);
        _freeSeats.Release();
    }

    private async ValueTask<T> SitAsync<T>(DeviceCall<T> call, CancellationToken cancellationToken)
    {
        if (!_freeSeats.Wait(0, CancellationToken.None))
        {
            try
            {
                if (Interlocked.Increment(ref _waiting) > _options.QueueLength)
                    throw Unavailable(call.Operation, $"{_options.QueueLength} calls wait for it already.");
                if (!await _freeSeats.WaitAsync(_options.CallTimeout, cancellationToken))
                {
                    CountLostThreads();
                    throw Unavailable(call.Operation,
                        $"no session became free within {_options.CallTimeout.TotalSeconds:0.#} s.");
                }
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        _seats.TryTake(out Worker? seat);
        try
        {
            seat!.Do(call);
        }
        finally
        {
            Return(seat!);
        }

        return await call.Result;
    }

    private void Return(Worker seat)
    {
        lock (_gate)
        {
            if (seat.IsLost) _lost--; // back after all; a seat is not replaced
            seat.IsLost = false;
        }

        _seats.Add(seat);
        _freeSeats.Release();
    }

    private void CountLostThreads(DeviceCall? late = null)
    {
        List<Worker> replacements = [];
        lock (_gate)
        {
            foreach (Worker worker in _workers)
            {
                if (!worker.IsLost && worker.BusySince is { } since
                    && ((late is not null && worker.Current == late)
                    || _time.GetElapsedTime(since) >= _options.CallTimeout))
                {
                    worker.IsLost = true;
                    if (++_lost <= _options.Sessions && !_options.OnCallersThread && !_calls.IsClosed)
                        replacements.Add(new Worker(this));
                }
            }

            _workers.AddRange(replacements);
        }

        foreach (Worker replacement in replacements) replacement.Start();
    }

    // Of a thread that was lost and came back: it goes where others do its work, and stays where they are too few.
    // Those that took a lost one's place may have been lost as well, and nobody took theirs.
    private bool Keeps(Worker worker)
    {
        lock (_gate)
        {
            if (!worker.IsLost) return true;
            if (_workers.Count(w => !w.IsLost) >= _wanted) return false;
            worker.IsLost = false;
            _lost--;
            return true;
        }
    }

    private void Retire(Worker worker)
    {
        lock (_gate)
        {
            _workers.Remove(worker);
            if (worker.IsLost) _lost--;
        }
    }

    private HsmException Unavailable(HsmOperation operation, string message, Exception? inner = null) =>
        new(_connection.Provider, operation, HsmFailure.Unavailable, message, isTransient: true, inner);

    private sealed class Worker(DeviceQueue queue)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TokenConnection _connection = queue._connection;
        private readonly CallQueue.Place _place = new();
        private Session? _session;
        private long _busySince;
        private volatile bool _isLost;
        private volatile DeviceCall? _current;

        public DeviceCall? Current => _current;

        public Task Ended => _ended.Task;

        public bool IsLost
        {
            get => _isLost;
            set => _isLost = value;
        }

        public long? BusySince => Volatile.Read(ref _busySince) is var since and not 0 ? since : null;

        public void Start() =>
            new Thread(Work) { IsBackground = true, Name = $"{_connection.Provider} session" }.Start();

        private void Work()
        {
            TimeSpan ping = queue._options.IdlePing;
            int wait = ping > TimeSpan.Zero ? (int)Math.Min(ping.TotalMilliseconds, int.MaxValue) : Timeout.Infinite;
            while (queue.Keeps(this))
            {
                if (queue._calls.Take(_place, wait) is { } call) Do(call);
                else if (queue._calls.IsClosed) break;
                else Ping();
            }

            Drop();
            queue.Retire(this);
            _ended.SetResult();
        }

        [SuppressMessage("Design", "CA1031", Justification = "The top of the loop: the error is the caller's.")]
        public void Do(DeviceCall call)
        {
            if (!call.TryStart()) return;
            _current = call;
            Volatile.Write(ref _busySince, Math.Max(1, queue._time.GetTimestamp()));
            try
            {
                for (int attempt = 0; !TryRun(call, isLastAttempt: attempt > 0); attempt++)
                {
                }
            }
            catch (Exception error)
            {
                call.Fail(error);
            }
            finally
            {
                Volatile.Write(ref _busySince, 0);
                _current = null;
            }
        }

        private bool TryRun(DeviceCall call, bool isLastAttempt)
        {
            Pkcs11Module module = _connection.Module;
            int epoch = 0;
            try
            {
                module.Enter();
                try
                {
                    epoch = module.Epoch;
                    if (_session?.Epoch != epoch) _session = Session.Open(_connection);
                    call.Run(_session);
                    _connection.Works();
                    return true;
                }
                finally
                {
                    module.Leave();
                }
            }
            catch (Pkcs11Error error) when (_connection.IsLost(error))
            {
                _session = null; // it went with its epoch
                if (!Renew(epoch) || isLastAttempt)
                    throw queue.Unavailable(call.Operation, $"the device was lost: {error.Message}.", error);
                return false;
            }
            catch (Pkcs11Error error)
            {
                // An operation may have been left half done in the session.
                Drop();
                throw new HsmException(_connection.Provider, call.Operation,
                    error.IsUnsupported ? HsmFailure.Unsupported : HsmFailure.Unavailable, error.Message + ".",
                    isTransient: error.Code is Ckr.SessionCount or Ckr.GeneralError or Ckr.FunctionFailed
                        or Ckr.FunctionCanceled or Ckr.HostMemory or Ckr.DeviceMemory, error);
            }
        }

        private bool Renew(int epoch)
        {
            TimeSpan drain = queue._options.CallTimeout < LongestDrain ? queue._options.CallTimeout : LongestDrain;
            try
            {
                if (!_connection.Module.Renew(epoch, drain, queue._time, out bool didIt)) return false;
                if (didIt) queue.Renewals++; // one at a time does it
                return true;
            }
            catch (Pkcs11Error)
            {
                return false; // the next call tries again
            }
        }

        private void Ping()
        {
            _connection.Module.Enter();
            try
            {
                if (_session is null) return;
                if (_session.Epoch == _connection.Module.Epoch) _session.Ping();
                else _session = null;
            }
            catch (Pkcs11Error)
            {
                _session = null; // the next call finds out what is wrong
            }
            finally
            {
                _connection.Module.Leave();
            }
        }

        public void Drop()
        {
            if (_session is null) return;
            _connection.Module.Enter();
            try
            {
                if (_session.Epoch == _connection.Module.Epoch) _session.Close();
            }
            catch (Pkcs11Error)
            {
                // a session that does not close ends with the module
            }
            finally
            {
                _connection.Module.Leave();
                _session = null;
            }
        }
    }
}
