using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;
using Qbitel.Protocols.Fix;

namespace Qbitel.Benchmarks;

/// <summary>
/// The way of one signed order: read, ML-DSA-44 verified, held against the dictionary, answered with an execution
/// report that is built and signed. Each is timed on its own, because signing takes as long as its rejections make it.
/// </summary>
internal static class FixLatency
{
    private const int Warmup = 5_000, Count = 100_000;

    public static void Run()
    {
        MLDsaAlgorithm algorithm = MLDsaAlgorithm.MLDsa44;
        using MLDsa client = ManagedMLDsa.GenerateKey(algorithm), broker = ManagedMLDsa.GenerateKey(algorithm);
        using MLDsa clientPublic = ManagedMLDsa.ImportMLDsaPublicKey(algorithm, client.ExportMLDsaPublicKey());
        FixMessage unsigned = FixMessage.Parse(FixSamples.Order());
        byte[][] orders = [.. Enumerable.Range(0, 64).Select(i => unsigned
            .With(11, System.Text.Encoding.ASCII.GetBytes($"ORD{i:D7}")).Sign(client).ToBytes())];
        FixParser parser = new("FIX.4.4");
        FixBuilder builder = new("FIX.4.4", "SELLSIDE", "BUYSIDE1", TimeProvider.System);
        long[] ticks = new long[Count];
        long allocated = 0;
        for (int i = -Warmup; i < Count; i++)
        {
            if (i == 0) allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            FixMessage order = parser.ParseAndVerify(orders[i & 63], clientPublic);
            FixMessage report = builder.CreateExecutionReport("O1", "E1", "F", order.GetField(55)!,
                new FixExecution('1', '2', 0, 100, 10.5m)).Sign(broker);
            byte[] toSend = report.ToBytes();
            if (i >= 0) ticks[i] = Stopwatch.GetTimestamp() - start;
            if (toSend.Length < 3_227) throw new InvalidOperationException("not signed");
        }

        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Count;
        Array.Sort(ticks);
        string At(double share) => (ticks[(int)(share * (Count - 1))] * 1e6 / Stopwatch.Frequency)
            .ToString("F0", CultureInfo.InvariantCulture);
        Console.WriteLine($"{Count} orders, microseconds by the clock: median {At(0.5)}, p90 {At(0.9)}, "
            + $"p99 {At(0.99)}, p99.9 {At(0.999)}, most {At(1)}; {allocated} B allocated each");
    }
}
