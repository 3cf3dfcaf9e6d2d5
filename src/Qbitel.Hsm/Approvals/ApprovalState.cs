namespace Qbitel.Hsm.Approvals;

/// <summary>A request, who has approved it, and what became of it.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Approvals">In the order they came.</param>
/// <param name="Use">When its approvals were used up, and by whom; null while they are not.</param>
/// <param name="Outcome">
/// How the operation ended: <c>done</c> or <c>failed</c>. Null with a <paramref name="Use"/>: the process ended in the
/// middle, look at the device.
/// </param>
public sealed record ApprovalState(
    ApprovalRequest Request, IReadOnlyList<SignedApproval> Approvals, ApprovalUse? Use, string? Outcome);

/// <summary>The one use of a request's approvals.</summary>
/// <param name="Decision">The decision that let it happen.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="At">UTC.</param>
public sealed record ApprovalUse(Guid Decision, string Actor, DateTimeOffset At);

/// <summary>What a policy said to an operation, and its result where it was done.</summary>
public sealed record Controlled<T>(Governance.Policies.Decision Decision, T? Value);
