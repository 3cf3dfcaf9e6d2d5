namespace Qbitel.Demo;

/// <summary>The system's clock, which the demo can set forward: a year of key rotation is shown in a second.</summary>
/// <remarks>
/// Only the business time moves, and leases end with it. Timers and timeouts run in real time. Safe for concurrent use.
/// </remarks>
internal sealed class DemoClock : TimeProvider
{
    private long _offsetTicks;

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref _offsetTicks, by.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}
