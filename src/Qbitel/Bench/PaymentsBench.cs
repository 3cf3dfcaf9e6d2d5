using Qbitel.Cryptography;
using Qbitel.Governance.Profiles;

namespace Qbitel.Bench;

/// <summary>
/// The profile of real-time payments as a load: first as many messages as the threads can carry, then as many as the
/// profile
/// asks for, each due at its own time whether the one before is done or not.
/// </summary>
internal sealed class PaymentsBench(TimeSpan duration, int threads, TimeProvider time)
{
    public const int MessageSize = 1024;

    private static readonly BankingPqcProfile Profile = BankingPqcProfile
        .ForSubdomain(BankingSubdomain.RealTimePayments);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static int TargetPerSecond => Profile.Throughput ?? 10_000;

    private static TimeSpan Target => Profile.TargetLatency ?? Profile.MaxLatency;

    public async Task<PaymentsReport> RunAsync(IProgress<double> progress, CancellationToken cancellation)
    {
        string load = BenchMachine.Load();
        List<PaymentsFigure> figures = [];
        foreach (PaymentWay way in PaymentWay.All)
        {
            figures.Add(await MeasureAsync(way, cancellation));
            progress.Report((double)figures.Count / PaymentWay.All.Count);
        }

        return new(BenchMachine.Here(), time.GetUtcNow(), CodePath.Name, Profile.Subdomain.PublishedName(), MessageSize,
            threads,
            TargetPerSecond, Target.TotalMilliseconds, load, BenchMachine.Load(), figures);
    }

    private async Task<PaymentsFigure> MeasureAsync(PaymentWay way, CancellationToken cancellation)
    {
        PaymentLane[] lanes = [.. Enumerable.Range(0, threads).Select(_ => way.Open(MessageSize))];
        try
        {
            foreach (PaymentLane lane in lanes) lane.Challenge();
            await LoadRun.StartAsync(lanes, WarmUp, perSecond: null, time, cancellation);
            LoadRun full = await LoadRun.StartAsync(lanes, duration, perSecond: null, time, cancellation);
            LoadRun offered = await LoadRun.StartAsync(lanes, duration, TargetPerSecond, time, cancellation);

            LatencyFigure latency = offered.Latency();
            bool holds = offered.PerSecond >= TargetPerSecond * 0.99 && latency.P99 < Target.TotalMilliseconds;
            return new(way.Name, way.Signature.Name, way.Encryption, full.PerSecond, full.ProcessorMicroseconds,
                full.ProcessorsUsed,
                TargetPerSecond, offered.PerSecond, latency, full.Messages + offered.Messages, holds);
        }
        finally
        {
            foreach (PaymentLane lane in lanes) lane.Dispose();
        }
    }
}

/// <summary>One way to protect a payment.</summary>
internal sealed record PaymentWay(string Name, SignatureAlgorithm Signature, string Encryption, Func<int,
    PaymentLane> Open)
{
    // No standard hybrid holds ML-KEM-512, so the profile's key establishment is the hybrid of ML-KEM-768.
    private static readonly KemAlgorithm Kem = KemAlgorithm.XWing;

    public static IReadOnlyList<PaymentWay> All { get; } =
    [
        new("session keys, one KEM exchange a peer and hour", SignatureAlgorithm.MLDsa44,
            $"HPKE session, {Kem}, AES-256-GCM",
            size => new SessionLane(SignatureAlgorithm.MLDsa44, Kem, size)),
        new("a KEM exchange for every message", SignatureAlgorithm.MLDsa44, $"HPKE envelope, {Kem}, AES-256-GCM",
            size => new EnvelopeLane(SignatureAlgorithm.MLDsa44, Kem, size)),
        new("session keys and the profile's hybrid signature", SignatureAlgorithm.MLDsa44Ed25519,
            $"HPKE session, {Kem}, AES-256-GCM",
            size => new SessionLane(SignatureAlgorithm.MLDsa44Ed25519, Kem, size)),
    ];
}
