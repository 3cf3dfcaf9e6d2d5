namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>
/// A bounded queue of calls for a few threads. A thread that has just finished looks for another call for a moment,
/// then parks; a call goes to a thread that looks, else straight to the one that parked last, and only that one wakes.
/// </summary>
internal sealed class CallQueue(int bound)
{
    // As long as .NET's own semaphores look before they park: less than waking a thread takes.
    private const int Looks = 35;

    private readonly Lock _gate = new();
    private readonly Queue<DeviceCall> _calls = new();
    private readonly List<Place> _parked = [];
    private int _looking;
    private volatile int _count;
    private volatile bool _isClosed;

    /// <summary>Calls that wait for a thread.</summary>
    public int Count => _count;

    /// <summary>No call is taken any more; those that wait are still given out.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>False when as many wait as may, or it is closed.</summary>
    public bool TryAdd(DeviceCall call)
    {
        Place place;
        lock (_gate)
        {
            if (_isClosed) return false;
            if (_parked.Count == 0 || _calls.Count < _looking)
            {
                if (_calls.Count >= bound) return false;
                _calls.Enqueue(call);
                _count = _calls.Count;
                return true;
            }

            place = _parked[^1];
            _parked.RemoveAt(_parked.Count - 1);
        }

        place.Give(call);
        return true;
    }

    /// <summary>The next call; null when none came in time, or none will.</summary>
    /// <param name="place">Of the thread, which waits there.</param>
    /// <param name="milliseconds">How long; -1 for as long as it takes.</param>
    public DeviceCall? Take(Place place, int milliseconds)
    {
        lock (_gate)
        {
            if (TryTake(out DeviceCall? call) || _isClosed) return call;
            _looking++;
        }

        SpinWait spin = default;
        while (_count == 0 && !_isClosed && spin.Count < Looks) spin.SpinOnce(sleep1Threshold: -1);
        lock (_gate)
        {
            _looking--;
            if (TryTake(out DeviceCall? call) || _isClosed) return call;
            _parked.Add(place);
        }

        if (place.TryWait(milliseconds, out DeviceCall? given)) return given;
        lock (_gate)
        {
            if (_parked.Remove(place)) return null;
        }

        place.TryWait(Timeout.Infinite, out given); // a call, or the end, is on its way
        return given;
    }

    public void Close()
    {
        Place[] parked;
        lock (_gate)
        {
            _isClosed = true;
            parked = [.. _parked];
            _parked.Clear();
        }

        foreach (Place place in parked) place.Give(null);
    }

    private bool TryTake(out DeviceCall? call)
    {
        if (!_calls.TryDequeue(out call)) return false;
        _count = _calls.Count;
        return true;
    }

    /// <summary>Where one thread waits for what is given to it.</summary>
    internal sealed class Place
    {
        private readonly object _monitor = new();
        private DeviceCall? _call;
        private bool _isGiven;

        public void Give(DeviceCall? call)
        {
            lock (_monitor)
            {
                _call = call;
                _isGiven = true;
                Monitor.Pulse(_monitor);
            }
        }

        /// <summary>False when nothing was given in time; null is given where no call will come.</summary>
        public bool TryWait(int milliseconds, out DeviceCall? call)
        {
            lock (_monitor)
            {
                call = null;
                while (!_isGiven)
                    if (!Monitor.Wait(_monitor, milliseconds)) return false;
                call = _call;
                _call = null;
                _isGiven = false;
                return true;
            }
        }
    }
}
