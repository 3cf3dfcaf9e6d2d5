using System.Globalization;
using Qbitel.Automation.Engine;
using Qbitel.Automation.Keys;
using Qbitel.Governance;
using Qbitel.Store;

namespace Qbitel.Demo;

/// <summary>
/// The keys of one service: made, used, rotated when their time has come, replaced when one is compromised.
/// </summary>
internal sealed class DemoKeys(AutomationPlatform platform, DemoClock clock,
    Func<TimeSpan, CancellationToken, Task> advance)
{
    private const string Service = "wire-transfer-api", SealedSetting = "demo.sealed-before-rotation";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly byte[] Payload = "settlement file of 2026-11-24"u8.ToArray();

    public async Task<IReadOnlyList<DemoCheck>> RunAsync(CancellationToken cancellation)
    {
        SecureService service = await platform.Engine.ProvisionSecureServiceAsync(Service, policy: null,
            DemoBank.Presenter, cancellation);
        List<DemoCheck> checks = [await ProvisionedAsync(service, cancellation)];

        SealedData before = await SealedBeforeAsync(service.EncryptionKeyId, cancellation);
        checks.Add(await RotateAsync(service.EncryptionKeyId, cancellation));
        byte[] opened = await platform.Engine.KeyUse.DecryptAsync(before, default, consent: null, cancellation);
        SealedData after = await platform.Engine.KeyUse.EncryptAsync(service.EncryptionKeyId, Payload, default,
            cancellation);
        checks.Add(DemoCheck.Of("old data", opened.AsSpan().SequenceEqual(Payload) && after.Version > before.Version,
            $"what version {Text(before.Version)} encrypted still opens; version {Text(after.Version)} encrypts now"));

        checks.AddRange(await CompromiseAsync(service.SigningKeyId, cancellation));
        return checks;
    }

    private async Task<DemoCheck> ProvisionedAsync(SecureService service, CancellationToken cancellation)
    {
        List<string> keys = [];
        await platform.Store.ReadAsync(async (s, ct) =>
        {
            await foreach (KeyRecord key in s.ReadKeysAsync(Service).WithCancellation(ct))
            {
                keys.Add(
                    $"{key.Name} {key.Algorithm} every "
                    + $"{(key.RotationPeriod?.TotalDays ?? 0).ToString("0", CultureInfo.InvariantCulture)} days");
            }
            return true;
        }, cancellation);
        return DemoCheck.Of("provision", keys.Count == 3,
            $"{service.Name} under {service.PolicyId}: {string.Join(", ", keys)}");
    }

    private async Task<DemoCheck> RotateAsync(KeyId key, CancellationToken cancellation)
    {
        IReadOnlyList<KeyVersionRecord> versions = await VersionsAsync(key, cancellation);
        if (versions.Count == 1)
        {
            // Past the day on which the data key is due, but not the yearly ones.
            TimeSpan rest = versions[0].RotateDueAt!.Value - platform.Store.Time.GetUtcNow() + TimeSpan.FromDays(1);
            if (rest > TimeSpan.Zero) await advance(rest, cancellation);
            versions = await LetRotateAsync(key, least: 2, cancellation);
        }

        return DemoCheck.Of("rotate", versions.Count >= 2 && versions[0].State == KeyState.Deactivated
            && versions[^1].State == KeyState.Active,
            $"the clock stands {clock.Offset.TotalDays.ToString("0", CultureInfo.InvariantCulture)} days ahead; "
            + $"versions: {States(versions)}");
    }

    private async Task<IReadOnlyList<DemoCheck>> CompromiseAsync(KeyId key, CancellationToken cancellation)
    {
        IReadOnlyList<KeyVersionRecord> versions = await VersionsAsync(key, cancellation);
        if (!versions.Any(v => v.State == KeyState.Compromised))
        {
            await platform.Engine.Keys.MarkCompromisedAsync(key, "exercise: the key was found in a backup",
                DemoBank.Presenter, cancellation);
        }
        else
        {
            // an interrupted run may have left the new version to the loop
            await LetRotateAsync(key, least: 2, cancellation);
        }

        versions = await VersionsAsync(key, cancellation);
        KeySignature signature = await platform.Engine.KeyUse.SignAsync(key, Payload, default, cancellation);
        int incidents = 0;
        await platform.Store.ReadAsync(async (s, ct) =>
        {
            await foreach (IncidentRecord incident in s.ReadIncidentsAsync().WithCancellation(ct))
                if (incident.Kind == "key.compromised") incidents++;
            return true;
        }, cancellation);
        return
        [
            DemoCheck.Of("compromise", versions.Any(v => v.State == KeyState.Compromised)
                && versions[^1].State == KeyState.Active, $"versions: {States(versions)}"),
            DemoCheck.Of("replacement", signature.Version == versions[^1].Version
                && await platform.Engine.KeyUse.VerifyAsync(signature, Payload, default, consent: null, cancellation),
                $"version {Text(signature.Version)} signs and verifies"),
            DemoCheck.Of("incident", incidents == 1, $"{Text(incidents)} incident"),
        ];
    }

    // Whoever died with the key in hand holds it until the lease is over; then the next one takes it up.
    private async Task<IReadOnlyList<KeyVersionRecord>> LetRotateAsync(
        KeyId key, int least, CancellationToken cancellation)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await platform.Engine.Keys.RotateDueAsync(cancellation);
            IReadOnlyList<KeyVersionRecord> versions = await VersionsAsync(key, cancellation);
            bool isDone = versions.Count >= least && versions[^1].State == KeyState.Active;
            if (isDone || TimeProvider.System.GetElapsedTime(start) > DemoBank.Config.Lease + Patience) return versions;

            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellation);
        }
    }

    // What is encrypted before the rotation outlives this run, so that a repeated one opens the same.
    private async Task<SealedData> SealedBeforeAsync(KeyId key, CancellationToken cancellation)
    {
        string? kept = await platform.Store.ReadAsync((s, ct) => s.FindSettingAsync(SealedSetting, ct), cancellation);
        if (kept is not null && SealedData.TryParse(Convert.FromBase64String(kept), out SealedData? earlier))
            return earlier;

        SealedData data = await platform.Engine.KeyUse.EncryptAsync(key, Payload, default, cancellation);
        await platform.Store.ChangeAsync(async (t, ct) =>
        {
            await t.PutSettingAsync(SealedSetting, Convert.ToBase64String(data.ToArray()), ct);
            await t.AppendAsync(DemoAudit.Entry(platform.Store, "data.encrypt", $"key:{key}/v{data.Version}",
                ("bytes", Text(Payload.Length))), ct);
        }, cancellation);
        return data;
    }

    private Task<IReadOnlyList<KeyVersionRecord>> VersionsAsync(KeyId key, CancellationToken cancellation) =>
        platform.Store.ReadAsync((s, ct) => s.ReadKeyVersionsAsync(key, ct), cancellation);

    private static string States(IReadOnlyList<KeyVersionRecord> versions) =>
        string.Join(", ", versions.Select(v => $"{Text(v.Version)} {v.State}"));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
