using System.Runtime.InteropServices;

namespace Qbitel.Cards;

/// <summary>
/// Keeps the kernel from writing this process's memory to a file when it crashes, and others from reading it.
/// </summary>
internal static partial class CoreDumps
{
    private const int SetDumpable = 4; // PR_SET_DUMPABLE
    private const int CoreSize = 4; // RLIMIT_CORE

    /// <summary>
    /// For good. Root may still read the memory, and the runtime's own dumps are an operator's setting.
    /// </summary>
    public static void Forbid()
    {
        Limit none = default;
        if (SetLimit(CoreSize, in none) != 0 || Control(SetDumpable, 0, 0, 0, 0) != 0)
            throw new IOException($"Core dumps cannot be forbidden: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint value, nuint third, nuint fourth, nuint fifth);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit
    {
        public readonly nuint Soft;
        public readonly nuint Hard;
    }
}
