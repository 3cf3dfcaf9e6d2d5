using Qbitel.Governance;
using Qbitel.Governance.Inventory;

namespace Qbitel.Store;

/// <summary>A network address that is scanned, and what the register says about it. A scan tells none of this; somebody
/// does.</summary>
public sealed record EndpointRecord
{
    /// <summary>A name or an address, lower case.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>The service behind it, where it is one of ours.</summary>
    public string? Service { get; init; }

    public string? Owner { get; init; }

    /// <summary>The part of the network, e.g. <c>dmz</c>.</summary>
    public string? Zone { get; init; }

    public DataClass? DataClass { get; init; }

    public Criticality Criticality { get; init; }

    /// <summary>How long what it carries must stay secret.</summary>
    public TimeSpan? ShelfLife { get; init; }

    /// <summary>When its classical cryptography is to be replaced.</summary>
    public DateOnly? MigrationPlanned { get; init; }
}

/// <summary>What one scan of an endpoint saw on the wire. What posture asks for has members of its own; the document
/// has the rest.</summary>
public sealed record ScanFinding
{
    public required Guid Id { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Why the handshake was not seen to its end; null where it was.</summary>
    public string? Failure { get; init; }

    /// <summary>The negotiated version as in the handshake, e.g. 0x0304.</summary>
    public int? ProtocolVersion { get; init; }

    /// <summary>The algorithms in the numbers of the wire, as far as they were seen; null where none were.</summary>
    public TlsObservation? Observation { get; init; }

    public DateTimeOffset? CertificateNotAfter { get; init; }

    /// <summary>The whole report of the scan, as a JSON document.</summary>
    public required string DocumentJson { get; init; }
}
