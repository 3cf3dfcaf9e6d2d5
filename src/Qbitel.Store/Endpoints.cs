namespace Qbitel.Store;

/// <summary>A network address that is scanned: a host's name or address in lower case, and the service behind it where one is known.</summary>
public sealed record EndpointRecord(string Host, int Port, string? Service, DateTimeOffset FirstSeenAt);

/// <summary>What one scan of an endpoint saw on the wire. The columns are what posture asks for; the document has the rest.</summary>
public sealed record ScanFinding
{
    public required Guid Id { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>False where no handshake came to an end; the document says why.</summary>
    public required bool Completed { get; init; }

    /// <summary>The negotiated version as in the handshake, e.g. 0x0304.</summary>
    public int? ProtocolVersion { get; init; }

    /// <summary>The negotiated key exchange by its number in the IANA registry, e.g. 0x11EC; null for RSA key transport.</summary>
    public int? Group { get; init; }

    /// <summary>The negotiated cipher suite by its number in the IANA registry.</summary>
    public int? CipherSuite { get; init; }

    /// <summary>The algorithm of the server's key, e.g. <c>RSA</c>, and its size.</summary>
    public string? KeyAlgorithm { get; init; }

    public int? KeySizeBits { get; init; }

    /// <summary>Dotted decimal: the algorithm the server's certificate is signed with.</summary>
    public string? SignatureOid { get; init; }

    public DateTimeOffset? CertificateNotAfter { get; init; }

    /// <summary>The whole report of the scan, as a JSON document.</summary>
    public required string DocumentJson { get; init; }
}
