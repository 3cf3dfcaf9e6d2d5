namespace Qbitel.Views;

/// <summary>The certificates that Qbitel issued or watches, the first to expire first.</summary>
public sealed record CertificatesView(DateTimeOffset At, IReadOnlyList<CertificateRow> Certificates);

public sealed record CertificateRow(
    Guid Id,
    string Subject,
    string Issuer,
    string SerialNumber,
    string KeyAlgorithm,
    string SignatureAlgorithm,
    bool QuantumSafe,
    string State,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string? Service);
