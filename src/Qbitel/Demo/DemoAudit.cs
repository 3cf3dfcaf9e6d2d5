using System.Text.Json.Nodes;
using Qbitel.Automation;
using Qbitel.Governance.Audit;
using Qbitel.Store;

namespace Qbitel.Demo;

/// <summary>The presenter's own entries of the audit log.</summary>
internal static class DemoAudit
{
    public static AuditEntry Entry(
        StateStore store, string action, string target, params (string Name, string Value)[] details) =>
        Entry(store, DemoBank.Presenter, action, target, details);

    public static AuditEntry Entry(
        StateStore store, Actor actor, string action, string target, params (string Name, string Value)[] details)
    {
        DateTimeOffset now = store.Time.GetUtcNow();
        return new AuditEntry(Guid.CreateVersion7(now), now, actor.Name, action, target, AuditOutcome.Done,
            details: details.Select(d => KeyValuePair.Create(d.Name, d.Value)));
    }

    public static string Json(string result) => new JsonObject { ["result"] = result }.ToJsonString();
}
