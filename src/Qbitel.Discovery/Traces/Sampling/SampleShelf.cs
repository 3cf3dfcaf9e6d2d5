namespace Qbitel.Discovery.Traces.Sampling;

/// <summary>The flows whose samples are kept: of each protocol those of the lowest ranks.</summary>
/// <remarks>In whatever order and on however many shelves flows are offered, the same ones stay in the end.</remarks>
internal sealed class SampleShelf
{
    private const int KnownFlows = 64;
    private const int UnknownFlows = 256;

    private static readonly Comparer<SampledFlow> ByRank =
        Comparer<SampledFlow>.Create((a, b) => a.Rank.CompareTo(b.Rank));

    private readonly SortedDictionary<string, SortedSet<SampledFlow>> _flows =
        new(StringComparer.Ordinal);

    public IEnumerable<SampledFlow> Flows => _flows.Values.SelectMany(flows => flows);

    /// <summary>Whether a flow of this rank could stay.</summary>
    public bool Wants(string protocol, (ulong, long) rank) => !_flows.TryGetValue(protocol, out var flows)
        || flows.Count < Room(protocol) || rank.CompareTo(flows.Max!.Rank) < 0;

    public void Offer(SampledFlow flow)
    {
        if (!Wants(flow.Protocol!, flow.Rank))
        {
            flow.DropSample();
            return;
        }

        if (!_flows.TryGetValue(flow.Protocol!, out SortedSet<SampledFlow>? flows))
            _flows[flow.Protocol!] = flows = new SortedSet<SampledFlow>(ByRank);
        flows.Add(flow);
        flow.IsShelved = true;
        if (flows.Count <= Room(flow.Protocol!)) return;
        SampledFlow last = flows.Max!;
        flows.Remove(last);
        last.DropSample();
    }

    private static int Room(string protocol) => protocol.Length == 0 ? UnknownFlows : KnownFlows;
}
