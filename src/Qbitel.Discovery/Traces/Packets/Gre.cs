using System.Buffers.Binary;

namespace Qbitel.Discovery.Traces.Packets;

/// <summary>Generic routing encapsulation (RFC 2784, RFC 2890) and the mirrored traffic that switches send in
/// it.</summary>
internal static class Gre
{
    private const int Checksum = 0x8000, Key = 0x2000, Sequence = 0x1000;
    private const int MustBeZero = 0x4F87; // RFC 1701 routing, recursion, and the version; version 1 carries PPP

    private const int Bridged = 0x6558; // transparent Ethernet
    private const int Erspan = 0x88BE, Erspan3 = 0x22EB;
    private const int ErspanHeader = 8, Erspan3Header = 12, Erspan3Platform = 8;

    /// <summary>The IP packet carried; empty where it is something else. False where the header cannot be
    /// right.</summary>
    public static bool TryUnwrap(ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> ip)
    {
        ip = [];
        if (packet.Length < 4) return false;

        int flags = BinaryPrimitives.ReadUInt16BigEndian(packet);
        int type = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if ((flags & MustBeZero) != 0) return false;
        int size = 4 + ((flags & Checksum) != 0 ? 4 : 0) + ((flags & Key) != 0 ? 4 : 0)
            + ((flags & Sequence) != 0 ? 4 : 0);
        if (packet.Length < size) return false;

        ReadOnlySpan<byte> inner = packet[size..];
        if (type == Erspan)
        {
            // Type I has no header of its own and no sequence number; type II has both.
            int header = (flags & Sequence) != 0 ? ErspanHeader : 0;
            if (inner.Length < header) return false;
            ip = LinkLayer.InEthernet(inner[header..]);
        }
        else if (type == Erspan3)
        {
            if (inner.Length < Erspan3Header) return false;
            int header = Erspan3Header + ((inner[11] & 1) != 0 ? Erspan3Platform : 0);
            if (inner.Length < header) return false;
            ip = LinkLayer.InEthernet(inner[header..]);
        }
        else
        {
            ip = type == Bridged ? LinkLayer.InEthernet(inner) : LinkLayer.Network(type, inner, 0);
        }

        return true;
    }
}
