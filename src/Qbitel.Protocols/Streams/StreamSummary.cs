namespace Qbitel.Protocols.Streams;

/// <summary>What a stream of messages of any protocols held.</summary>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Protocols">What was there of each protocol, in the order they were met.</param>
public sealed record StreamSummary(long Bytes, IReadOnlyList<ProtocolSummary> Protocols);

/// <summary>What a stream held of one protocol.</summary>
/// <param name="Protocol">The canonical name; null for bytes that are of none known.</param>
/// <param name="Summary">Offsets in it are those of the whole stream.</param>
public sealed record ProtocolSummary(string? Protocol, ScanSummary Summary);
