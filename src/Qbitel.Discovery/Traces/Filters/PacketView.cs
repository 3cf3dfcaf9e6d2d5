using System.Buffers.Binary;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces.Filters;

/// <summary>What of a packet a filter can ask for: its VLAN tags, and its outermost IP header with the ports
/// behind.</summary>
internal readonly ref struct PacketView
{
    private const int MaxTags = 8;

    public PacketView(LinkType link, ReadOnlySpan<byte> packet)
    {
        Packet = packet;
        Link = link;
        if (!IpHeader.TryParse(LinkLayer.IpPacket(link, packet), out IpHeader ip)) return;
        Source = ip.Source;
        Destination = ip.Destination;
        Protocol = ip.Protocol;
        if (Protocol is not (IpHeader.Tcp or IpHeader.Udp) || ip.FragmentOffset != 0 || ip.Payload.Length < 4) return;
        SourcePort = BinaryPrimitives.ReadUInt16BigEndian(ip.Payload);
        DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(ip.Payload[2..]);
    }

    private LinkType Link { get; }

    private ReadOnlySpan<byte> Packet { get; }

    /// <summary>Empty where there is no IP.</summary>
    public ReadOnlySpan<byte> Source { get; }

    public ReadOnlySpan<byte> Destination { get; }

    public int Protocol { get; } = -1;

    /// <summary>Null where there are none, as in all fragments but the first.</summary>
    public int? SourcePort { get; }

    public int? DestinationPort { get; }

    /// <summary>Whether there is a VLAN tag, of this number if one is given.</summary>
    public bool HasVlan(int? number)
    {
        int at = Link switch
        {
            LinkType.Ethernet => 12,
            LinkType.LinuxCooked => 14,
            _ => Packet.Length,
        };
        for (int tags = 0; tags < MaxTags && at + 4 <= Packet.Length; tags++, at += 4)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(Packet[at..]) is not (0x8100 or 0x88A8 or 0x9100)) return false;
            if (number is null || (BinaryPrimitives.ReadUInt16BigEndian(Packet[(at + 2)..]) & 0xFFF) == number)
                return true;
        }

        return false;
    }
}
