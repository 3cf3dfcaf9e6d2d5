using System.Buffers.Binary;

namespace Qbitel.Discovery.Traces.Packets;

/// <summary>The fields of a TCP segment that reassembly needs (RFC 9293).</summary>
internal readonly ref struct TcpHeader
{
    public ushort SourcePort { get; private init; }

    public ushort DestinationPort { get; private init; }

    public uint Sequence { get; private init; }

    public bool Fin { get; private init; }

    public bool Syn { get; private init; }

    public bool Rst { get; private init; }

    public bool Ack { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    public static bool TryParse(ReadOnlySpan<byte> segment, out TcpHeader header)
    {
        header = default;
        if (segment.Length < 20) return false;

        int size = (segment[12] >> 4) * 4;
        if (size < 20 || size > segment.Length) return false;

        byte flags = segment[13];
        header = new TcpHeader
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(segment),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]),
            Fin = (flags & 0x01) != 0,
            Syn = (flags & 0x02) != 0,
            Rst = (flags & 0x04) != 0,
            Ack = (flags & 0x10) != 0,
            Payload = segment[size..],
        };
        return true;
    }
}
