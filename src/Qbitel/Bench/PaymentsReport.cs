namespace Qbitel.Bench;

/// <summary>What <c>qbitel bench profile real-time-payments</c> measured.</summary>
internal sealed record PaymentsReport(
    BenchMachine Machine, DateTimeOffset At, string Path, string Profile, int MessageSize, int Threads,
        int TargetPerSecond,
    double TargetMilliseconds, string LoadBefore, string LoadAfter, IReadOnlyList<PaymentsFigure> Figures);

/// <summary>One way to protect payments, under full load and under the profile's.</summary>
/// <remarks>
/// Holds: the load of the profile was carried, and 99 of 100 messages were through in the time the profile allows.
/// Processor microseconds are what one message costs wherever it runs; what the threads got of the processors says how
/// much
/// other programs took.
/// </remarks>
internal sealed record PaymentsFigure(
    string Name, string Signature, string Encryption, double FullLoadPerSecond, double ProcessorMicroseconds,
        double ProcessorsUsed,
    double OfferedPerSecond, double CarriedPerSecond, LatencyFigure Latency, long MessagesVerified, bool Holds);

/// <summary>From the moment a message was due until it was verified, in milliseconds, waiting included.</summary>
internal sealed record LatencyFigure(double Median, double P90, double P99, double P999, double Max,
    IReadOnlyList<LatencyBucket> Histogram);

/// <summary>How many messages took at most so long, and longer than the bucket before.</summary>
internal sealed record LatencyBucket(double UpToMilliseconds, long Messages);
