using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Qbitel.Hsm.Pools;

/// <summary>What a pool counts, for whoever listens: meter <c>Qbitel.Hsm.Pool</c>.</summary>
internal sealed class PoolMetrics : IDisposable
{
    public const string MeterName = "Qbitel.Hsm.Pool";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _failovers;
    private readonly Counter<long> _opened;

    public PoolMetrics(Func<IEnumerable<HsmMemberStatus>> members)
    {
        _duration = _meter.CreateHistogram<double>(
            "qbitel.hsm.operation.duration", "s", "How long a member took, by outcome");
        _failovers = _meter.CreateCounter<long>(
            "qbitel.hsm.failovers", "{call}", "Calls that another member did after one had failed");
        _opened = _meter.CreateCounter<long>("qbitel.hsm.member.out", "{time}", "How often a member was taken out");
        _meter.CreateObservableGauge("qbitel.hsm.member.healthy", () => members().Select(m => new Measurement<int>(
            m.State == HsmMemberState.Healthy ? 1 : 0, new KeyValuePair<string, object?>("member", m.Name))), null,
            "1 where a member gets calls");
        _meter.CreateObservableGauge("qbitel.hsm.member.in_flight", () => members().Select(m => new Measurement<int>(
            m.InFlight, new KeyValuePair<string, object?>("member", m.Name))), "{call}", "Calls with a member now");
    }

    public void Called(string member, HsmOperation operation, string outcome, TimeSpan took)
    {
        if (!_duration.Enabled) return;
        TagList tags = new()
        {
            { "member", member },
            { "operation", operation.ToString() },
            { "outcome", outcome },
        };
        _duration.Record(took.TotalSeconds, tags);
    }

    public void FailedOver(HsmOperation operation) =>
        _failovers.Add(1, new KeyValuePair<string, object?>("operation", operation.ToString()));

    public void Opened(string member) => _opened.Add(1, new KeyValuePair<string, object?>("member", member));

    public void Dispose() => _meter.Dispose();
}
