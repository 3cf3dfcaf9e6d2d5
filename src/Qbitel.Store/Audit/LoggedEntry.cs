using Qbitel.Governance.Audit;

namespace Qbitel.Store.Audit;

/// <summary>An entry and its leaf's place in the tree; no place while it is pending.</summary>
public sealed record LoggedEntry(long? Index, AuditEntry Entry);
