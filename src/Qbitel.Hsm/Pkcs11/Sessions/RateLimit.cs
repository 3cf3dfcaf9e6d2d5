namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>A bucket of one second's calls: what a shared or metered device may be asked.</summary>
internal sealed class RateLimit(int callsPerSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _left = callsPerSecond;
    private long _filledAt = time.GetTimestamp();

    public bool TryTake()
    {
        if (callsPerSecond == 0) return true;
        lock (_gate)
        {
            _left = Math.Min(callsPerSecond, _left + (time.GetElapsedTime(_filledAt).TotalSeconds * callsPerSecond));
            _filledAt = time.GetTimestamp();
            if (_left < 1) return false;
            _left--;
            return true;
        }
    }
}
