using Qbitel.Cryptography.Encodings;
using Qbitel.Governance.Audit;
using Qbitel.Hsm;
using Qbitel.Hsm.Approvals;
using Qbitel.KeyFiles;
using Qbitel.Machine;
using Qbitel.Sources;
using Qbitel.Store;
using Qbitel.Store.Audit;

namespace Qbitel.Commands;

/// <summary>Dual control as the installation has it: people and rules of the configuration, requests and the audit log
/// in the data folder.</summary>
internal sealed class HsmApprovals : IAsyncDisposable
{
    private readonly StateStore _store;

    private HsmApprovals(StateStore store, DualControl control)
    {
        _store = store;
        Control = control;
    }

    public DualControl Control { get; }

    /// <summary>Who sits before the terminal: the account of this process, as the system knows it.</summary>
    public static string Person => $"user:{Environment.UserName}";

    public static async Task<HsmApprovals> OpenAsync(
        HsmConfiguration configuration, DataFolder folder, TimeProvider time, CancellationToken cancellation)
    {
        DualControlPolicy policy = Policy(configuration);
        StateStore store = await PlatformStore.OpenAsync(folder, time, cancellation);
        AuditLog log = new(store);
        return new HsmApprovals(store, new DualControl(
            Path.Combine(folder.Path, "approvals"), policy, new DecisionLog(
                (entries, cancel) => store.ChangeAsync(async (change, each) =>
                {
                    foreach (AuditEntry entry in entries) await change.AppendAsync(entry, each);
                }, cancel),
                async (id, cancel) => await log.FindAsync(id, cancel) is not null), time));
    }

    /// <summary>The destruction of a key, as it is there now: another key of that name is another operation.</summary>
    public static async Task<(ControlledOperation Operation, HsmKey Key)> DestructionAsync(
        string name, HsmProvider hsm, TokenKeyId id, CancellationToken cancellation)
    {
        HsmKey key = await hsm.FindAsync(id, cancellation)
            ?? throw new RefusedException($"There is no key {id} in {name}.",
                $"'qbitel hsm list {name}' shows the keys.");
        return (new ControlledOperation
        {
            Operation = "key.destroy",
            Target = name,
            Key = id,
            Parameters = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["algorithm"] = key.Algorithm.Name,
                ["check_value"] = Convert.ToHexStringLower(key.CheckValue.Span),
            },
        }, key);
    }

    /// <summary>
    /// Does what hsm.json may put under dual control; with <paramref name="ask"/> only asks for the approvals of it.
    /// </summary>
    /// <returns>What was done; the default where it was asked for.</returns>
    /// <exception cref="RefusedException">It takes approvals, and has none or other ones.</exception>
    public static async Task<T?> ControlledAsync<T>(
        HsmConfiguration configuration, DataFolder folder, ControlledOperation operation, Guid? approval,
        Action<HsmRequest>? ask, Func<CancellationToken, ValueTask<T>> act, CancellationToken cancellation)
    {
        await using HsmApprovals approvals = await OpenAsync(
            configuration, folder, TimeProvider.System, cancellation);
        if (ask is not null)
        {
            if (approvals.Control.Policy.Needed(operation.Operation) == 0)
            {
                throw new RefusedException($"{operation.Operation} is not under dual control here.",
                    $"Do it without; the part dualControl of {configuration.File} says which operations are.");
            }

            ApprovalRequest request = await approvals.Control.RequestAsync(operation, Person, cancellation);
            ask(approvals.Row(new ApprovalState(request, [], null, null)));
            return default;
        }

        Controlled<T> done = await approvals.Control.RunAsync(
            operation, approval, Person, act, cancellation);
        return done.Decision.IsAllowed ? done.Value
            : throw new RefusedException($"Refused by the rule '{done.Decision.Clause}': {done.Decision.Reason}",
                "The same command with --ask-approval asks others; with --approval ID it uses their approvals up.");
    }

    public static Task<HsmProvider> OpenAsync(
        HsmConfiguration configuration, string name, CancellationToken cancellation) =>
        configuration.OpenAsync(name, cancellation);

    public HsmRequest Row(ApprovalState state)
    {
        ApprovalRequest request = state.Request;
        ControlledOperation operation = request.Operation;
        string how = state switch
        {
            { Outcome: { } outcome } => outcome,
            { Use: not null } => "used; how it ended is not known",
            _ when TimeProvider.System.GetUtcNow() >= request.ExpiresAt => "expired",
            _ => "open",
        };
        return new HsmRequest(request.Id, operation.Operation, operation.Target, operation.Key?.ToString(),
            operation.Parameters, request.Requester, request.RequestedAt, request.ExpiresAt, request.Hash.ToString(),
            Control.Policy.Needed(operation.Operation),
            [.. state.Approvals.Select(a => new HsmApproval(a.Approver, a.At))], how);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static DualControlPolicy Policy(HsmConfiguration configuration)
    {
        if (configuration.DualControl is not { } rules) return new DualControlPolicy([], []);
        string folder = Path.GetDirectoryName(Path.GetFullPath(configuration.File))!;
        List<Approver> approvers = [];
        try
        {
            foreach ((string name, string file) in rules.Approvers)
            {
                string path = Path.Combine(folder, file);
                using StoredKey key = KeyReader.ReadPublic(path);
                if (key.Signature is not { } signature)
                    throw new RefusedException($"{path} is no signing key.", "An approver signs with ML-DSA.");
                approvers.Add(new Approver(name, signature.Algorithm, signature.ExportPublicKey()));
            }

            return new DualControlPolicy(approvers, rules.Operations,
                rules.LifeMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null);
        }
        catch (ArgumentException wrong)
        {
            throw new RefusedException($"The dual control in {configuration.File} is none: {wrong.Message}",
                "docs/guides/hsm.md shows what goes into it.", wrong);
        }
    }
}
