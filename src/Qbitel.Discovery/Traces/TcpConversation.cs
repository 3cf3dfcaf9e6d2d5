using System.Buffers.Binary;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces;

/// <summary>
/// Writes a TCP connection into a capture as its packets: handshake, data, close. For captures of our own making.
/// </summary>
/// <remarks>Ethernet and IPv4 or IPv6 with correct checksums, so that other tools read it without complaint.</remarks>
public sealed class TcpConversation
{
    private const int SegmentSize = 1_400;
    private const byte Fin = 0x01, Syn = 0x02, Push = 0x08, Acknowledge = 0x10;

    private readonly PcapNgWriter _writer;
    private readonly int _interface;
    private readonly Endpoint _client;
    private readonly Endpoint _server;
    private uint _clientSequence;
    private uint _serverSequence;

    /// <summary>Opens the connection on an Ethernet interface of the writer.</summary>
    /// <remarks>The client's sequence numbers begin at <paramref name="initialSequence"/>, the server's at its
    /// complement.</remarks>
    public TcpConversation(
        PcapNgWriter writer, int interfaceNumber, Endpoint client, Endpoint server, DateTimeOffset time,
            uint initialSequence = 1_000)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        _interface = interfaceNumber;
        _client = client;
        _server = server;
        _clientSequence = initialSequence;
        _serverSequence = ~initialSequence;
        Packet(fromClient: true, Syn, [], time);
        Packet(fromClient: false, Syn | Acknowledge, [], time);
        Packet(fromClient: true, Acknowledge, [], time);
    }

    /// <summary>Sends bytes one way, in segments.</summary>
    public void Send(FlowDirection direction, ReadOnlySpan<byte> bytes, DateTimeOffset time)
    {
        bool fromClient = IsFromClient(direction);
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(SegmentSize, bytes.Length)..])
            Packet(fromClient, Push | Acknowledge, bytes[..Math.Min(SegmentSize, bytes.Length)], time);
    }

    /// <summary>Both ends finish.</summary>
    public void Close(DateTimeOffset time)
    {
        Packet(fromClient: true, Fin | Acknowledge, [], time);
        Packet(fromClient: false, Fin | Acknowledge, [], time);
        Packet(fromClient: true, Acknowledge, [], time);
    }

    private static bool IsFromClient(FlowDirection direction) => direction switch
    {
        FlowDirection.ClientToServer => true,
        FlowDirection.ServerToClient => false,
        _ => throw new ArgumentException("Bytes go from the client to the server or back.", nameof(direction)),
    };

    private void Packet(bool fromClient, byte flags, ReadOnlySpan<byte> payload, DateTimeOffset time)
    {
        (Endpoint from, Endpoint to) = fromClient ? (_client, _server) : (_server, _client);
        ref uint sequence = ref fromClient ? ref _clientSequence : ref _serverSequence;
        uint acknowledged = (flags & Acknowledge) == 0 ? 0 : fromClient ? _serverSequence : _clientSequence;

        byte[] tcp = new byte[20 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), acknowledged);
        tcp[12] = 5 << 4;
        tcp[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(14), 65_535);
        payload.CopyTo(tcp.AsSpan(20));
        _writer.WritePacket(_interface, time, EthernetFrame.Tcp(from, to, tcp));

        unchecked
        {
            sequence += (uint)payload.Length + ((flags & (Syn | Fin)) != 0 ? 1u : 0u);
        }
    }
}
