using Qbitel.Cryptography;
using Qbitel.Governance.Profiles;
using static Qbitel.Governance.Policies.PolicyActions;
using static Qbitel.Governance.Policies.PolicyQuestion;

namespace Qbitel.Governance.Policies;

/// <summary>The built-in rules. The values they compare with come from profile and policy, never from here.</summary>
internal static class BankingClauses
{
    /// <summary>An approval older than this is stale.</summary>
    internal static readonly TimeSpan ApprovalLife = TimeSpan.FromHours(4);

    public static readonly IReadOnlyList<PolicyClause> All =
    [
        new("algorithms", Algorithms),
        new("key-policy", KeyPolicies),
        new("key-state", KeyState),
        new("approvals", Approvals),
        new("limits", Limits),
        new("session", Session),
        new("records", Records),
    ];

    private static ClauseAnswer Algorithms(PolicyQuestion q)
    {
        if (!q.Is(ProtectMessage)) return ClauseAnswer.NotApplicable;

        KemAlgorithm kem = Known(q.Request.Kem);
        SignatureAlgorithm signature = Known(q.Request.Signature);
        return !AlgorithmStrength.Meets(kem, q.Security.Kem)
            ? ClauseAnswer.Forbid($"key establishment {kem} is weaker than {q.Security.Kem}")
            : !AlgorithmStrength.Meets(signature, q.Security.Signature)
                ? ClauseAnswer.Forbid($"signature {signature} is weaker than {q.Security.Signature}")
            : ClauseAnswer.Permit($"{kem} and {signature} meet {q.Security.Kem} and {q.Security.Signature}");
    }

    private static ClauseAnswer KeyPolicies(PolicyQuestion q)
    {
        if (!q.Is(MakeKey, ProvisionKey, RotateKey)) return ClauseAnswer.NotApplicable;

        KeyPolicy key = Known(q.Request.Key);
        IReadOnlyList<string> lacks = key.ShortOf(q.Security.KeyPolicyFor(key.KeyType));
        return lacks.Count > 0
            ? ClauseAnswer.Forbid(string.Join("; ", lacks))
            : ClauseAnswer.Permit($"the {key.KeyType} key meets its policy");
    }

    private static ClauseAnswer KeyState(PolicyQuestion q)
    {
        if (q.Is(DestroyKey))
        {
            KeyState state = Known(q.Request.KeyState);
            bool can = KeyStates.CanTransition(state, Governance.KeyState.Destroyed)
                || KeyStates.CanTransition(state, Governance.KeyState.DestroyedCompromised);
            return can && state.HasMaterial()
                ? ClauseAnswer.Permit($"a {state} version may be destroyed")
                : ClauseAnswer.Forbid($"a {state} version is not destroyed");
        }

        if (q.Is(OverrideKeyState))
        {
            KeyState state = Known(q.Request.KeyState);
            return state.MayProcess(overridden: true)
                ? ClauseAnswer.Permit($"a {state} version may process once more")
                : ClauseAnswer.Forbid($"a {state} version never processes");
        }

        return ClauseAnswer.NotApplicable;
    }

    private static ClauseAnswer Approvals(PolicyQuestion q)
    {
        bool dualControl = q.Is(SubmitTransfer, DestroyKey) && q.Policy?.DualControl == true
            || q.Is(MakeKey) && Known(q.Request.Key).DualControl
            || q.Is(OverrideKeyState);
        bool fourEyes = q.Is(SubmitTransfer, DestroyKey) && q.Policy?.FourEyes == true;
        if (!dualControl && !fourEyes) return ClauseAnswer.NotApplicable;

        Digest request = Known(q.Request.RequestHash);
        IReadOnlyList<Approval> given = Known(q.Request.Approvals);
        Approval[] valid =
        [
            .. given
                .Where(a => a.RequestHash == request && a.At <= q.Now && q.Now - a.At <= ApprovalLife)
                .Where(a => a.Approver != q.Request.Actor && a.Approver.StartsWith("user:", StringComparison.Ordinal))
                .DistinctBy(a => a.Approver, StringComparer.Ordinal)
                .DistinctBy(a => a.Credential, StringComparer.Ordinal)
                .DistinctBy(a => a.Id),
        ];
        int needed = dualControl ? 2 : 1;
        return valid.Length < needed
            ? ClauseAnswer.Forbid(
                $"{valid.Length} of {needed} approvals are valid: of this exact request, by other people, "
                + $"within {ApprovalLife.TotalHours:0} hours")
            : ClauseAnswer.Oblige([.. valid.Select(a => $"consume-approval:{a.Id:D}")]);
    }

    private static ClauseAnswer Limits(PolicyQuestion q)
    {
        if (!q.Is(SubmitTransfer)) return ClauseAnswer.NotApplicable;

        decimal amount = Known(q.Request.Amount);
        if (amount <= 0) return ClauseAnswer.Forbid("the amount is not positive");
        if (q.Policy?.Limits is not { } limits) return ClauseAnswer.Permit("no limit is set");
        string currency = Known(q.Request.Currency);
        if (currency != limits.Currency)
            return ClauseAnswer.Forbid($"the limit is in {limits.Currency}: give the amount in {limits.Currency}");
        int count = Known(q.Request.TransfersToday);
        decimal sum = Known(q.Request.AmountToday);
        return count < 0 || sum < 0 ? ClauseAnswer.Forbid("the day's sums are negative")
            : count >= limits.CountPerDay ? ClauseAnswer.Forbid($"{limits.CountPerDay} transfers a day are reached")
            : sum + amount > limits.AmountPerDay
                ? ClauseAnswer.Forbid($"{limits.AmountPerDay} {limits.Currency} a day would be exceeded")
            : ClauseAnswer.Permit("within the limits of the day");
    }

    private static ClauseAnswer Session(PolicyQuestion q)
    {
        if (!q.Is(UseSession)) return ClauseAnswer.NotApplicable;
        if (q.Policy is not { } policy) return ClauseAnswer.Forbid("no policy says what a session must be");

        MfaMethod mfa = Known(q.Request.Mfa);
        TimeSpan age = Known(q.Request.SessionAge), idle = Known(q.Request.Idle);
        int others = Known(q.Request.OtherSessions);
        return !policy.Mfa.Contains(mfa)
            ? ClauseAnswer.Forbid($"{mfa} is not accepted; {string.Join(" or ", policy.Mfa)} is")
            : age > policy.SessionLimit
                ? ClauseAnswer.Forbid($"the session is older than {policy.SessionLimit.TotalHours:0.#} hours")
            : idle > policy.IdleLimit
                ? ClauseAnswer.Forbid($"the session was idle for more than {policy.IdleLimit.TotalMinutes:0} minutes")
            : others >= policy.ConcurrentSessions
                ? ClauseAnswer.Forbid($"{policy.ConcurrentSessions} session at a time")
            : ClauseAnswer.Permit("the session is fresh");
    }

    private static ClauseAnswer Records(PolicyQuestion q)
    {
        List<string> obligations = [$"retain-days:{q.Security.Retention.TotalDays:0}"];
        if (q.Security.Profile.AuditRequired) obligations.Add("audit");
        if (q.Policy?.MaskCardNumbers == true) obligations.Add("mask-card-numbers");
        if (q.Policy?.RealTimeAlerts == true) obligations.Add("alert");
        return ClauseAnswer.Oblige([.. obligations]);
    }
}
