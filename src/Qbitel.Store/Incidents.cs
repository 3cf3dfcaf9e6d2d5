namespace Qbitel.Store;

/// <summary>How much an incident matters.</summary>
public enum IncidentSeverity
{
    Low,
    Medium,
    High,
    Critical,
}

/// <summary>How far the response to an incident has come.</summary>
public enum IncidentState
{
    Open,
    Acknowledged,
    Closed,
}

/// <summary>Something that went wrong and somebody answers for.</summary>
public sealed record IncidentRecord
{
    public required Guid Id { get; init; }

    /// <summary>What happened, e.g. <c>key.compromised</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it happened to, as in the audit entry.</summary>
    public required string Target { get; init; }

    public required IncidentSeverity Severity { get; init; }

    public required IncidentState State { get; init; }

    public required string Summary { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When the policy wants a response; null where it sets no time.</summary>
    public DateTimeOffset? ResponseDueAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? DetailsJson { get; init; }
}
