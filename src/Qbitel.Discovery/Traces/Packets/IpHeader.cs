using System.Buffers.Binary;

namespace Qbitel.Discovery.Traces.Packets;

/// <summary>
/// What an IP packet says about itself, IPv4 (RFC 791) or IPv6 with its extension headers (RFC 8200).
/// </summary>
internal readonly ref struct IpHeader
{
    public const int Tcp = 6;
    public const int Udp = 17;
    public const int Gre = 47;
    public const int V4InIp = 4; // RFC 2003
    public const int V6InIp = 41; // RFC 4213

    private const int MaxExtensionHeaders = 16;

    public ReadOnlySpan<byte> Source { get; private init; }

    public ReadOnlySpan<byte> Destination { get; private init; }

    /// <summary>The transport protocol, e.g. <see cref="Tcp"/>; of a fragment, that of the whole datagram.</summary>
    public int Protocol { get; private init; }

    /// <summary>What follows the headers, as far as the capture has it.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>
    /// How long the payload was on the wire; more than <see cref="Payload"/> when the capture cut it.
    /// </summary>
    public int PayloadLength { get; private init; }

    public bool IsFragment => MoreFragments || FragmentOffset != 0;

    public bool MoreFragments { get; private init; }

    public int FragmentOffset { get; private init; }

    public uint Identification { get; private init; }

    public static bool TryParse(ReadOnlySpan<byte> packet, out IpHeader header)
    {
        header = default;
        if (packet.IsEmpty) return false;
        return (packet[0] >> 4) switch
        {
            4 => TryParseV4(packet, out header),
            6 => TryParseV6(packet, out header),
            _ => false,
        };
    }

    private static bool TryParseV4(ReadOnlySpan<byte> packet, out IpHeader header)
    {
        header = default;
        if (packet.Length < 20) return false;

        int headerLength = (packet[0] & 0x0F) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (total == 0) total = packet.Length; // segmentation offload: the card fills the length in later
        if (headerLength < 20 || total < headerLength || packet.Length < headerLength) return false;

        ushort fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        header = new IpHeader
        {
            Source = packet.Slice(12, 4),
            Destination = packet.Slice(16, 4),
            Protocol = packet[9],
            Payload = packet[headerLength..Math.Min(total, packet.Length)],
            PayloadLength = total - headerLength,
            MoreFragments = (fragment & 0x2000) != 0,
            FragmentOffset = (fragment & 0x1FFF) * 8,
            Identification = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]),
        };
        return true;
    }

    private static bool TryParseV6(ReadOnlySpan<byte> packet, out IpHeader header)
    {
        header = default;
        if (packet.Length < 40) return false;

        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (length == 0) length = packet.Length - 40; // jumbogram or segmentation offload
        ReadOnlySpan<byte> rest = packet.Slice(40, Math.Min(length, packet.Length - 40));
        int missing = length - rest.Length;

        bool more = false;
        int fragmentOffset = 0;
        uint identification = 0;
        int next = packet[6];
        for (int headers = 0; headers < MaxExtensionHeaders; headers++)
        {
            // Hop-by-hop, routing, destination options, mobility: length in units of 8 after the first; authentication:
            // in units of 4.
            int size;
            if (next is 0 or 43 or 60 or 135 or 139 or 140) size = rest.Length < 2 ? int.MaxValue : (rest[1] + 1) * 8;
            else if (next == 51) size = rest.Length < 2 ? int.MaxValue : (rest[1] + 2) * 4;
            else if (next == 44) size = 8;
            else break;

            if (size > rest.Length) return false;
            int current = next;
            next = rest[0];
            if (current == 44)
            {
                ushort fragment = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
                fragmentOffset = fragment & 0xFFF8;
                more = (fragment & 1) != 0;
                identification = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
                rest = rest[size..];
                break; // what follows in a later fragment is not a header
            }

            rest = rest[size..];
        }

        header = new IpHeader
        {
            Source = packet.Slice(8, 16),
            Destination = packet.Slice(24, 16),
            Protocol = next,
            Payload = rest,
            PayloadLength = rest.Length + missing,
            MoreFragments = more,
            FragmentOffset = fragmentOffset,
            Identification = identification,
        };
        return true;
    }
}
