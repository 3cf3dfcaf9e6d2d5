namespace Qbitel.Views;

/// <summary>What was found in the captures that have been read, the latest first.</summary>
public sealed record ProtocolsView(DateTimeOffset At, IReadOnlyList<CaptureRow> Captures);

/// <summary>One capture file, named by its content.</summary>
public sealed record CaptureRow(
    Guid Id, DateTimeOffset ReadAt, string Source, string Sha256, long Messages, long Flows, long Unassigned,
    IReadOnlyList<ProtocolRow> Protocols);

/// <summary>
/// A protocol by its canonical name, or <c>unknown-1</c> and so on for what no parser reads to its end.
/// </summary>
public sealed record ProtocolRow(string Name, bool Known, double Confidence, long Messages,
    IReadOnlyList<string> MessageTypes);
