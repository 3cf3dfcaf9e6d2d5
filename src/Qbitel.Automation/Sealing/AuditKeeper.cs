using Microsoft.Extensions.Logging;
using Qbitel.Automation.Keys;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Governance.Audit;
using Qbitel.Store;
using Qbitel.Store.Audit;

namespace Qbitel.Automation.Sealing;

/// <summary>
/// Keeps the audit log's evidence up to date: gives entries their places and has both keys sign a checkpoint over them.
/// </summary>
/// <remarks>
/// Safe for concurrent use, also by several processes: one of them sequences at a time, the others find nothing to do.
/// </remarks>
public sealed partial class AuditKeeper(
    StateStore store, KeyLifecycleManager lifecycle, KeyUse keys, AutomationConfig config, ILogger<AuditKeeper> logger)
        : IDisposable
{
    private const string OriginSetting = "audit.origin";

    // By hand: a new key of the log must reach its verifiers before it signs.
    private static readonly KeyPolicy ClassicalKey = new(KeyType.Signing, SignatureAlgorithm.Ed25519,
        TimeSpan.FromDays(3650), requiresHsm: false, dualControl: false);
    private static readonly KeyPolicy QuantumSafeKey = new(KeyType.Signing, SignatureAlgorithm.MLDsa65,
        TimeSpan.FromDays(3650), requiresHsm: false, dualControl: false);

    private readonly ILogger _logger = logger;
    private readonly SemaphoreSlim _preparing = new(1, 1), _sealing = new(1, 1);
    private CheckpointSigner? _signer;

    /// <summary>The log itself, for those who read it.</summary>
    public AuditLog Log { get; } = new(store);

    /// <summary>The public keys that verifiers need; makes them on the first call.</summary>
    public async Task<LogKeys> KeysAsync(CancellationToken cancellationToken) =>
        (await SignerAsync(cancellationToken)).Keys;

    /// <summary>Sequences what is pending and signs a checkpoint over it.</summary>
    /// <returns>The newest checkpoint, or null where another process is at it.</returns>
    public async Task<StoredCheckpoint?> SealAsync(CancellationToken cancellationToken)
    {
        CheckpointSigner signer = await SignerAsync(cancellationToken);

        // Callers of this process wait for one another; another process is not waited for.
        await _sealing.WaitAsync(cancellationToken);
        try
        {
            return await Log.SequenceAsync(signer, cancellationToken);
        }
        finally
        {
            _sealing.Release();
        }
    }

    /// <summary>The loop: seals at once and then at every interval, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // evidence follows real time, also where business time is advanced
        using PeriodicTimer timer = new(config.AuditInterval, TimeProvider.System);
        do
        {
            try
            {
                await SealAsync(cancellationToken);
            }
            catch (StateStoreException e) when (e.IsTransient)
            {
                CheckpointDelayed(e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    public void Dispose()
    {
        _preparing.Dispose();
        _sealing.Dispose();
    }

    private async Task<CheckpointSigner> SignerAsync(CancellationToken cancellationToken)
    {
        if (_signer is { } ready) return ready;

        await _preparing.WaitAsync(cancellationToken);
        try
        {
            if (_signer is not null) return _signer;

            KeyRecord classical = await lifecycle.GenerateKeyAsync(
                new KeySpecification
                {
                    Name = "platform/audit-log/ed25519",
                    Policy = ClassicalKey,
                    PolicyId = "platform",
                    RotatesByHand = true,
                }, Actor.Platform, cancellationToken);
            KeyRecord quantumSafe = await lifecycle.GenerateKeyAsync(
                new KeySpecification
                {
                    Name = "platform/audit-log/ml-dsa-65",
                    Policy = QuantumSafeKey,
                    PolicyId = "platform",
                    RotatesByHand = true,
                }, Actor.Platform, cancellationToken);
            string origin = await OriginAsync(cancellationToken);
            return _signer = new CheckpointSigner(
                origin, await keys.SignerAsync(classical.Id, cancellationToken),
                await keys.SignerAsync(quantumSafe.Id, cancellationToken));
        }
        finally
        {
            _preparing.Release();
        }
    }

    // The log's name is made once and never again: it is part of what the keys sign.
    private async Task<string> OriginAsync(CancellationToken cancellationToken)
    {
        string? known = await store.ReadAsync((s, ct) => s.FindSettingAsync(OriginSetting, ct), cancellationToken);
        if (known is not null) return known;

        DateTimeOffset now = store.Time.GetUtcNow();
        return await store.ChangeAsync(async (t, ct) =>
        {
            if (await t.FindSettingAsync(OriginSetting, ct) is { } other)
            {
                await t.AppendAsync(AuditTrail.Entry(now, Actor.Platform, "audit.name", $"log:{other}",
                    AuditOutcome.Refused, ("reason", "already named")), ct);
                return other;
            }

            string origin = $"qbitel-log/{Guid.CreateVersion7(now):N}";
            await t.PutSettingAsync(OriginSetting, origin, ct);
            await t.AppendAsync(AuditTrail.Entry(now, Actor.Platform, "audit.name", $"log:{origin}", AuditOutcome.Done),
                ct);
            return origin;
        }, cancellationToken);
    }

    [LoggerMessage(EventId = 4100, Level = LogLevel.Warning, Message = "A checkpoint was delayed: {Cause}")]
    private partial void CheckpointDelayed(string cause);
}
