using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Policies;

namespace Qbitel.Hsm.Approvals;

/// <summary>What one person must not do alone: asked for by one, approved by others, done once.</summary>
/// <remarks>
/// Every step is a change of one file under a lock of all processes, together with its audit entry. Approvals are marked
/// as used, on disk, before the operation begins: whenever the process dies, none is used twice. The audit log gets each
/// entry once; where it cannot be reached, nothing that is controlled is done. Safe for concurrent use.
/// </remarks>
public sealed class DualControl
{
    private readonly ApprovalFolder _folder;
    private readonly DecisionLog _log;
    private readonly TimeProvider _time;

    /// <param name="folder">Where the requests are kept; made where it is missing.</param>
    /// <param name="policy">Who approves what.</param>
    /// <param name="log">The audit log.</param>
    /// <param name="time">Whose time requests expire by.</param>
    public DualControl(string folder, DualControlPolicy policy, DecisionLog log, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(time);
        _folder = new ApprovalFolder(folder);
        Policy = policy;
        _log = log;
        _time = time;
    }

    public DualControlPolicy Policy { get; }

    /// <summary>Asks for an operation. Nothing happens yet.</summary>
    public ValueTask<ApprovalRequest> RequestAsync(
        ControlledOperation operation, string requester, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        DateTimeOffset now = _time.GetUtcNow();
        ApprovalRequest request = new(Guid.CreateVersion7(now), operation, requester, now, now + Policy.Life,
            RandomNumberGenerator.GetBytes(ApprovalRequest.NonceSize));
        return _folder.ChangeAsync(async () =>
        {
            await KeepAsync(new ApprovalState(request, [], null, null), [], Entry(request.Requester, "approval.request",
                request, AuditOutcome.Done, null, ("operation", operation.Operation),
                ("request_hash", request.Hash.ToString())), cancellationToken);
            return request;
        }, cancellationToken);
    }

    /// <summary>Null where there is no such request.</summary>
    public ValueTask<ApprovalState?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        _folder.ChangeAsync(async () => (await _folder.ReadAsync(id, cancellationToken))?.State, cancellationToken);

    /// <summary>All requests, the oldest first.</summary>
    public ValueTask<IReadOnlyList<ApprovalState>> ListAsync(CancellationToken cancellationToken) =>
        _folder.ChangeAsync(async () =>
        {
            List<ApprovalState> states = [];
            foreach (Guid id in _folder.Requests)
                if (await _folder.ReadAsync(id, cancellationToken) is { } file) states.Add(file.State);
            return (IReadOnlyList<ApprovalState>)states;
        }, cancellationToken);

