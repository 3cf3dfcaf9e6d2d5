using System.Buffers.Binary;
using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces.Packets;

/// <summary>Takes the link layer off a captured packet.</summary>
internal static class LinkLayer
{
    // IEEE 802 numbers; 0x9100 is QinQ as it was before 802.1ad.
    private const int EtherTypeIPv4 = 0x0800;
    private const int EtherTypeIPv6 = 0x86DD;
    private const int EtherTypeVlan = 0x8100;
    private const int EtherTypeServiceVlan = 0x88A8;
    private const int EtherTypeOldQinQ = 0x9100;
    private const int EtherTypeMpls = 0x8847;
    private const int EtherTypeMplsMulticast = 0x8848;
    private const int MaxVlanTags = 8;
    private const int MaxLabels = 16;

    /// <summary>The IP packet inside, or empty when the packet carries something else or is cut before it.</summary>
    public static ReadOnlySpan<byte> IpPacket(LinkType link, ReadOnlySpan<byte> packet) => link switch
    {
        LinkType.Ethernet => AfterEtherType(packet, 12),
        LinkType.LinuxCooked => AfterEtherType(packet, 14),
        LinkType.LinuxCooked2 when packet.Length >= 20 =>
            Network(BinaryPrimitives.ReadUInt16BigEndian(packet), packet, 20),
        LinkType.Null or LinkType.Loop when packet.Length >= 4 => AfterFamily(packet),
        LinkType.Raw or LinkType.IPv4 or LinkType.IPv6 => packet,
        _ => [],
    };

    /// <summary>Whether <see cref="IpPacket"/> knows this link layer at all.</summary>
    public static bool IsKnown(LinkType link) =>
        link is LinkType.Null or LinkType.Ethernet or LinkType.Raw or LinkType.Loop
        or LinkType.LinuxCooked or LinkType.IPv4 or LinkType.IPv6 or LinkType.LinuxCooked2;

    /// <summary>The IP packet inside an Ethernet frame.</summary>
    public static ReadOnlySpan<byte> InEthernet(ReadOnlySpan<byte> frame) => AfterEtherType(frame, 12);

    /// <summary>The IP packet in what an EtherType announces, VLAN tags and MPLS labels taken off.</summary>
    public static ReadOnlySpan<byte> Network(int etherType, ReadOnlySpan<byte> packet, int at)
    {
        for (int tags = 0; etherType is EtherTypeVlan or EtherTypeServiceVlan or EtherTypeOldQinQ; tags++)
        {
            if (tags == MaxVlanTags || packet.Length < at + 4) return [];
            etherType = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]);
            at += 4;
        }

        return etherType switch
        {
            EtherTypeIPv4 or EtherTypeIPv6 => packet[at..],
            EtherTypeMpls or EtherTypeMplsMulticast => AfterLabels(packet[at..]),
            _ => [],
        };
    }

    private static ReadOnlySpan<byte> AfterEtherType(ReadOnlySpan<byte> packet, int at)
    {
        if (packet.Length < at + 2) return [];
        return Network(BinaryPrimitives.ReadUInt16BigEndian(packet[at..]), packet, at + 2);
    }

    // RFC 3032: the last label has the bottom-of-stack bit, and nothing says what is below. As everybody does, the
    // first
    // nibble tells: 4 and 6 are IP versions, 0 is the control word of a pseudowire (RFC 4385), which carries Ethernet.
    private static ReadOnlySpan<byte> AfterLabels(ReadOnlySpan<byte> labels)
    {
        for (int i = 0; i < MaxLabels && labels.Length > 4; i++)
        {
            bool isLast = (labels[2] & 1) != 0;
            labels = labels[4..];
            if (isLast)
            {
                return (labels[0] >> 4) switch
                {
                    4 or 6 => labels,
                    0 when labels.Length > 4 => InEthernet(labels[4..]),
                    _ => [],
                };
            }
        }

        return [];
    }

    private static ReadOnlySpan<byte> AfterFamily(ReadOnlySpan<byte> packet)
    {
        // AF_INET is 2 everywhere; AF_INET6 is 24, 28 or 30 on the BSDs and 10 on Linux. The byte order is that of the
        // capturing machine.
        uint family = BinaryPrimitives.ReadUInt32LittleEndian(packet);
        if (family > 0xFFFF) family = BinaryPrimitives.ReverseEndianness(family);
        return family is 2 or 10 or 24 or 28 or 30 ? packet[4..] : [];
    }
}
