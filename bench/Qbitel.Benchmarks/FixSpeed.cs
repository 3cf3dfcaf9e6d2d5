using System.Diagnostics;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix;

namespace Qbitel.Benchmarks;

/// <summary>
/// What <see cref="FixBenchmarks"/> measures, as the best of many short windows, which is what
/// <c>bench/peers/quickfix.cpp</c> does: on a machine that does other work both can be compared.
/// </summary>
internal static class FixSpeed
{
    public static void Run()
    {
        byte[] order = FixSamples.Order(), report = FixSamples.Report();
        FixField[] room = new FixField[128];
        Console.WriteLine($"order {order.Length} bytes, report {report.Length} bytes");
        (string, byte[])[] messages = [("order", order), ("report", report)];
        foreach ((string name, byte[] message) in messages)
        {
            Measure($"{name}: frame", () => FixFrame.TryRead(message, out _, out _) == FrameStatus.Complete);
            Measure($"{name}: read", () => FixView.TryRead(message, room, out _, out _) == FrameStatus.Complete);
            Measure($"{name}: read and validate", () =>
                FixView.TryRead(message, room, out FixView view, out _) == FrameStatus.Complete && view.IsValid());
            Measure($"{name}: FixMessage", () => FixMessage.Parse(message).Fields.Count > 0);
            Measure($"{name}: FixMessage and Validate", () => FixMessage.Parse(message).Validate().Count == 0);
        }
    }

    private static void Measure(string name, Func<bool> work)
    {
        const int Windows = 4_000, Count = 250;
        long best = long.MaxValue, allocated = 0;
        for (int window = -2_000; window < Windows; window++) // the first ones are for the compiler
        {
            if (window == 0) allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Count; i++) if (!work()) throw new InvalidOperationException(name);
            if (window >= 0) best = Math.Min(best, Stopwatch.GetTimestamp() - start);
        }

        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / ((long)Windows * Count);
        Console.WriteLine($"{name,-40} {best * 1e9 / Stopwatch.Frequency / Count,8:F0} ns {allocated,8} B");
    }
}
