using Microsoft.Extensions.Logging;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Hsm;
using Qbitel.Store;

namespace Qbitel.Automation.Keys;

/// <summary>
/// Makes keys, replaces them when their time has come, and keeps compromised ones from protecting anything again.
/// </summary>
/// <remarks>
/// <para>Safe for concurrent use, also by several processes on one store and one token: database state changes exactly
/// once, and the token is asked for a version by a name derived from key and version, so that a repeated request finds
/// what an earlier one made.</para>
/// <para>Every method may be repeated after a crash with the same arguments and ends in the same state.</para>
/// </remarks>
public sealed partial class KeyLifecycleManager
{
    /// <summary>The kind of the work items of rotation; their subject is the key id.</summary>
    public const string RotationWork = "key.rotate";

    private readonly StateStore _store;
    private readonly HsmProvider _hsm;
    private readonly AutomationConfig _config;
    private readonly ILogger<KeyLifecycleManager> _logger;
    private readonly string _worker;
    private readonly List<(Func<KeyRotated, CancellationToken, Task> Call, KeyType[] Types)> _callbacks = [];

    public KeyLifecycleManager(StateStore store, HsmProvider hsm, AutomationConfig config,
        ILogger<KeyLifecycleManager> logger)
    {
        _store = store;
        _hsm = hsm;
        _config = config;
        _logger = logger;
        _worker = $"keys/{Environment.ProcessId}/{Guid.CreateVersion7(store.Time.GetUtcNow())}";
    }

    /// <summary>
    /// Calls back after a version of a key of these types (of any type, where none is named) has been replaced.
    /// </summary>
    /// <remarks>A failure of the callback is logged and does not undo the rotation.</remarks>
    public void RegisterRotationCallback(Func<KeyRotated, CancellationToken, Task> callback, params KeyType[] keyTypes)
    {
        ArgumentNullException.ThrowIfNull(callback);
        lock (_callbacks) _callbacks.Add((callback, keyTypes));
    }

    /// <summary>Makes a key, or finds the one of that name.</summary>
    /// <exception cref="KeyRefusedException">The name is taken by a key of another kind, or the policy asks for what is
    /// not there.</exception>
    public async Task<KeyRecord> GenerateKeyAsync(KeySpecification specification, Actor actor,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(actor);
        Check(specification);

        KeyRecord? key = await _store.ReadAsync((s, ct) => s.FindKeyAsync(specification.Name, ct), cancellationToken);
        if (key is null)
        {
            key = await RegisterAsync(specification, actor, cancellationToken);
        }
        else if (key.Type != specification.Policy.KeyType || key.Algorithm != specification.Policy.Algorithm)
        {
            throw new KeyRefusedException($"Key '{key.Name}' exists as {key.Type} {key.Algorithm}, "
                + $"not as {specification.Policy.KeyType} {specification.Policy.Algorithm}: choose another name.");
        }

        IReadOnlyList<KeyVersionRecord> versions = await _store.ReadAsync((s, ct) =>
            s.ReadKeyVersionsAsync(key.Id, ct), cancellationToken);
        if (versions.Count == 0)
        {
            await ReplaceAsync(key, new KeyPlan.Replace(1, null, "first version"), actor, lease: null,
                cancellationToken);
        }
        return await FindAsync(key.Id, cancellationToken);
    }

    /// <summary>
    /// Replaces the current version now, whether or not it is due. The old one still decrypts and verifies.
    /// </summary>
    public async Task<KeyRecord> RotateAsync(KeyId id, string reason, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        ArgumentNullException.ThrowIfNull(actor);

        (KeyRecord key, IReadOnlyList<KeyVersionRecord> versions) = await ReadAsync(id, cancellationToken);
        KeyState? predecessor = versions.Any(v => v.State == KeyState.Active) ? KeyState.Deactivated : null;
        await ReplaceAsync(key, new KeyPlan.Replace(versions.Count + 1, predecessor, reason), actor, lease: null,
            cancellationToken);
        return await FindAsync(id, cancellationToken);
    }

