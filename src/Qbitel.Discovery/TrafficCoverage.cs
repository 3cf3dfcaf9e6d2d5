namespace Qbitel.Discovery;

/// <summary>What of an input too large to keep was counted, and what of it was looked at.</summary>
public sealed record TrafficCoverage
{
    /// <summary>By name; flows nobody knows have an empty one and come first.</summary>
    public required IReadOnlyList<ProtocolCoverage> Protocols { get; init; }

    /// <summary>Flows whose first bytes the document is about.</summary>
    public required int SampledFlows { get; init; }

    /// <summary>Bytes of these.</summary>
    public required long SampledSize { get; init; }
}

/// <summary>All flows of a protocol, named by their first messages.</summary>
/// <param name="Protocol">Empty where nobody knows.</param>
/// <param name="Flows">How many.</param>
/// <param name="Packets">Of these, with and without payload.</param>
/// <param name="Size">Bytes of payload on the wire; what came twice counts twice.</param>
public sealed record ProtocolCoverage(string Protocol, long Flows, long Packets, long Size);
