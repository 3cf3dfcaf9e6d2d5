using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Governance;
using Qbitel.Governance.Policies;

namespace Qbitel.Hsm.Approvals;

/// <summary>All of the thinking: a request, its approvals, the policy and the time in, a decision out.</summary>
internal static class ApprovalRules
{
    public const string PolicyId = "dual-control";

    /// <summary>The approver's clock may be so far from ours.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public static Decision NotControlled(DualControlPolicy policy, ControlledOperation operation, DateTimeOffset now) =>
        Decide(policy, Verdict.Allow, "not-controlled", $"{operation.Operation} is not under dual control here.", null,
            [], now);

    public static Decision NotRequested(DualControlPolicy policy, ControlledOperation? operation, DateTimeOffset now) =>
        Decide(policy, Verdict.Deny, "not-requested", operation is null ? "There is no such request."
            : $"{operation.Operation} takes {policy.Needed(operation.Operation)} approvals, and there is no such request.",
            null, [], now);

    /// <summary>Whether an approval may be added to a request.</summary>
    public static Decision MayAdd(
        DualControlPolicy policy, ApprovalState state, SignedApproval approval, DateTimeOffset now)
    {
        (string Clause, string Reason)? no = Closed(policy, state, now) ?? Invalid(policy, state.Request, approval, now);
        if (no is null && state.Approvals.Any(a => a.Approver == approval.Approver))
            no = ("approved-already", $"{approval.Approver} has approved it already: another person is needed.");
        return no is { } why ? Decide(policy, Verdict.Deny, why.Clause, why.Reason, state, [], now)
            : Decide(policy, Verdict.Allow, "approval", $"{approval.Approver} may approve it.", state, [], now);
    }

    /// <summary>Whether the operation may happen now, with these approvals, for the only time.</summary>
    public static Decision MayUse(
        DualControlPolicy policy, ApprovalState state, ControlledOperation operation, DateTimeOffset now)
    {
        if (!state.Request.Operation.IsSameAs(operation))
        {
            return Decide(policy, Verdict.Deny, "altered",
                $"What was approved is {state.Request.Operation}, with other parameters or at another place than what "
                + "is to be done now.", state, [], now);
        }

        if (Closed(policy, state, now) is { } closed)
            return Decide(policy, Verdict.Deny, closed.Clause, closed.Reason, state, [], now);

        SignedApproval[] valid =
        [
            .. state.Approvals.Where(a => Invalid(policy, state.Request, a, now) is null)
                .DistinctBy(a => a.Approver, StringComparer.Ordinal).DistinctBy(a => a.Id),
        ];
        int needed = policy.Needed(operation.Operation);
        return valid.Length < needed
            ? Decide(policy, Verdict.Deny, "quorum", string.Create(CultureInfo.InvariantCulture,
                $"{valid.Length} of {needed} approvals are valid: by different people other than "
                + $"{state.Request.Requester}, of this exact request."), state, [], now)
            : Decide(policy, Verdict.Allow, "quorum", string.Create(CultureInfo.InvariantCulture,
                $"{valid.Length} approvals, {needed} needed."), state,
                [.. valid.Select(a => $"consume-approval:{a.Id:D}")], now);
    }

    public static IEnumerable<Guid> Used(Decision decision) =>
        decision.Obligations.Select(o => Guid.Parse(o.AsSpan("consume-approval:".Length)));

    private static (string Clause, string Reason)? Closed(
        DualControlPolicy policy, ApprovalState state, DateTimeOffset now)
    {
        ApprovalRequest request = state.Request;
        if (state.Use is { } use)
            return ("used", $"Its approvals were used by {use.Actor} at {ApprovalRequest.Text(use.At)}.");
        DateTimeOffset end = request.RequestedAt + policy.Life;
        if (end > request.ExpiresAt) end = request.ExpiresAt;
        return now >= end ? ("expired", $"It was open until {ApprovalRequest.Text(end)}. Ask for it anew.")
            : policy.Needed(request.Operation.Operation) == 0
                ? ("not-controlled", $"{request.Operation.Operation} is not under dual control here.")
                : null;
    }

    private static (string Clause, string Reason)? Invalid(
        DualControlPolicy policy, ApprovalRequest request, SignedApproval approval, DateTimeOffset now) =>
        approval.RequestHash != request.Hash ? ("altered", "The approval is of another request.")
        : approval.Approver == request.Requester
            ? ("requester", $"{approval.Approver} asks for it, and so does not approve it.")
        : policy.Find(approval.Approver) is not { } approver
            ? ("approver", "It is signed by nobody who may approve.")
        : !approval.IsBy(approver) ? ("signature", $"It is not signed by the key of {approver.Name}.")
        : approval.At < request.RequestedAt - Skew || approval.At > now + Skew
            ? ("time", "It is dated before the request or in the future: see to the clock of the approver.")
        : null;

    private static Decision Decide(
        DualControlPolicy policy, Verdict verdict, string clause, string reason, ApprovalState? state,
        IReadOnlyList<string> obligations, DateTimeOffset now)
    {
        JsonArray approvals = [];
        foreach (SignedApproval each in state?.Approvals ?? []) approvals.Add($"{each.Id:D}");
        Digest inputs = CanonicalJson.Hash(JsonSerializer.SerializeToElement(new JsonObject
        {
            ["request_hash"] = state?.Request.Hash.ToString(),
            ["approvals"] = approvals,
            ["at"] = now.UtcTicks.ToString(CultureInfo.InvariantCulture),
        }));
        return new Decision(Guid.CreateVersion7(now), verdict, PolicyId, "1", policy.ContentHash, inputs, clause, reason,
            obligations, now);
    }
}
