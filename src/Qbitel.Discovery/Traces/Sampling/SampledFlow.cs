using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces.Sampling;

/// <summary>A flow of which the first bytes are kept and the rest is counted.</summary>
internal sealed class SampledFlow
{
    /// <summary>Kept of each direction while nobody knows what it is, and once somebody does.</summary>
    public const int UnknownSize = 64 << 10, KnownSize = 16 << 10;

    private const int FirstAttempt = 1 << 10;
    private const int MaxDatagrams = 512;
    private const int OneSided = 16; // times the sample: then the other direction will not come any more

    private readonly bool _clientIsLow;
    private List<Datagram> _datagrams = [];
    private List<StreamSection> _sections = [];

    public SampledFlow(FlowKey key, Endpoint client, long firstPacket, CaptureLimits limits, WarningLog warnings)
    {
        Key = key;
        FirstPacket = firstPacket;
        _clientIsLow = client == key.Low;
        Endpoint server = _clientIsLow ? key.High : key.Low;
        Flow = new Flow($"{client}-{server}/{(key.IsTcp ? "tcp" : "udp")}");
        if (!key.IsTcp) return;
        FromClient = new TcpStream(limits, warnings, $"{Flow} from client") { SampleSize = UnknownSize };
        FromServer = new TcpStream(limits, warnings, $"{Flow} from server") { SampleSize = UnknownSize };
    }

    public FlowKey Key { get; }

    public Flow Flow { get; }

    public long FirstPacket { get; }

    public long LastPacket { get; set; }

    public long PacketCount { get; set; }

    /// <summary>Payload seen, whether kept or not and also where it came twice.</summary>
    public long Size { get; set; }

    /// <summary>Payload taken in so far, in order or not: what the sample costs.</summary>
    public long Held { get; set; }

    /// <summary>The sequence number of the client's SYN.</summary>
    public uint? ClientSyn { get; set; }

    /// <summary>What it is: null while it is not known, empty when that stays so.</summary>
    public string? Protocol { get; private set; }

    /// <summary>The sample grows no more.</summary>
    public bool IsFinal { get; private set; }

    public bool IsShelved { get; set; }

    /// <summary>Decides which flows of a protocol are kept: as good as chance, and the same for everybody.</summary>
    public (ulong, long) Rank =>
        (unchecked((Key.Hash ^ ((ulong)FirstPacket * 0xD6E8FEB86659FD93)) * 0x9E3779B97F4A7C15),
        FirstPacket);

    public TcpStream? FromClient { get; private set; }

    public TcpStream? FromServer { get; private set; }

    public IReadOnlyList<Datagram> Datagrams => _datagrams;

    public IReadOnlyList<StreamSection> Sections => _sections;

    /// <summary>It is time to ask again what it is.</summary>
    public bool IsAttemptDue => Protocol is null && Kept >= _nextAttempt;

    public bool IsFull => Key.IsTcp
        ? (FromClient!.IsFull && FromServer!.IsFull) || Size >= OneSided * FromClient.SampleSize
        : _datagrams.Count >= MaxDatagrams || Held >= (string.IsNullOrEmpty(Protocol) ? UnknownSize : KnownSize);

    private long Kept => Key.IsTcp ? FromClient!.Kept + FromServer!.Kept : Held;

    private long _nextAttempt = FirstAttempt;

    public bool IsFromClient(Endpoint from) => from == Key.Low == _clientIsLow;

    public void Add(Endpoint from, ReadOnlySpan<byte> payload, in CapturedPacket packet) => _datagrams.Add(new Datagram(
        packet.Number, Flow, IsFromClient(from) ? FlowDirection.ClientToServer : FlowDirection.ServerToClient,
        packet.Time, payload.ToArray()));

    /// <summary>Asks what it is, of what is there so far.</summary>
    public void Attempt(FlowNaming name)
    {
        while (_nextAttempt <= Kept) _nextAttempt *= 4;
        List<StreamSection> sections = [];
        if (FromClient?.SoFar is { } asked)
            sections.Add(new(Flow, FlowDirection.ClientToServer, asked.Pieces, asked.AtBeginning, SectionEnd.Stopped));
        if (FromServer?.SoFar is { } answered)
        {
            sections.Add(new(Flow, FlowDirection.ServerToClient, answered.Pieces, answered.AtBeginning,
                SectionEnd.Stopped));
        }

        Protocol = name(sections, _datagrams);
        if (Protocol is null || !Key.IsTcp) return;
        FromClient!.SampleSize = FromServer!.SampleSize = KnownSize;
    }

