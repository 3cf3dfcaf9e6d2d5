namespace Qbitel.Views;

/// <summary>What was found, what holds, and what fails by which date.</summary>
public sealed record PostureView(
    DateTimeOffset At,
    int InScope,
    int Assessed,
    int QuantumSafe,
    IReadOnlyList<string> Pending,
    HeatView Heat,
    IReadOnlyList<DeadlineRow> Deadlines,
    IReadOnlyList<EndpointRow> Endpoints);

/// <summary>The worst verdict of each zone and data class, and of how many systems.</summary>
public sealed record HeatView(IReadOnlyList<string> Zones, IReadOnlyList<string> DataClasses,
    IReadOnlyList<HeatCell> Cells);

public sealed record HeatCell(string Zone, string DataClass, int Systems, int QuantumSafe, Verdict Worst);

/// <summary>A date of a pack the bank has enabled, and how many systems fail on it as they are today.</summary>
public sealed record DeadlineRow(string Pack, string Edition, DateOnly Date, string Requirement, bool Binding,
    int Fails);

/// <summary>One TLS endpoint as the last scan saw it on the wire.</summary>
public sealed record EndpointRow(
    string Endpoint,
    string? Service,
    string? Protocol,
    int? GroupNumber,
    string? Group,
    string? CipherSuite,
    string? Key,
    string? SignatureOid,
    DateTimeOffset? NotAfter,
    Verdict Verdict,
    DateOnly? FailsBy,
    string Why,
    DateTimeOffset ScannedAt);