    /// <summary>
    /// Stops the current version from protecting anything from this moment on, opens an incident and makes a new
    /// version.
    /// </summary>
    /// <returns>The incident.</returns>
    public async Task<IncidentRecord> MarkCompromisedAsync(KeyId id, string reason, Actor actor,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        ArgumentNullException.ThrowIfNull(actor);

        (KeyRecord key, _) = await ReadAsync(id, cancellationToken);
        DateTimeOffset now = Now();
        IncidentRecord incident = await _store.ChangeAsync(async (t, ct) =>
        {
            KeyVersionRecord version = (await t.ReadKeyVersionsAsync(id, ct))
                .LastOrDefault(v => v.State is KeyState.Active or KeyState.Suspended or KeyState.Deactivated)
                ?? throw new KeyRefusedException(
                    $"Key '{key.Name}' has no version that could still be marked as compromised.");

            IncidentRecord opened = new()
            {
                Id = Guid.CreateVersion7(now),
                Kind = "key.compromised",
                Target = Target(id, version.Version),
                Severity = IncidentSeverity.Critical,
                State = IncidentState.Open,
                Summary = $"Key {key.Name} version {version.Version} is marked as compromised: {reason}",
                OpenedAt = now,
            };
            await t.PutAsync(version with { State = KeyState.Compromised, CompromisedAt = now }, ct);
            await t.PutAsync(key with { CurrentVersion = null }, ct);
            await t.PutAsync(opened, ct);
            await t.ScheduleAsync(new WorkItem(RotationWork, id.ToString(), now), ct);
            await t.AppendAsync(Entry(actor, "key.compromise", Target(id, version.Version), AuditOutcome.Done,
                ("name", key.Name), ("reason", reason), ("from", version.State.ToString()),
                ("incident", opened.Id.ToString())), ct);
            return opened;
        }, cancellationToken);

        KeyCompromised(key.Name, incident.Id);
        await ReplaceDueAsync(id, actor, cancellationToken);
        return incident;
    }

    /// <summary>One pass of the loop: every key whose time has come gets its next version.</summary>
    /// <returns>How many keys were replaced.</returns>
    public async Task<int> RotateDueAsync(CancellationToken cancellationToken)
    {
        int replaced = 0;
        while (true)
        {
            IReadOnlyList<WorkLease> leases = await _store.ClaimAsync(_worker, RotationWork, _config.BatchSize,
                _config.Lease, cancellationToken);
            if (leases.Count == 0) return replaced;

            foreach (WorkLease lease in leases)
            {
                try
                {
                    if (await RotateLeasedAsync(lease, cancellationToken)) replaced++;
                }
                catch (LeaseLostException)
                {
                    LeaseLost(lease.Subject);
                }
                catch (HsmException e)
                {
                    // The key goes on protecting; the failure is evidence, and the next attempt comes later each time.
                    RotationFailed(lease.Subject, e.Message);
                    await PostponeAsync(lease, e, cancellationToken);
                }
            }
        }
    }

