using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Automation.Keys;
using Qbitel.Automation.Protection;
using Qbitel.Automation.Sealing;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Profiles;
using Qbitel.Hsm;
using Qbitel.Store;

namespace Qbitel.Automation.Engine;

/// <summary>
/// Everything that acts without hands, over one store and one token: start it, and keys and evidence are kept.
/// </summary>
/// <remarks>
/// Safe for concurrent use. It owns neither store nor token, unless <see cref="AutomationPlatform"/> opened them.
/// </remarks>
public sealed class AutomationEngine : IAsyncDisposable
{
    private readonly StateStore _store;
    private readonly CancellationTokenSource _stop = new();
    private Task _loops = Task.CompletedTask;
    private bool _started;

    public AutomationEngine(
        BankingPqcProfile profile, AutomationConfig config, StateStore store, HsmProvider hsm,
        ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(hsm);

        loggers ??= NullLoggerFactory.Instance;
        _store = store;
        Profile = profile;
        Keys = new KeyLifecycleManager(store, hsm, config, loggers.CreateLogger<KeyLifecycleManager>());
        KeyUse = new KeyUse(store, hsm);
        Messages = new MessageVault(store, KeyUse);
        Audit = new AuditKeeper(store, Keys, KeyUse, config, loggers.CreateLogger<AuditKeeper>());
    }

    public BankingPqcProfile Profile { get; }

    public KeyLifecycleManager Keys { get; }

    public KeyUse KeyUse { get; }

    public MessageVault Messages { get; }

    public AuditKeeper Audit { get; }

    /// <summary>Ends when the loops end; faults with the first failure of one of them.</summary>
    public Task Completion => _loops;

    /// <summary>
    /// Makes the keys of the audit log where they are missing, seals what is pending, and starts the loops.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_started) throw new InvalidOperationException("The engine has been started before.");
        _started = true;

        await Audit.SealAsync(cancellationToken);
        _loops = RunAsync(_stop.Token);
    }

    /// <summary>Stops the loops after the work at hand and seals what is pending.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _stop.CancelAsync();
        try
        {
            await _loops.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The loops end by cancellation.
        }

        if (_started) await Audit.SealAsync(cancellationToken);
    }

    /// <summary>
    /// Gives a service its keys under this engine's profile, raised by a policy where one is given. May be repeated
    /// after a crash.
    /// </summary>
    /// <exception cref="KeyRefusedException">A key may not be made, e.g. because the policy asks for hardware or for
    /// approvers that are not there.</exception>
    public async Task<SecureService> ProvisionSecureServiceAsync(
        string serviceName, BankingSecurityPolicy? policy, Actor actor, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        ArgumentNullException.ThrowIfNull(actor);

        var effective = EffectiveSecurity.Select(Profile, policy);
        string policyId = policy?.Id ?? $"profile/{Profile.Subdomain.PublishedName()}";
        await BeginAsync(serviceName, policyId, effective, actor, cancellationToken);

        KeyRecord encryption = await KeyAsync("encryption", KeyType.Dek);
        KeyRecord signing = await KeyAsync("signing", KeyType.Signing);
        KeyRecord transport = await KeyAsync("transport", KeyType.Transport);

        await FinishAsync(serviceName, actor, cancellationToken);
        return new SecureService(serviceName, policyId, encryption.Id, signing.Id, transport.Id);

        Task<KeyRecord> KeyAsync(string purpose, KeyType type) => Keys.GenerateKeyAsync(new KeySpecification
        {
            Name = $"{serviceName}/{purpose}",
            Policy = ServiceKeys.PolicyFor(type, effective),
            PolicyId = policyId,
            Service = serviceName,
        }, actor, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Audit.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // One loop that fails stops the others: a platform that keeps keys but no evidence must not go on.
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task first = await Task.WhenAny(Keys.RunAsync(together.Token), Audit.RunAsync(together.Token));
        await together.CancelAsync();
        await first;
    }

    private Task BeginAsync(string name, string policyId, EffectiveSecurity effective, Actor actor,
        CancellationToken cancellationToken)
    {
        DateTimeOffset now = _store.Time.GetUtcNow();
        return _store.ChangeAsync(async (t, ct) =>
        {
            ServiceRecord? known = await t.FindServiceAsync(name, ct);
            if (known is not null && known.PolicyId != policyId)
            {
                throw new KeyRefusedException(
                    $"Service '{name}' runs under {known.PolicyId}; it is not moved to {policyId} by provisioning "
                    + "it again.");
            }

            if (known is null)
            {
                await t.PutAsync(new ServiceRecord
                {
                    Name = name,
                    State = ServiceState.Provisioning,
                    Subdomain = Profile.Subdomain.PublishedName(),
                    PolicyId = policyId,
                    ConfigurationJson = effective.ToJson().ToJsonString(),
                    MadeAt = now,
                }, ct);
            }

            await t.AppendAsync(AuditTrail.Entry(now, actor, "service.provision", $"service:{name}", AuditOutcome.Done,
                ("policy", policyId), ("kem-level", effective.KemLevel.Name),
                ("signature-level", effective.SignatureLevel.Name),
                ("hybrid", effective.IsHybrid ? "yes" : "no"), ("selection", effective.ContentHash.ToString()),
                ("adjustments", effective.Adjustments.Count.ToString(CultureInfo.InvariantCulture)),
                ("attempt", known is null ? "first" : "repeated")), ct);
        }, cancellationToken);
    }

    private Task FinishAsync(string name, Actor actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _store.Time.GetUtcNow();
        return _store.ChangeAsync(async (t, ct) =>
        {
            ServiceRecord service = await t.FindServiceAsync(name, ct)
                ?? throw new KeyRefusedException($"Service '{name}' is gone.");
            await t.PutAsync(service with { State = ServiceState.Ready }, ct);
            await t.AppendAsync(AuditTrail.Entry(now, actor, "service.ready", $"service:{name}", AuditOutcome.Done),
                ct);
        }, cancellationToken);
    }
}
