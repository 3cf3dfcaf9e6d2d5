using Qbitel.Governance.Audit;

namespace Qbitel.Hsm.Issuing;

/// <summary>The audit log as a host needs it.</summary>
/// <param name="AppendAsync">Appends entries, durably, all or none.</param>
/// <param name="ContainsAsync">Whether an entry is there: asked at a start, about what a killed host had kept.</param>
public sealed record DecisionLog(
    Func<IReadOnlyList<AuditEntry>, CancellationToken, Task> AppendAsync,
    Func<Guid, CancellationToken, Task<bool>> ContainsAsync);