    /// <summary>The loop: looks for due keys at once and then at every interval, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_config.KeyRotationInterval, _store.Time);
        do
        {
            await RotateDueAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task<bool> RotateLeasedAsync(WorkLease lease, CancellationToken cancellationToken)
    {
        KeyId id = KeyId.Parse(lease.Subject);
        (KeyRecord key, IReadOnlyList<KeyVersionRecord> versions) = await ReadAsync(id, cancellationToken);
        switch (KeyRotation.Next(versions, Now()))
        {
            case KeyPlan.Replace replace:
                await ReplaceAsync(key, replace, Actor.KeyLoop, lease, cancellationToken);
                return true;
            case KeyPlan.Wait wait:
                await _store.ChangeAsync(async (t, ct) =>
                {
                    await t.CompleteAsync(lease, wait.Next, ct);
                    await t.AppendAsync(Entry(Actor.KeyLoop, "key.check", Target(id), AuditOutcome.Done,
                        ("next", wait.Next?.ToString("u") ?? "never")), ct);
                }, cancellationToken);
                return false;
            default:
                throw new InvalidOperationException("A key plan is to wait or to replace.");
        }
    }

    private async Task ReplaceDueAsync(KeyId id, Actor actor, CancellationToken cancellationToken)
    {
        (KeyRecord key, IReadOnlyList<KeyVersionRecord> versions) = await ReadAsync(id, cancellationToken);
        if (KeyRotation.Next(versions, Now()) is KeyPlan.Replace replace)
            await ReplaceAsync(key, replace, actor, lease: null, cancellationToken);
    }

    /// <summary>
    /// Has the token make the version (or finds what an earlier attempt left), then makes it the current one.
    /// </summary>
    private async Task ReplaceAsync(KeyRecord key, KeyPlan.Replace plan, Actor actor, WorkLease? lease,
        CancellationToken cancellationToken)
    {
        TokenKeyId tokenKey = TokenKeyId.Derive(key.Id, plan.Version);
        HsmKey made = await _hsm.GenerateKeyAsync(tokenKey, key.Algorithm, cancellationToken);
        DateTimeOffset now = Now();

        bool changed = await _store.ChangeAsync(async (t, ct) =>
        {
            IReadOnlyList<KeyVersionRecord> versions = await t.ReadKeyVersionsAsync(key.Id, ct);
            DateTimeOffset? due = now + key.RotationPeriod;
            if (versions.Count >= plan.Version)
            {
                // Somebody else was faster with the same version: there is nothing left to change.
                await t.AppendAsync(Entry(actor, "key.rotate", Target(key.Id, plan.Version), AuditOutcome.Refused,
                    ("reason", "already done")), ct);
                if (lease is not null) await t.CompleteAsync(lease, versions[^1].RotateDueAt, ct);
                return false;
            }

            if (versions.LastOrDefault(v => v.State == KeyState.Active) is { } old)
            {
                await t.PutAsync(old with
                {
                    State = plan.Predecessor ?? KeyState.Deactivated,
                    DeactivatedAt = now,
                }, ct);
            }

            await t.PutAsync(new KeyVersionRecord
            {
                KeyId = key.Id,
                Version = plan.Version,
                State = KeyState.Active,
                Token = _hsm.Name,
                TokenKeyId = tokenKey.ToString(),
                PublicKey = made.PublicKey,
                MadeAt = now,
                ActivatedAt = now,
                RotateDueAt = due,
            }, ct);
            await t.PutAsync(key with { CurrentVersion = plan.Version }, ct);

            if (lease is not null) await t.CompleteAsync(lease, due, ct);
            else await t.ScheduleAsync(new WorkItem(RotationWork, key.Id.ToString(), due), ct);

            await t.AppendAsync(Entry(actor, plan.Version == 1 ? "key.activate" : "key.rotate",
                Target(key.Id, plan.Version), AuditOutcome.Done,
                ("name", key.Name), ("algorithm", key.Algorithm.Name), ("policy", key.PolicyId),
                ("reason", plan.Reason),
                ("token", _hsm.Name), ("custody", Custody(key)), ("rotate-due", due?.ToString("u") ?? "by hand"),
                ("public-key-sha256", made.PublicKey.IsEmpty ? "none (symmetric)"
                    : Digest.Of(made.PublicKey.Span).ToString())), ct);
            return true;
        }, cancellationToken);

        if (!changed) return;
        KeyReplaced(key.Name, plan.Version, plan.Reason);
        await NotifyAsync(new KeyRotated(key.Id, key.Name, key.Type, plan.Version, plan.Reason), cancellationToken);
    }

    private Task<KeyRecord> RegisterAsync(KeySpecification wanted, Actor actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = Now();
        KeyRecord key = new()
        {
            Id = new KeyId(Guid.CreateVersion7(now)),
            Name = wanted.Name,
            Type = wanted.Policy.KeyType,
            Algorithm = wanted.Policy.Algorithm,
            Service = wanted.Service,
            PolicyId = wanted.PolicyId,
            RotationPeriod = wanted.RotatesByHand ? null : wanted.Policy.RotationPeriod,
            RequiresHsm = wanted.Policy.RequiresHsm,
            DualControl = wanted.Policy.DualControl,
            MadeAt = now,
        };
        return _store.ChangeAsync(async (t, ct) =>
        {
            // The name may have been taken since it was looked up.
            if (await t.FindKeyAsync(wanted.Name, ct) is { } other)
                throw new KeyRefusedException($"Key '{other.Name}' was made by somebody else just now.");

            await t.PutAsync(key, ct);
            await t.ScheduleAsync(new WorkItem(RotationWork, key.Id.ToString(), now), ct);
            await t.AppendAsync(Entry(actor, "key.register", Target(key.Id), AuditOutcome.Done,
                ("name", key.Name), ("type", key.Type.ToString()), ("algorithm", key.Algorithm.Name),
                ("policy", key.PolicyId),
                ("rotation", key.RotationPeriod?.ToString("c") ?? "by hand")), ct);
            return key;
        }, cancellationToken);
    }

    private void Check(KeySpecification wanted)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(wanted.Name, nameof(wanted));
        KeyAlgorithm algorithm = wanted.Policy.Algorithm;
        if (wanted.Policy.DualControl)
        {
            throw new KeyRefusedException(
                $"Key '{wanted.Name}' needs two approvers, and approvals are not part of this version.");
        }
        if (!_hsm.Supports(HsmOperation.GenerateKey, algorithm))
            throw new KeyRefusedException($"Token '{_hsm.Name}' cannot make {algorithm} keys.");
        if (wanted.Policy.RequiresHsm && !_hsm.KeepsInHardware(algorithm) && !_config.AcceptSoftwareToken)
        {
            throw new KeyRefusedException(
                $"Key '{wanted.Name}' must live in hardware and token '{_hsm.Name}' is software: "
                + "configure a hardware module, or accept the software token with "
                + $"{nameof(AutomationConfig.AcceptSoftwareToken)}.");
        }
    }

