using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces.Sampling;

/// <summary>Reads packets of any number in bounded memory: counts all flows, and keeps the first bytes of
/// some.</summary>
internal sealed class FlowSampler : PacketDecoder
{
    // Samples of flows not finished yet; the one that goes beyond is ended where it is.
    private const long MaxHeld = 128L << 20;
    private const int SweepShare = 8; // of the table, when it is full

    private static readonly CaptureLimits Reordering = new() { MaxReorderSize = 256 << 10, MaxReorderSegments = 64 };

    private readonly CapturePart _part;
    private readonly WarningLog _warnings;
    private readonly CaptureLimits _streamLimits;
    private readonly FlowNaming _name;
    private readonly Dictionary<FlowKey, SampledFlow> _flows = [];
    private readonly SampleShelf _shelf = new();
    private readonly SortedDictionary<string, FlowTally> _gone = new(StringComparer.Ordinal);
    private long _held;
    private long _lastOffset;

    public FlowSampler(CapturePart part, CaptureLimits limits, WarningLog warnings, FlowNaming name)
        : base(limits, part.Number == 1 ? warnings : new WarningLog(0)) // what every part meets, the first reports
    {
        _part = part;
        _warnings = warnings;
        _name = name;
        _streamLimits = limits with
        {
            MaxReorderSize = Math.Min(limits.MaxReorderSize, Reordering.MaxReorderSize),
            MaxReorderSegments = Math.Min(limits.MaxReorderSegments, Reordering.MaxReorderSegments),
        };
    }

    public long PacketCount { get; private set; }

    public void Add(in CapturedPacket packet)
    {
        PacketCount++;
        _lastOffset = packet.Offset;
        Decode(packet);
    }

    /// <summary>Ends all flows; then there is only the result.</summary>
    public void Complete()
    {
        Fragments.Flush();
        foreach (SampledFlow flow in _flows.Values) Leave(flow);
        _flows.Clear();
    }

    /// <summary>Adds another part, when both are complete.</summary>
    public void Take(FlowSampler other)
    {
        _warnings.Take(other._warnings);
        foreach (SampledFlow flow in other._shelf.Flows.ToList()) _shelf.Offer(flow);
        foreach ((string protocol, FlowTally tally) in other._gone)
            _gone[protocol] = _gone.GetValueOrDefault(protocol) + tally;
    }

    public (Traffic Sample, TrafficCoverage Coverage) Result(string source)
    {
        _warnings.Take(new WarningLog(0)); // in the order of the input
        List<SampledFlow> kept = [.. _shelf.Flows];
        Traffic sample = new(source, [.. kept.SelectMany(flow => flow.Datagrams).OrderBy(d => d.Packet)],
            [.. kept.SelectMany(flow => flow.Sections).OrderBy(s => s.Segments[0].Packet)], PacketCount, _warnings);
        return (sample, new TrafficCoverage
        {
            Protocols = [.. _gone.Select(pair => new ProtocolCoverage(pair.Key, pair.Value.Flows, pair.Value.Packets,
                pair.Value.Size))],
            SampledFlows = kept.Count,
            SampledSize = sample.Streams.Sum(s => (long)s.Bytes.Length)
                + sample.Datagrams.Sum(d => (long)d.Bytes.Length),
        });
    }

    protected override void Transport(int protocol, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination,
        ReadOnlySpan<byte> payload, int wireLength, in CapturedPacket packet)
    {
        if (protocol == IpHeader.Tcp) Tcp(source, destination, payload, wireLength, packet);
        else if (protocol == IpHeader.Udp) Udp(source, destination, payload, wireLength, packet);
    }

    private void Tcp(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> segment,
        int wireLength, in CapturedPacket packet)
    {
        if (!TcpHeader.TryParse(segment, out TcpHeader tcp))
        {
            Warnings.Add("Tcp.Header", packet.Offset, "no valid TCP header; packet ignored");
            return;
        }

        Endpoint from = new(source, tcp.SourcePort), to = new(destination, tcp.DestinationPort);
        FlowKey key = new(from, to, isTcp: true);
        if (!_part.Contains(key.Hash)) return;
        if (segment.Length < wireLength)
        {
            _warnings.Add("Capture.ShortPacket", packet.Offset,
                $"{wireLength - segment.Length} bytes of a TCP segment were cut by the capture's snap length");
        }

        bool isCall = tcp.Syn && !tcp.Ack;
        if (_flows.TryGetValue(key, out SampledFlow? flow) && isCall && flow.ClientSyn != tcp.Sequence
            && (flow.ClientSyn is not null || flow.Size > 0))
        {
            Leave(flow); // the pair of ports is used again
            _flows.Remove(key);
            flow = null;
        }

        if (flow is null)
        {
            // Mere acknowledgements say nothing, and come also after a connection's end.
            if (!tcp.Syn && tcp.Payload.IsEmpty) return;
            flow = Begin(key, tcp.Syn && tcp.Ack ? to : from, packet);
        }

        Count(flow, tcp.Payload.Length, packet);
        if (isCall) flow.ClientSyn = tcp.Sequence;
        if (flow.IsFinal) return;

        TcpStream stream = flow.IsFromClient(from) ? flow.FromClient! : flow.FromServer!;
        if (tcp.Syn) stream.TrySynchronize(tcp.Sequence);
        uint dataStart = unchecked(tcp.Syn ? tcp.Sequence + 1 : tcp.Sequence);
        if (!tcp.Payload.IsEmpty && !tcp.Rst)
        {
            if (!stream.IsFull) Hold(flow, tcp.Payload.Length);
            stream.Add(dataStart, tcp.Payload, packet);
        }

        if (tcp.Fin) stream.Finish(unchecked(dataStart + (uint)tcp.Payload.Length));
        bool isOver = tcp.Rst || (flow.FromClient!.IsFinished && flow.FromServer!.IsFinished);
        Judge(flow, isOver, packet.Offset);
    }

