using System.Buffers.Binary;

namespace Qbitel.Discovery.Traces.Packets;

/// <summary>Builds Ethernet frames around TCP segments and UDP datagrams, checksums included.</summary>
internal static class EthernetFrame
{
    private const int HeaderSize = 14;

    /// <summary>The frame of a TCP header and payload, whose checksum is filled in.</summary>
    public static byte[] Tcp(Endpoint from, Endpoint to, byte[] segment) =>
        Ip(from, to, IpHeader.Tcp, segment, checksumAt: 16);

    public static byte[] Udp(Endpoint from, Endpoint to, ReadOnlySpan<byte> payload)
    {
        byte[] udp = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(udp, from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        payload.CopyTo(udp.AsSpan(8));
        return Ip(from, to, IpHeader.Udp, udp, checksumAt: 6);
    }

    private static byte[] Ip(Endpoint from, Endpoint to, byte protocol, byte[] transport, int checksumAt)
    {
        byte[] source = from.Address.GetAddressBytes(), destination = to.Address.GetAddressBytes();
        if (source.Length != destination.Length)
            throw new ArgumentException("Both ends must be IPv4 or both IPv6.", nameof(to));

        uint pseudoHeader = Sum(source) + Sum(destination) + protocol + (uint)transport.Length;
        ushort checksum = Fold(pseudoHeader + Sum(transport));
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(checksumAt), checksum == 0 ? ushort.MaxValue : checksum);

        bool isV6 = source.Length == 16;
        int ipSize = isV6 ? 40 : 20;
        byte[] frame = new byte[HeaderSize + ipSize + transport.Length];
        frame[0] = 0x02; // locally administered addresses
        frame[5] = 0x02;
        frame[6] = 0x02;
        frame[11] = 0x01;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)(isV6 ? 0x86DD : 0x0800));

        Span<byte> ip = frame.AsSpan(HeaderSize);
        if (isV6)
        {
            ip[0] = 6 << 4;
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)transport.Length);
            ip[6] = protocol;
            ip[7] = 64;
            source.CopyTo(ip[8..]);
            destination.CopyTo(ip[24..]);
        }
        else
        {
            ip[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(ipSize + transport.Length));
            ip[6] = 0x40; // do not fragment
            ip[8] = 64;
            ip[9] = protocol;
            source.CopyTo(ip[12..]);
            destination.CopyTo(ip[16..]);
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Fold(Sum(ip[..20])));
        }

        transport.CopyTo(ip[ipSize..]);
        return frame;
    }

    // RFC 1071: the ones' complement of the ones' complement sum of 16-bit words.
    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (; bytes.Length >= 2; bytes = bytes[2..]) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }

    private static ushort Fold(uint sum)
    {
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)(sum ^ 0xFFFF);
    }
}
