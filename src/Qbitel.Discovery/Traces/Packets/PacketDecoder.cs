using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces.Packets;

/// <summary>Takes link layer, labels, tunnels and fragmentation off packets, down to what IP carries.</summary>
internal abstract class PacketDecoder(CaptureLimits limits, WarningLog warnings)
{
    private const int MaxTunnels = 8; // one in the other

    protected CaptureLimits Limits { get; } = limits;

    protected WarningLog Warnings { get; } = warnings;

    protected FragmentTable Fragments { get; } = new(limits, warnings);

    protected void Decode(in CapturedPacket packet)
    {
        if (!LinkLayer.IsKnown(packet.LinkType))
        {
            Warnings.Add("Capture.LinkType", packet.Offset,
                $"link type {(int)packet.LinkType} is not read; packet ignored");
            return;
        }

        ReadOnlySpan<byte> ip = LinkLayer.IpPacket(packet.LinkType, packet.Data.Span);
        if (!ip.IsEmpty) Network(ip, packet, MaxTunnels); // empty: ARP and the like
    }

    /// <summary>A whole packet of a transport protocol.</summary>
    protected abstract void Transport(int protocol, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination,
        ReadOnlySpan<byte> payload, int wireLength, in CapturedPacket packet);

    private void Network(ReadOnlySpan<byte> ip, in CapturedPacket packet, int tunnelsLeft)
    {
        if (!IpHeader.TryParse(ip, out IpHeader header))
        {
            Warnings.Add("Ip.Header", packet.Offset, "no valid IP header; packet ignored");
            return;
        }

        ReadOnlySpan<byte> payload = header.Payload;
        int wireLength = header.PayloadLength;
        if (header.IsFragment)
        {
            if (Fragments.Add(header, packet) is not { } whole) return;
            payload = whole;
            wireLength = whole.Length;
        }

        ReadOnlySpan<byte> inner = payload;
        switch (header.Protocol)
        {
            case IpHeader.Gre when !Gre.TryUnwrap(payload, out inner):
                Warnings.Add("Gre.Header", packet.Offset, "no GRE header of version 0; packet ignored");
                return;

            case IpHeader.Gre or IpHeader.V4InIp or IpHeader.V6InIp when tunnelsLeft == 0:
                Warnings.Add("Ip.Tunnels", packet.Offset,
                    $"more than {MaxTunnels} tunnels in each other; packet ignored");
                return;

            case IpHeader.Gre or IpHeader.V4InIp or IpHeader.V6InIp:
                if (!inner.IsEmpty) Network(inner, packet, tunnelsLeft - 1);
                return;

            default:
                Transport(header.Protocol, header.Source, header.Destination, payload, wireLength, packet);
                return;
        }
    }
}
