using System.Globalization;
using System.Text.Json.Nodes;

namespace Qbitel.Governance.Policies;

public enum Verdict
{
    Deny,
    Allow,
}

/// <summary>What a policy said to one request, and everything needed to see why.</summary>
/// <param name="Id">Named by the audit entries of what was then done or refused.</param>
/// <param name="Verdict">Allow only if some clause permits and none forbids.</param>
/// <param name="PolicyId">Such as <c>WIRE-001</c>; the subdomain where no policy applies.</param>
/// <param name="PolicyVersion">Version of the policy.</param>
/// <param name="ContentHash">SHA-256 of profile and policy in canonical form.</param>
/// <param name="InputsHash">SHA-256 of the request and the time in canonical form: the same inputs give the same
/// verdict.</param>
/// <param name="Clause">The clause that decided.</param>
/// <param name="Reason">One sentence for people; no secret, no personal data.</param>
/// <param name="Obligations">What the caller must do when it acts.</param>
/// <param name="At">UTC.</param>
public sealed record Decision(
    Guid Id, Verdict Verdict, string PolicyId, string PolicyVersion, Digest ContentHash, Digest InputsHash,
    string Clause, string Reason, IReadOnlyList<string> Obligations, DateTimeOffset At)
{
    public bool IsAllowed => Verdict == Verdict.Allow;

    public JsonObject ToJson() => new()
    {
        ["id"] = Id.ToString("D"),
        ["verdict"] = IsAllowed ? "allow" : "deny",
        ["policy"] = PolicyId,
        ["policy_version"] = PolicyVersion,
        ["content_hash"] = ContentHash.ToString(),
        ["inputs_hash"] = InputsHash.ToString(),
        ["clause"] = Clause,
        ["reason"] = Reason,
        ["obligations"] = new JsonArray([.. Obligations.Select(o => JsonValue.Create(o))]),
        ["at"] = At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
    };

    public override string ToString() => $"{(IsAllowed ? "allow" : "deny")} by {PolicyId} {Clause}: {Reason}";
}