    /// <summary>Adds an approval, or says by which rule it does not count.</summary>
    public ValueTask<Decision> AddAsync(Guid request, SignedApproval approval, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approval);
        return _folder.ChangeAsync(async () =>
        {
            DateTimeOffset now = _time.GetUtcNow();
            if (await _folder.ReadAsync(request, cancellationToken) is not { } file)
                return ApprovalRules.NotRequested(Policy, null, now);

            // An approval whose signer is not proved is nobody's: it is on record under the name of this program.
            Decision decision = ApprovalRules.MayAdd(Policy, file.State, approval, now);
            AuditEntry entry = Entry(decision.IsAllowed ? approval.Approver : Service, "approval.add",
                file.State.Request, decision.IsAllowed ? AuditOutcome.Done : AuditOutcome.Refused, decision,
                ("request_hash", file.State.Request.Hash.ToString()));
            ApprovalState next = decision.IsAllowed
                ? file.State with { Approvals = [.. file.State.Approvals, approval] } : file.State;
            await KeepAsync(next, file.Undelivered, entry, cancellationToken);
            return decision;
        }, cancellationToken);
    }

    /// <summary>
    /// Does an operation, if it is not under dual control or if the request has its approvals, checked once more and
    /// used up in one step; says by which rule it was refused, if it was.
    /// </summary>
    /// <param name="operation">What is done now; any difference from what was approved is a refusal.</param>
    /// <param name="request">The request with the approvals; null where there is none.</param>
    /// <param name="actor">Who does it, <c>user:…</c> or <c>service:…</c>.</param>
    /// <param name="act">The operation. Where it throws, its approvals stay used and the failure is on record.</param>
    /// <param name="cancellationToken">Ends the waiting, not what has been written.</param>
    public async ValueTask<Controlled<T>> RunAsync<T>(
        ControlledOperation operation, Guid? request, string actor, Func<CancellationToken, ValueTask<T>> act,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(act);
        Decision decision = await UseAsync(operation, request, actor, cancellationToken);
        if (!decision.IsAllowed) return new Controlled<T>(decision, default);

        bool isDone = false;
        try
        {
            T value = await act(cancellationToken);
            isDone = true;
            return new Controlled<T>(decision, value);
        }
        finally
        {
            await EndAsync(operation, request, actor, decision, isDone);
        }
    }

    private static string Service => "service:hsm";

    /// <summary>The check at execution: judged and used up under one lock, and on disk when this returns.</summary>
    private async ValueTask<Decision> UseAsync(
        ControlledOperation operation, Guid? request, string actor, CancellationToken cancellationToken)
    {
        if (Policy.Needed(operation.Operation) == 0)
            return ApprovalRules.NotControlled(Policy, operation, _time.GetUtcNow());

        return await _folder.ChangeAsync(async () =>
        {
            DateTimeOffset now = _time.GetUtcNow();
            if (request is null || await _folder.ReadAsync(request.Value, cancellationToken) is not { } file)
            {
                Decision no = ApprovalRules.NotRequested(Policy, operation, now);
                await _log.AppendAsync([Entry(actor, operation, AuditOutcome.Refused, no)], cancellationToken);
                return no;
            }

            Decision decision = ApprovalRules.MayUse(Policy, file.State, operation, now);
            if (!decision.IsAllowed)
            {
                await KeepAsync(file.State, file.Undelivered, Entry(actor, operation, AuditOutcome.Refused, decision),
                    cancellationToken);
                return decision;
            }

            await KeepAsync(file.State with { Use = new ApprovalUse(decision.Id, actor, now) }, file.Undelivered,
                Entry(actor, "approval.use", file.State.Request, AuditOutcome.Done, decision,
                    ("request_hash", file.State.Request.Hash.ToString())), cancellationToken);
            return decision;
        }, cancellationToken);
    }

    // Whatever happened has happened: nobody's patience keeps it out of the record.
    private async ValueTask EndAsync(
        ControlledOperation operation, Guid? request, string actor, Decision decision, bool isDone)
    {
        AuditEntry entry = Entry(actor, operation, isDone ? AuditOutcome.Done : AuditOutcome.Failed, decision);
        if (Policy.Needed(operation.Operation) == 0)
        {
            await _log.AppendAsync([entry], CancellationToken.None);
            return;
        }

        await _folder.ChangeAsync(async () =>
        {
            ApprovalFile file = (await _folder.ReadAsync(request!.Value, CancellationToken.None))!;
            await KeepAsync(file.State with { Outcome = isDone ? "done" : "failed" }, file.Undelivered, entry,
                CancellationToken.None);
            return true;
        }, CancellationToken.None);
    }

    /// <summary>
    /// The new state with its entry on disk, in one file and one rename; then the entries in the log; then without them.
    /// </summary>
    private async ValueTask KeepAsync(
        ApprovalState state, IReadOnlyList<AuditEntry> undelivered, AuditEntry entry,
        CancellationToken cancellationToken)
    {
        List<AuditEntry> missing = [];
        foreach (AuditEntry each in undelivered)
            if (!await _log.ContainsAsync(each.Id, cancellationToken)) missing.Add(each);
        missing.Add(entry);
        await _folder.WriteAsync(new ApprovalFile(state, missing), cancellationToken);
        await _log.AppendAsync(missing, cancellationToken);
        await _folder.WriteAsync(new ApprovalFile(state, []), CancellationToken.None);
    }

    private AuditEntry Entry(
        string actor, string action, ApprovalRequest request, AuditOutcome outcome, Decision? decision,
        params (string Name, string Value)[] details)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return new AuditEntry(Guid.CreateVersion7(now), now, actor, action, $"approval:{request.Id:D}", outcome,
            decisionId: decision?.Id, approvalIds: decision is null ? null : ApprovalRules.Used(decision),
            details: details.Select(d => KeyValuePair.Create(d.Name, d.Value)).Concat(Why(decision)));
    }

    private AuditEntry Entry(string actor, ControlledOperation operation, AuditOutcome outcome, Decision decision)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return new AuditEntry(Guid.CreateVersion7(now), now, actor, operation.Operation, operation.AuditTarget, outcome,
            decisionId: decision.Id, approvalIds: ApprovalRules.Used(decision),
            details: operation.Parameters.Select(p => KeyValuePair.Create($"parameter.{p.Key}", p.Value))
                .Concat(Why(decision)));
    }

    private static IEnumerable<KeyValuePair<string, string>> Why(Decision? decision) => decision is null ? []
        : [KeyValuePair.Create("rule", string.Create(CultureInfo.InvariantCulture, $"{decision.PolicyId} {decision.Clause}"))];
}
