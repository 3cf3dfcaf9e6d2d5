namespace Qbitel.Hsm.Benchmarks;

/// <summary>What a provider did in a second on this machine, now.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Rows">One for every operation, algorithm and number of callers.</param>
public sealed record HsmBenchReport(string Provider, IReadOnlyList<HsmBenchRow> Rows);

/// <summary>One measurement.</summary>
/// <param name="Operation">What was done, over 256 bytes.</param>
/// <param name="Algorithm">With which key.</param>
/// <param name="Callers">How many at once, each waiting for its answer before it asks again.</param>
/// <param name="PerSecond">Operations of all callers together.</param>
/// <param name="P50">Median time of a call.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Scaling">Operations a second over those of one caller.</param>
/// <param name="OverRaw">
/// Time over that of the bare calls into the same PKCS#11 module with the same key and as many callers: the median of
/// the turns. Null where there is no such module.
/// </param>
public sealed record HsmBenchRow(
    HsmOperation Operation, string Algorithm, int Callers, double PerSecond, TimeSpan P50, TimeSpan P99, double Scaling,
    double? OverRaw)
{
    /// <summary>The processor's time of a call, of this process and all its threads.</summary>
    public TimeSpan Processor { get; init; }

    /// <summary>That time over the same of the bare calls; it holds on a busy machine too.</summary>
    public double? ProcessorOverRaw { get; init; }

    /// <summary>Managed memory that a call allocates.</summary>
    public long AllocatedBytes { get; init; }
}
