using System.Net;

namespace Qbitel.Pki;

/// <summary>What somebody wants certified. Whether it will be is for a <see cref="CertPolicy"/> to say.</summary>
public sealed record CertificateOrder
{
    public required SubjectKey Key { get; init; }

    /// <summary>Must be one of the names below, except for code signing; null leaves the subject empty.</summary>
    public string? CommonName { get; init; }

    public IReadOnlyList<string> DnsNames { get; init; } = [];

    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];
}
