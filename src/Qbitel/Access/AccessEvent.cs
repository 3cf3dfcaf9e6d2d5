using Qbitel.Governance.Audit;

namespace Qbitel.Access;

/// <summary>Somebody came in, was turned away or left: what the audit log keeps about the console's door.</summary>
/// <remarks>A session is named by its id, which opens nothing; the cookie is in no record.</remarks>
internal sealed record AccessEvent(string Action, string Target, AuditOutcome Outcome)
{
    public static AccessEvent SignedIn(Guid session) =>
        new("session.open", $"session:{session}", AuditOutcome.Done);

    public static AccessEvent Refused { get; } = new("session.open", "console:sign-in", AuditOutcome.Refused);

    public static AccessEvent SignedOut(Guid session) =>
        new("session.close", $"session:{session}", AuditOutcome.Done);
}
