namespace Qbitel.Discovery.Tls;

/// <summary>What a probe offers, and how much it is willing to read in answer.</summary>
public sealed record TlsHello
{
    /// <summary>The name in the server name extension; an address is never sent (RFC 6066, section 3).</summary>
    public string? ServerName { get; init; }

    /// <summary>The versions offered, by number.</summary>
    public IReadOnlyList<int> Versions { get; init; } = [TlsNumbers.Tls13, TlsNumbers.Tls12, TlsNumbers.Tls11,
        TlsNumbers.Tls10];

    /// <summary>The groups offered, the preferred first.</summary>
    public IReadOnlyList<int> Groups { get; init; } =
    [
        TlsNumbers.X25519MLKem768, TlsNumbers.Secp256r1MLKem768, TlsNumbers.Secp384r1MLKem1024,
        TlsNumbers.X25519, TlsNumbers.Secp256r1, TlsNumbers.Secp384r1, TlsNumbers.Secp521r1,
    ];

    /// <summary>The groups for which a key share is sent at once; others cost the server a retry request.</summary>
    public IReadOnlyList<int> KeyShares { get; init; } = [TlsNumbers.X25519MLKem768, TlsNumbers.X25519,
        TlsNumbers.Secp256r1];

    /// <summary>
    /// The most bytes read from the server. Default: 256 KiB, fifteen times a chain of three ML-DSA-65 certificates.
    /// </summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>The most certificates read of a chain. Default: 16.</summary>
    public int MaxCertificates { get; init; } = 16;

    /// <summary>Everything we can speak, the hybrid first.</summary>
    public static TlsHello Everything(string? serverName) => new() { ServerName = serverName };

    /// <summary>
    /// Everything but the hybrids: does the server also accept a key exchange that a quantum computer breaks?
    /// </summary>
    public static TlsHello ClassicalOnly(string? serverName) => new()
    {
        ServerName = serverName,
        Groups = [TlsNumbers.X25519, TlsNumbers.Secp256r1, TlsNumbers.Secp384r1, TlsNumbers.Secp521r1],
        KeyShares = [TlsNumbers.X25519, TlsNumbers.Secp256r1],
    };

    /// <summary>Nothing newer than TLS 1.2: does the server still accept what can never be quantum-safe?</summary>
    public static TlsHello UpToTls12(string? serverName) => new()
    {
        ServerName = serverName,
        Versions = [TlsNumbers.Tls12, TlsNumbers.Tls11, TlsNumbers.Tls10],
        Groups = [TlsNumbers.X25519, TlsNumbers.Secp256r1, TlsNumbers.Secp384r1, TlsNumbers.Secp521r1],
        KeyShares = [],
    };
}
