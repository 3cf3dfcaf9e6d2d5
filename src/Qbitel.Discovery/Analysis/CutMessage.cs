using Qbitel.Discovery.Traces.Framing;
using Qbitel.Protocols.Iso8583.Detection;

namespace Qbitel.Discovery.Analysis;

/// <summary>
/// One message on its way through the analysis: where it came from, and what has been found out so far.
/// </summary>
internal sealed class CutMessage
{
    /// <summary>
    /// Packet or line that brought its first byte, and that byte's place in the stream: the order of the input.
    /// </summary>
    public required (long Packet, int Offset) Order { get; init; }

    public required Flow Flow { get; init; }

    public required ReadOnlyMemory<byte> Bytes { get; init; }

    public FlowDirection Direction { get; init; }

    /// <summary>
    /// The rule that cut it out of a stream; null for datagrams, for protocols that cut themselves, and for mere
    /// segments.
    /// </summary>
    public FramingRule? Rule { get; init; }

    /// <summary>It was sent over a connection, whose messages belong together.</summary>
    public bool IsFromStream { get; init; }

    /// <summary>
    /// Known to be no whole message: the bytes before the first, behind the last, or between two that hold.
    /// </summary>
    public bool IsFragment { get; init; }

    public int Index { get; set; }

    /// <summary>The known protocol it was read as, to its end.</summary>
    public KnownReading? Known { get; set; }
}

/// <summary>A message read to its end as a known protocol.</summary>
/// <param name="Protocol">Canonical name.</param>
/// <param name="Version">The protocol's version, where the message names one.</param>
/// <param name="Type">Its message type.</param>
/// <param name="Confidence">How little chance leaves of other bytes fitting as well.</param>
/// <param name="HeaderSize">Bytes of a length header before it.</param>
internal sealed record KnownReading(string Protocol, string? Version, string? Type, double Confidence, int HeaderSize)
{
    /// <summary>Of card messages, the one dialect that all of the trace are written in.</summary>
    public Iso8583Candidate? Dialect { get; init; }

    /// <summary>What competes with the dialect.</summary>
    public Iso8583Detection? Detection { get; init; }
}