    private string Custody(KeyRecord key) => _hsm.KeepsInHardware(key.Algorithm) ? "hardware"
        : key.RequiresHsm ? "software, accepted by configuration where the policy asks for hardware" : "software";

    private async Task PostponeAsync(WorkLease lease, HsmException cause, CancellationToken cancellationToken)
    {
        TimeSpan delay = TimeSpan.FromMinutes(Math.Min(60, Math.Pow(2, Math.Min(lease.Attempt, 6) - 1)));
        await _store.ChangeAsync(async (t, ct) =>
        {
            await t.PostponeAsync(lease, Now() + delay, ct);
            await t.AppendAsync(Entry(Actor.KeyLoop, "key.rotate", Target(KeyId.Parse(lease.Subject)),
                AuditOutcome.Failed,
                ("operation", cause.Operation.ToString()), ("provider", cause.Provider),
                ("attempt", lease.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ("next-attempt-in", delay.ToString())), ct);
        }, cancellationToken);
    }

    private async Task NotifyAsync(KeyRotated rotated, CancellationToken cancellationToken)
    {
        (Func<KeyRotated, CancellationToken, Task> Call, KeyType[] Types)[] callbacks;
        lock (_callbacks) callbacks = [.. _callbacks];
        foreach ((Func<KeyRotated, CancellationToken, Task> call, KeyType[] types) in callbacks)
        {
            if (types.Length > 0 && !types.Contains(rotated.Type)) continue;
            try
            {
                await call(rotated, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                CallbackFailed(rotated.Name, e.Message);
            }
        }
    }

    private async Task<KeyRecord> FindAsync(KeyId id, CancellationToken cancellationToken) =>
        (await ReadAsync(id, cancellationToken)).Key;

    private Task<(KeyRecord Key, IReadOnlyList<KeyVersionRecord> Versions)> ReadAsync(KeyId id,
        CancellationToken cancellationToken) =>
        _store.ReadAsync(async (s, ct) =>
        {
            KeyRecord key = await s.FindKeyAsync(id, ct) ?? throw new KeyRefusedException($"There is no key {id}.");
            return (key, await s.ReadKeyVersionsAsync(id, ct));
        }, cancellationToken);

    private AuditEntry Entry(Actor actor, string action, string target, AuditOutcome outcome,
        params (string Name, string Value)[] details) =>
        AuditTrail.Entry(Now(), actor, action, target, outcome, details);

    private static string Target(KeyId id) => $"key:{id}";

    private static string Target(KeyId id, int version) => $"key:{id}/v{version}";

    private DateTimeOffset Now() => _store.Time.GetUtcNow();

    [LoggerMessage(EventId = 4000, Level = LogLevel.Information,
        Message = "Key {Name} has version {Version}: {Reason}")]
    private partial void KeyReplaced(string name, int version, string reason);

    [LoggerMessage(EventId = 4001, Level = LogLevel.Critical,
        Message = "Key {Name} is compromised: incident {Incident}")]
    private partial void KeyCompromised(string name, Guid incident);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Warning, Message = "Key {KeyId} was taken over by another worker")]
    private partial void LeaseLost(string keyId);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Error, Message = "Key {KeyId} could not be rotated: {Cause}")]
    private partial void RotationFailed(string keyId, string cause);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Error,
        Message = "A listener of key {Name}'s rotation failed: {Cause}")]
    private partial void CallbackFailed(string name, string cause);
}
