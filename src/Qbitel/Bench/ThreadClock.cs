using System.Runtime.InteropServices;

namespace Qbitel.Bench;

/// <summary>How long the processor has worked for this thread: other programs on the machine do not count.</summary>
internal static partial class ThreadClock
{
    // linux/time.h
    private const int ThreadCpuTime = 3;

    public static long Nanoseconds
    {
        get
        {
            if (clock_gettime(ThreadCpuTime, out Time time) != 0)
                throw new PlatformNotSupportedException("This system does not count the processor time of a thread.");

            return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
        }
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
