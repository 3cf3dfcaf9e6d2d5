using Qbitel.Governance.Audit;

namespace Qbitel.Hsm;

/// <summary>The audit log as this room needs it.</summary>
/// <param name="AppendAsync">Appends entries, durably, all or none.</param>
/// <param name="ContainsAsync">Whether an entry is there: asked about what a killed process had kept.</param>
public sealed record DecisionLog(
    Func<IReadOnlyList<AuditEntry>, CancellationToken, Task> AppendAsync,
    Func<Guid, CancellationToken, Task<bool>> ContainsAsync);