    private void Udp(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> datagram,
        int wireLength, in CapturedPacket packet)
    {
        if (!UdpHeader.TryParse(datagram, wireLength, out UdpHeader udp))
        {
            Warnings.Add("Udp.Header", packet.Offset, "no valid UDP header; packet ignored");
            return;
        }

        Endpoint from = new(source, udp.SourcePort), to = new(destination, udp.DestinationPort);
        FlowKey key = new(from, to, isTcp: false);
        if (!_part.Contains(key.Hash)) return;
        if (udp.IsCut)
        {
            _warnings.Add("Capture.ShortPacket", packet.Offset,
                "a datagram was cut by the capture's snap length; ignored");
            return;
        }

        if (!_flows.TryGetValue(key, out SampledFlow? flow)) flow = Begin(key, from, packet);
        Count(flow, udp.Payload.Length, packet);
        if (flow.IsFinal) return;
        Hold(flow, udp.Payload.Length);
        flow.Add(from, udp.Payload, packet);
        Judge(flow, isOver: false, packet.Offset);
    }

    private SampledFlow Begin(FlowKey key, Endpoint client, in CapturedPacket packet)
    {
        if (_flows.Count >= Limits.MaxFlows) Sweep();
        return _flows[key] = new SampledFlow(key, client, packet.Number, _streamLimits, _warnings);
    }

    private static void Count(SampledFlow flow, int size, in CapturedPacket packet)
    {
        flow.PacketCount++;
        flow.LastPacket = packet.Number;
        flow.Size += size;
    }

    private void Hold(SampledFlow flow, int size)
    {
        flow.Held += size;
        _held += size;
    }

    private void Judge(SampledFlow flow, bool isOver, long offset)
    {
        if (!isOver && flow.IsAttemptDue)
        {
            flow.Attempt(_name);
            if (flow.Protocol is { } protocol && !_shelf.Wants(protocol, flow.Rank))
            {
                Complete(flow, offset, isSample: true);
                return;
            }
        }

        bool isFull = flow.IsFull || _held > MaxHeld;
        if (isOver || isFull) Complete(flow, offset, isSample: !isOver);
    }

    private void Complete(SampledFlow flow, long offset, bool isSample)
    {
        _held -= flow.Held;
        flow.Complete(_name, offset, isSample);
        _shelf.Offer(flow);
    }

    // Those heard last stay. One that comes back after that is another flow.
    private void Sweep()
    {
        _warnings.Add("Capture.Flows", _lastOffset,
            $"more than {Limits.MaxFlows} flows at a time; those quiet for longest were ended");
        int count = 1 + (Limits.MaxFlows / SweepShare);
        foreach (SampledFlow flow in _flows.Values.OrderBy(f => f.LastPacket).Take(count).ToList())
        {
            Leave(flow);
            _flows.Remove(flow.Key);
        }
    }

    private void Leave(SampledFlow flow)
    {
        if (!flow.IsFinal) Complete(flow, _lastOffset, isSample: false);
        _gone[flow.Protocol!] = _gone.GetValueOrDefault(flow.Protocol!) + new FlowTally(1, flow.PacketCount, flow.Size);
    }

    public void Save(StateWriter state)
    {
        state.Write(PacketCount);
        state.Write(_lastOffset);
        Fragments.Save(state);
        state.List(_flows.Values, flow => flow.Save(state));
        state.List(
            [.. _shelf.Flows.Where(flow => !_flows.TryGetValue(flow.Key, out SampledFlow? there) || there != flow)],
            flow => flow.Save(state));
        state.List(_gone, pair =>
        {
            state.Write(pair.Key);
            state.Write(pair.Value.Flows);
            state.Write(pair.Value.Packets);
            state.Write(pair.Value.Size);
        });
    }

    public void Load(StateReader state)
    {
        PacketCount = state.ReadCounter();
        _lastOffset = state.ReadInt64();
        Fragments.Load(state);
        state.List(() =>
        {
            SampledFlow flow = SampledFlow.Load(state, _streamLimits, _warnings);
            if (!_flows.TryAdd(flow.Key, flow)) throw state.Wrong("each flow once", "one twice");
            _held += flow.Held;
            if (flow.IsShelved) Shelve(flow);
        });
        state.List(() => Shelve(SampledFlow.Load(state, _streamLimits, _warnings)));
        state.List(() => _gone[state.ReadString()] =
            new(state.ReadCounter(), state.ReadCounter(), state.ReadCounter()));

        void Shelve(SampledFlow flow) => _shelf.Offer(
            flow.IsFinal ? flow : throw state.Wrong("a finished flow", "another"));
    }
}
