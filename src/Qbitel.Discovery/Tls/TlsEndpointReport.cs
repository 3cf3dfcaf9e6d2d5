namespace Qbitel.Discovery.Tls;

/// <summary>What one probe saw on the wire.</summary>
public sealed record TlsEndpointReport
{
    /// <summary>The server's handshake was read to its end.</summary>
    public required bool Completed { get; init; }

    /// <summary>Why not, in words, and where.</summary>
    public string? Failure { get; init; }

    /// <summary>The negotiated version, e.g. 0x0304; null where no ServerHello came.</summary>
    public int? Version { get; init; }

    public int? CipherSuite { get; init; }

    /// <summary>
    /// The negotiated key exchange by its number in the IANA registry; null for RSA key transport and old
    /// Diffie-Hellman.
    /// </summary>
    public int? Group { get; init; }

    /// <summary>How keys were agreed where no group was named: <c>RSA</c> or <c>DHE</c>.</summary>
    public string? KeyExchange { get; init; }

    /// <summary>The size of an unnamed Diffie-Hellman group.</summary>
    public int? DiffieHellmanBits { get; init; }

    /// <summary>Whether X25519MLKEM768 was on offer, so that its absence is the server's answer.</summary>
    public required bool HybridOffered { get; init; }

    /// <summary>The server asked for another key share first.</summary>
    public bool Retried { get; init; }

    /// <summary>The chain as sent, the server's own certificate first.</summary>
    public IReadOnlyList<CertificateSummary> Chain { get; init; } = [];

    /// <summary>The scheme of the server's signature over the handshake.</summary>
    public int? SignatureScheme { get; init; }

    /// <summary>
    /// Whether that signature verifies under the certificate; null where there is none or we do not know its scheme.
    /// </summary>
    public bool? SignatureValid { get; init; }

    public string? VersionName => Version is { } version ? TlsNumbers.VersionName(version) : null;

    public string? CipherSuiteName => CipherSuite is { } suite ? TlsNumbers.CipherSuiteName(suite) : null;

    public string? GroupName => Group is { } group ? TlsNumbers.GroupName(group) : null;

    public string? SignatureSchemeName => SignatureScheme is { } scheme ? TlsNumbers.SignatureSchemeName(scheme) : null;

    /// <summary>The agreed key outlives a quantum computer.</summary>
    public bool IsKeyExchangeQuantumSafe => Group is { } group && TlsNumbers.IsQuantumSafeGroup(group);
}
