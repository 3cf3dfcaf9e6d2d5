namespace Qbitel.Views;

/// <summary>What went wrong, how much it matters, and by when somebody must have answered.</summary>
public sealed record IncidentsView(DateTimeOffset At, IReadOnlyList<IncidentRow> Incidents);

public sealed record IncidentRow(
    Guid Id,
    string Kind,
    string Target,
    string Severity,
    string State,
    string Summary,
    DateTimeOffset OpenedAt,
    DateTimeOffset? ResponseDueAt,
    DateTimeOffset? ClosedAt);
