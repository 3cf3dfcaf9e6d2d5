using Qbitel.Governance.Audit;

namespace Qbitel.Automation;

/// <summary>Writes the audit entries of this room in one way.</summary>
internal static class AuditTrail
{
    public static AuditEntry Entry(
        DateTimeOffset at, Actor actor, string action, string target, AuditOutcome outcome,
        params (string Name, string Value)[] details) =>
        new(Guid.CreateVersion7(at), at, actor.Name, action, target, outcome, actor.OnBehalfOf,
            details: details.Select(d => KeyValuePair.Create(d.Name, d.Value)));
}
