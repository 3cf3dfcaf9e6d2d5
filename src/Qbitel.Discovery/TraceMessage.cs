namespace Qbitel.Discovery;

/// <summary>One message as it was sent: a datagram, a line of input, or a frame cut out of a stream.</summary>
/// <remarks>
/// Index is the 0-based number in the input: the line, or for captures the order in which messages began. Bytes include a framing header.
/// </remarks>
public sealed record TraceMessage(int Index, Flow Flow, FlowDirection Direction, DateTimeOffset? Time, ReadOnlyMemory<byte> Bytes);
