using System.Runtime.InteropServices;

namespace Qbitel.Hsm.Benchmarks;

/// <summary>The processor's time that was spent, which others on a busy machine cannot take away.</summary>
internal static partial class ProcessorTime
{
    // Linux, time.h.
    private const int ProcessClock = 2, ThreadClock = 3;

    /// <summary>By all threads of this process.</summary>
    public static TimeSpan OfProcess() => Read(ProcessClock);

    public static TimeSpan OfThisThread() => Read(ThreadClock);

    private static TimeSpan Read(int clock)
    {
        Marshal.SetLastSystemError(0);
        return GetTime(clock, out Time time) == 0
            ? TimeSpan.FromTicks((time.Seconds * 10_000_000) + (time.Nanoseconds / 100))
            : throw new InvalidOperationException("The system has no clock of the processor's time.");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
