using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces;

/// <summary>Turns the packets of a capture into datagrams and streams.</summary>
internal sealed class PacketTraffic(CaptureLimits limits, WarningLog warnings) : PacketDecoder(limits, warnings)
{
    private readonly TcpTable _tcp = new(limits, warnings);
    private readonly Dictionary<(Endpoint, Endpoint), (Flow Flow, Endpoint Client)> _udpFlows = [];
    private readonly List<Datagram> _datagrams = [];
    private long _payloadSize;
    private long _parts;
    private long _packets;
    private long _lastOffset;

    /// <summary>False when a limit was reached and the rest of the capture should not be read.</summary>
    public bool Add(in CapturedPacket packet)
    {
        _packets++;
        _lastOffset = packet.Offset;
        Decode(packet);
        if (_payloadSize <= Limits.MaxPayloadSize && _parts <= Limits.MaxParts) return true;

        Warnings.Add("Capture.Limit", packet.Offset,
            $"stopped after {_packets} packets: no more than {Limits.MaxPayloadSize} bytes, {Limits.MaxParts} parts");
        return false;
    }

    public Traffic Complete(string source)
    {
        Fragments.Flush();
        return new Traffic(source, _datagrams, _tcp.Complete(_lastOffset), _packets, Warnings);
    }

    protected override void Transport(int protocol, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination,
        ReadOnlySpan<byte> payload, int wireLength, in CapturedPacket packet)
    {
        if (protocol == IpHeader.Tcp)
        {
            if (!TcpHeader.TryParse(payload, out TcpHeader tcp))
            {
                Warnings.Add("Tcp.Header", packet.Offset, "no valid TCP header; packet ignored");
                return;
            }

            if (payload.Length < wireLength)
            {
                Warnings.Add("Capture.ShortPacket", packet.Offset,
                    $"{wireLength - payload.Length} bytes of a TCP segment were cut by the capture's snap length");
            }

            _tcp.Add(source, destination, tcp, packet);
            Count(tcp.Payload.Length);
        }
        else if (protocol == IpHeader.Udp)
        {
            Udp(source, destination, payload, wireLength, packet);
        }
    }

    private void Udp(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> udp, int wireLength,
        in CapturedPacket packet)
    {
        if (!UdpHeader.TryParse(udp, wireLength, out UdpHeader header))
        {
            Warnings.Add("Udp.Header", packet.Offset, "no valid UDP header; packet ignored");
            return;
        }

        if (header.IsCut)
        {
            Warnings.Add("Capture.ShortPacket", packet.Offset,
                "a datagram was cut by the capture's snap length; ignored");
            return;
        }

        Endpoint from = new(source, header.SourcePort), to = new(destination, header.DestinationPort);
        (Endpoint, Endpoint) key = from < to ? (from, to) : (to, from);
        if (!_udpFlows.TryGetValue(key, out (Flow Flow, Endpoint Client) known))
        {
            if (_udpFlows.Count >= Limits.MaxFlows)
            {
                Warnings.Add("Capture.Flows", packet.Offset,
                    $"more than {Limits.MaxFlows} UDP flows; this one is ignored");
                return;
            }

            known = _udpFlows[key] = (new Flow($"{from}-{to}/udp"), from); // who speaks first is taken for the client
        }

        FlowDirection direction = from == known.Client ? FlowDirection.ClientToServer : FlowDirection.ServerToClient;
        _datagrams.Add(new Datagram(packet.Number, known.Flow, direction, packet.Time, header.Payload.ToArray()));
        Count(header.Payload.Length);
    }

    private void Count(int bytes)
    {
        if (bytes == 0) return;
        _payloadSize += bytes;
        _parts++;
    }
}
