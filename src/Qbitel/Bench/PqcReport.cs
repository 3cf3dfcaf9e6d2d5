namespace Qbitel.Bench;

/// <summary>What <c>qbitel bench pqc</c> measured, where and how.</summary>
internal sealed record PqcReport(
    BenchMachine Machine, BenchMethod Method, IReadOnlyList<PqcFigure> Figures, IReadOnlyList<PqcGate> Gates,
    IReadOnlyList<HybridShare> Hybrids, IReadOnlyList<ScalingFigure> Scaling);

/// <summary>How it was measured.</summary>
internal sealed record BenchMethod(
    DateTimeOffset At, int Rounds, double MillisecondsARound, string Clock, string Order, string Compilation,
    IReadOnlyList<WarmUpFigure> WarmUps, string LoadBefore, string LoadAfter);

/// <summary>How long one measuring process took until the runtime had compiled everything.</summary>
internal sealed record WarmUpFigure(string Process, int Passes, bool Settled);

/// <summary>One operation by one implementation; times in microseconds of the thread's processor time.</summary>
/// <remarks>
/// The ratio is how many times OpenSSL's median this median fits in: above one is faster. It is absent where OpenSSL
/// was
/// not measured. Its low and high are the smallest and largest ratio of the medians of one round.
/// </remarks>
internal sealed record PqcFigure(
    string Algorithm, string Operation, string Implementation, string? Path, Distribution Microseconds,
    double OperationsPerSecond, double BytesPerOperation, double? Ratio, double? RatioLow, double? RatioHigh);

/// <summary>One promise, and whether this run kept it.</summary>
internal sealed record PqcGate(string Algorithm, string Operation, double AtLeast, double? Ratio)
{
    public bool Holds => Ratio >= AtLeast;
}

/// <summary>What of a hybrid's time is its classical half.</summary>
internal sealed record HybridShare(string Algorithm, string Operation, double Microseconds,
    double ClassicalMicroseconds)
{
    public double Share => ClassicalMicroseconds / Microseconds;
}

/// <summary>Many at once on several threads: by the clock on the wall, and how much of the processors it got.</summary>
internal sealed record ScalingFigure(
    string Algorithm, string Operation, int Threads, double OperationsPerSecond, double ProcessorsUsed, double Speedup);
