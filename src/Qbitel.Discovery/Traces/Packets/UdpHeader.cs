using System.Buffers.Binary;

namespace Qbitel.Discovery.Traces.Packets;

/// <summary>A UDP datagram (RFC 768) as far as the capture has it.</summary>
internal readonly ref struct UdpHeader
{
    private const int Size = 8;

    public ushort SourcePort { get; private init; }

    public ushort DestinationPort { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>The capture's snap length cut the payload.</summary>
    public bool IsCut { get; private init; }

    /// <param name="udp">What the capture has of it.</param>
    /// <param name="wireLength">How long it was.</param>
    /// <param name="header">The datagram.</param>
    public static bool TryParse(ReadOnlySpan<byte> udp, int wireLength, out UdpHeader header)
    {
        header = default;
        int length = udp.Length < Size ? 0 : BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        if (length == 0) length = wireLength; // jumbogram or segmentation offload
        if (udp.Length < Size || length < Size || length > wireLength) return false;

        header = new UdpHeader
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(udp),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(udp[2..]),
            Payload = udp[Size..Math.Min(length, udp.Length)],
            IsCut = length > udp.Length,
        };
        return true;
    }
}
