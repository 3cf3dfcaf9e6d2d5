using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces;

/// <summary>
/// What an input holds: messages with known ends, streams whose messages are still to be found, and what was odd about
/// it.
/// </summary>
public sealed class Traffic
{
    internal Traffic(string source, IReadOnlyList<Datagram> datagrams, IReadOnlyList<StreamSection> streams,
        long packets, WarningLog warnings)
    {
        Source = source;
        Datagrams = datagrams;
        Streams = streams;
        PacketCount = packets;
        Warnings = warnings.Kept;
        WarningCounts = warnings.Counts;
    }

    /// <summary><c>pcap</c>, <c>pcapng</c>, <c>jsonl</c>, <c>hex</c> or <c>raw</c>.</summary>
    public string Source { get; }

    public IReadOnlyList<Datagram> Datagrams { get; }

    public IReadOnlyList<StreamSection> Streams { get; }

    /// <summary>Packets of a capture, or lines of a text input, read.</summary>
    public long PacketCount { get; }

    public IReadOnlyList<InputWarning> Warnings { get; }

    /// <summary>All warnings by code, also those beyond the number kept.</summary>
    public IReadOnlyDictionary<string, long> WarningCounts { get; }
}

/// <summary>A message whose ends the input knows: a UDP datagram, or a line of JSON.</summary>
/// <remarks>Packet is the 0-based number of the packet or line.</remarks>
public sealed record Datagram(long Packet, Flow Flow, FlowDirection Direction, DateTimeOffset? Time,
    ReadOnlyMemory<byte> Bytes);
