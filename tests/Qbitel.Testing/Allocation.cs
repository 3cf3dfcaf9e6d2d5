using System.Diagnostics;

namespace Qbitel.Testing;

/// <summary>What work allocates on the calling thread, in bytes.</summary>
public static class Allocation
{
    // The compiler waits until nothing new was called for a while, which beside other tests takes long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const int RoundsAtOnce = 50;

    /// <summary>The least of many rounds, ended by the first one that is within <paramref name="enough"/>.</summary>
    /// <remarks>
    /// Code that is not yet compiled to its end boxes what it will not box later, and a change of tier in the middle
    /// of a loop is charged to the thread that happens to run. Both pass; what the work needs each time stays.
    /// </remarks>
    public static long Least(Action work, long enough = 0)
    {
        work();
        long least = long.MaxValue, start = Stopwatch.GetTimestamp();
        for (int round = 1;
            least > enough && (round <= RoundsAtOnce || Stopwatch.GetElapsedTime(start) < Patience);
            round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            if (round % RoundsAtOnce == 0) Thread.Sleep(TimeSpan.FromMilliseconds(100));
        }

        return least;
    }
}
