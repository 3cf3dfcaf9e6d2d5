namespace Qbitel.Discovery.Traces.Filters;

/// <summary>A filter as it was understood: what <see cref="PacketFilter"/> asks of a packet, and what <see
/// cref="KernelFilter"/> makes a program of.</summary>
internal abstract record FilterNode
{
    public abstract bool Matches(in PacketView packet);
}

internal sealed record BothNode(FilterNode First, FilterNode Second) : FilterNode
{
    public override bool Matches(in PacketView packet) => First.Matches(packet) && Second.Matches(packet);
}

internal sealed record EitherNode(FilterNode First, FilterNode Second) : FilterNode
{
    public override bool Matches(in PacketView packet) => First.Matches(packet) || Second.Matches(packet);
}

internal sealed record NotNode(FilterNode Inner) : FilterNode
{
    public override bool Matches(in PacketView packet) => !Inner.Matches(packet);
}

/// <summary>The IP version, by the size of an address.</summary>
internal sealed record VersionNode(int AddressSize) : FilterNode
{
    public override bool Matches(in PacketView packet) => packet.Source.Length == AddressSize;
}

internal sealed record ProtocolNode(int Protocol) : FilterNode
{
    public override bool Matches(in PacketView packet) => packet.Protocol == Protocol;
}

/// <summary>A VLAN tag, of this number if one is given.</summary>
internal sealed record VlanNode(int? Number) : FilterNode
{
    public override bool Matches(in PacketView packet) => packet.HasVlan(Number);
}

internal sealed record PortNode(bool Source, bool Destination, int From, int To) : FilterNode
{
    public override bool Matches(in PacketView packet) =>
        (Source && packet.SourcePort >= From && packet.SourcePort <= To)
        || (Destination && packet.DestinationPort >= From && packet.DestinationPort <= To);
}

/// <summary>An address, or a net by its first bits.</summary>
internal sealed record AddressNode(bool Source, bool Destination, byte[] Address, int Bits) : FilterNode
{
    public override bool Matches(in PacketView packet) =>
        (Source && Begins(packet.Source)) || (Destination && Begins(packet.Destination));

    private bool Begins(ReadOnlySpan<byte> address)
    {
        if (address.Length != Address.Length) return false;
        int bytes = Bits / 8;
        return address[..bytes].SequenceEqual(Address.AsSpan(0, bytes))
            && (Bits % 8 == 0 || (address[bytes] ^ Address[bytes]) >> (8 - (Bits % 8)) == 0);
    }
}