    /// <summary>Ends the sample, and says what it is for good.</summary>
    public void Complete(FlowNaming name, long offset, bool isSample)
    {
        IsFinal = true;
        Held = 0;
        if (Key.IsTcp)
        {
            Take(FromClient!, FlowDirection.ClientToServer);
            Take(FromServer!, FlowDirection.ServerToClient);
            FromClient = FromServer = null;
        }

        Protocol ??= name(_sections, _datagrams) ?? "";

        void Take(TcpStream stream, FlowDirection direction)
        {
            foreach ((List<FirstCopy.Piece> pieces, bool atBeginning, SectionEnd end)
                in stream.Complete(offset, isSample))
            {
                _sections.Add(new StreamSection(Flow, direction, pieces, atBeginning, end));
            }
        }
    }

    public void DropSample()
    {
        IsShelved = false;
        _sections = [];
        _datagrams = [];
    }

    public void Save(StateWriter state)
    {
        state.Write(Key.Low);
        state.Write(Key.High);
        state.Write(Key.IsTcp);
        state.Write(_clientIsLow);
        state.Write(FirstPacket);
        state.Write(LastPacket);
        state.Write(PacketCount);
        state.Write(Size);
        state.Write(Held);
        state.Write(ClientSyn.HasValue);
        state.Write(ClientSyn ?? 0);
        state.Write(Protocol is not null);
        state.Write(Protocol ?? "");
        state.Write(IsFinal);
        state.Write(IsShelved);
        state.Write(_nextAttempt);
        if (Key.IsTcp && !IsFinal)
        {
            FromClient!.Save(state);
            FromServer!.Save(state);
        }

        state.List(_datagrams, datagram =>
        {
            state.Write(datagram.Packet);
            state.Write((byte)datagram.Direction);
            state.Write(datagram.Time);
            state.Bytes(datagram.Bytes.Span);
        });
        state.List(_sections, section => section.Save(state));
    }

    public static SampledFlow Load(StateReader state, CaptureLimits limits, WarningLog warnings)
    {
        Endpoint low = state.ReadEndpoint(), high = state.ReadEndpoint();
        FlowKey key = new(low, high, state.ReadBoolean());
        bool clientIsLow = state.ReadBoolean();
        SampledFlow flow = new(key, clientIsLow ? key.Low : key.High, state.ReadInt64(), limits, warnings)
        {
            LastPacket = state.ReadCounter(),
            PacketCount = state.ReadCounter(),
            Size = state.ReadCounter(),
            Held = state.ReadCounter(),
        };
        bool hasSyn = state.ReadBoolean();
        uint syn = state.ReadUInt32();
        if (hasSyn) flow.ClientSyn = syn;
        bool hasProtocol = state.ReadBoolean();
        string protocol = state.ReadString();
        if (hasProtocol) flow.Protocol = protocol;
        flow.IsFinal = state.ReadBoolean();
        flow.IsShelved = state.ReadBoolean();
        flow._nextAttempt = state.ReadInt64();
        if (flow._nextAttempt is < FirstAttempt or > 1L << 40 || (flow.IsFinal && !hasProtocol))
            throw state.Wrong("the counters of a flow", "others");
        if (key.IsTcp && !flow.IsFinal)
        {
            flow.FromClient!.Load(state);
            flow.FromServer!.Load(state);
        }
        else
        {
            flow.FromClient = flow.FromServer = null;
        }

        state.List(() => flow._datagrams.Add(new Datagram(state.ReadInt64(), flow.Flow, (FlowDirection)state.ReadByte(),
            state.ReadTime(), state.ReadBlock())));
        state.List(() => flow._sections.Add(StreamSection.Load(state, flow.Flow)));
        return flow;
    }
}

/// <summary>Says what protocol a flow speaks, by its first messages; null where they do not tell.</summary>
internal delegate string? FlowNaming(IReadOnlyList<StreamSection> sections, IReadOnlyList<Datagram> datagrams);
