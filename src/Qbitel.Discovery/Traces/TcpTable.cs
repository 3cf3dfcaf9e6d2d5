using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces;

/// <summary>All TCP connections of a capture.</summary>
internal sealed class TcpTable(CaptureLimits limits, WarningLog warnings)
{
    private readonly Dictionary<(Endpoint, Endpoint), Connection> _open = [];
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private readonly List<StreamSection> _sections = [];

    private sealed record Connection(Flow Flow, Endpoint Client, TcpStream FromClient, TcpStream FromServer);

    public void Add(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, in TcpHeader tcp,
        in CapturedPacket packet)
    {
        Endpoint from = new(source, tcp.SourcePort), to = new(destination, tcp.DestinationPort);
        (Endpoint, Endpoint) key = from < to ? (from, to) : (to, from);
        if (!_open.TryGetValue(key, out Connection? connection))
        {
            if (tcp.Rst && tcp.Payload.IsEmpty) return;
            if (_open.Count >= limits.MaxFlows)
            {
                warnings.Add("Capture.Flows", packet.Offset,
                    $"more than {limits.MaxFlows} TCP connections; this one is ignored");
                return;
            }

            connection = _open[key] = Start(from, to, tcp);
        }

        TcpStream stream = from == connection.Client ? connection.FromClient : connection.FromServer;
        if (tcp.Syn && !stream.TrySynchronize(tcp.Sequence))
        {
            if (tcp.Ack)
            {
                warnings.Add("Tcp.Syn", packet.Offset,
                    $"{connection.Flow}: a second SYN with another sequence number; ignored");
                return;
            }

            Close(connection, packet.Offset); // the pair of ports is used again
            connection = _open[key] = Start(from, to, tcp);
            stream = connection.FromClient;
            stream.TrySynchronize(tcp.Sequence);
        }

        uint dataStart = unchecked(tcp.Syn ? tcp.Sequence + 1 : tcp.Sequence);
        // a reset may carry a reason in words: not stream bytes
        if (!tcp.Payload.IsEmpty && !tcp.Rst) stream.Add(dataStart, tcp.Payload, packet);
        if (tcp.Fin) stream.Finish(unchecked(dataStart + (uint)tcp.Payload.Length));
    }

    /// <summary>Ends all connections; the sections in order of their first packet.</summary>
    public IReadOnlyList<StreamSection> Complete(long offset)
    {
        foreach (Connection connection in _open.Values) Close(connection, offset);
        _open.Clear();
        _sections.Sort((a, b) => a.Segments[0].Packet.CompareTo(b.Segments[0].Packet));
        return _sections;
    }

    private Connection Start(Endpoint from, Endpoint to, in TcpHeader tcp)
    {
        // The one who answers a SYN is the server; without any SYN, the one heard first is taken for the client.
        bool fromServer = tcp.Syn && tcp.Ack;
        (Endpoint client, Endpoint server) = fromServer ? (to, from) : (from, to);
        string pair = $"{client}-{server}/tcp";
        int number = _used[pair] = _used.GetValueOrDefault(pair) + 1;
        Flow flow = new(number == 1 ? pair : $"{pair}#{number}");
        return new Connection(flow, client, new TcpStream(limits, warnings, $"{flow} from client"),
            new TcpStream(limits, warnings, $"{flow} from server"));
    }

    private void Close(Connection connection, long offset)
    {
        Complete(connection.FromClient, FlowDirection.ClientToServer);
        Complete(connection.FromServer, FlowDirection.ServerToClient);

        void Complete(TcpStream stream, FlowDirection direction)
        {
            foreach ((List<FirstCopy.Piece> pieces, bool atBeginning, SectionEnd end) in stream.Complete(offset))
                _sections.Add(new StreamSection(connection.Flow, direction, pieces, atBeginning, end));
        }
    }
}
