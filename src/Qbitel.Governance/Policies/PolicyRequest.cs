using System.Globalization;
using System.Text.Json.Nodes;
using Qbitel.Cryptography;
using Qbitel.Governance.Profiles;

namespace Qbitel.Governance.Policies;

/// <summary>One approval of one exact request.</summary>
/// <param name="Id">Named by the audit entry; used once.</param>
/// <param name="Approver">A person, <c>user:…</c>; service identities never approve.</param>
/// <param name="Credential">What they proved themselves with: two approvals by one credential are one.</param>
/// <param name="RequestHash">SHA-256 of the canonical request they saw.</param>
/// <param name="At">Approvals go stale.</param>
public sealed record Approval(Guid Id, string Approver, string Credential, Digest RequestHash, DateTimeOffset At);

/// <summary>What somebody wants to do. An attribute that is null is unknown, which is not the same as false: a clause
/// that needs it denies.</summary>
public sealed record PolicyRequest
{
    /// <summary>One of <see cref="PolicyActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>Who asks: <c>user:…</c>, <c>service:…</c> or <c>automation:…</c>.</summary>
    public required string Actor { get; init; }

    public required string Target { get; init; }

    /// <summary>SHA-256 of the canonical request that approvals are bound to.</summary>
    public Digest? RequestHash { get; init; }

    public IReadOnlyList<Approval>? Approvals { get; init; }

    public KemAlgorithm? Kem { get; init; }

    public SignatureAlgorithm? Signature { get; init; }

    public KeyPolicy? Key { get; init; }

    public KeyState? KeyState { get; init; }

    public MfaMethod? Mfa { get; init; }

    public TimeSpan? SessionAge { get; init; }

    public TimeSpan? Idle { get; init; }

    public int? OtherSessions { get; init; }

    public decimal? Amount { get; init; }

    public string? Currency { get; init; }

    /// <summary>Transfers already made this business day, in the transaction of this decision.</summary>
    public int? TransfersToday { get; init; }

    public decimal? AmountToday { get; init; }

    /// <summary>All attributes, in the form that is hashed; unknown ones are null there too.</summary>
    public JsonObject ToJson() => new()
    {
        ["action"] = Action,
        ["actor"] = Actor,
        ["target"] = Target,
        ["request_hash"] = RequestHash?.ToString(),
        ["approvals"] = Approvals is null ? null : new JsonArray([.. Approvals.Select(a => new JsonObject
        {
            ["id"] = a.Id.ToString("D"),
            ["approver"] = a.Approver,
            ["credential"] = a.Credential,
            ["request_hash"] = a.RequestHash.ToString(),
            ["at"] = a.At.UtcTicks.ToString(CultureInfo.InvariantCulture),
        })]),
        ["kem"] = Kem?.Name,
        ["signature"] = Signature?.Name,
        ["key"] = Key is null ? null : new JsonObject
        {
            ["type"] = Key.KeyType.ToString(),
            ["algorithm"] = Key.Algorithm.Name,
            ["rotation_days"] = Key.RotationPeriod.TotalDays,
            ["requires_hsm"] = Key.RequiresHsm,
            ["dual_control"] = Key.DualControl,
        },
        ["key_state"] = KeyState?.ToString(),
        ["mfa"] = Mfa?.ToString(),
        ["session_age_seconds"] = SessionAge?.TotalSeconds,
        ["idle_seconds"] = Idle?.TotalSeconds,
        ["other_sessions"] = OtherSessions,
        ["amount"] = Amount?.ToString(CultureInfo.InvariantCulture),
        ["currency"] = Currency,
        ["transfers_today"] = TransfersToday,
        ["amount_today"] = AmountToday?.ToString(CultureInfo.InvariantCulture),
    };
}

/// <summary>The actions that the built-in policies know; any other is denied.</summary>
public static class PolicyActions
{
    /// <summary>Sign and encrypt a message; needs <c>Kem</c> and <c>Signature</c>.</summary>
    public const string ProtectMessage = "message.protect";

    /// <summary>A person makes a key; needs <c>Key</c>, and approvals under dual control.</summary>
    public const string MakeKey = "key.make";

    /// <summary>A key is made because the policy orders it, as in provisioning; needs <c>Key</c>.</summary>
    public const string ProvisionKey = "key.provision";

    /// <summary>The next version of a key; needs <c>Key</c>.</summary>
    public const string RotateKey = "key.rotate";

    /// <summary>Needs <c>KeyState</c>, and approvals under dual control.</summary>
    public const string DestroyKey = "key.destroy";

    /// <summary>Decrypt or verify with a suspended or compromised version; always takes two approvers.</summary>
    public const string OverrideKeyState = "key.process-override";

    /// <summary>Needs <c>Amount</c>, <c>Currency</c> and the day's sums where the policy sets limits, and
    /// approvals.</summary>
    public const string SubmitTransfer = "transfer.submit";

    /// <summary>Needs <c>Mfa</c>, <c>SessionAge</c>, <c>Idle</c> and <c>OtherSessions</c>.</summary>
    public const string UseSession = "session.use";
}
