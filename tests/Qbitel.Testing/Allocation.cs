namespace Qbitel.Testing;

/// <summary>What work allocates on the calling thread, in bytes.</summary>
public static class Allocation
{
    private const int MostRounds = 200;

    /// <summary>The least of several rounds, ended by the first one that is within <paramref name="enough"/>.</summary>
    /// <remarks>
    /// Code that is not yet compiled to its end boxes what it will not box later, and a change of tier in the middle
    /// of a loop is charged to the thread that happens to run. Both pass; what the work needs each time stays.
    /// </remarks>
    public static long Least(Action work, long enough = 0)
    {
        work();
        long least = long.MaxValue;
        for (int round = 0; round < MostRounds && least > enough; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
