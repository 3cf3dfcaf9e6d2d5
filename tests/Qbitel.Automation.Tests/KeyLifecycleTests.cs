using System.Security.Cryptography;
using Qbitel.Automation.Engine;
using Qbitel.Automation.Keys;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Governance.Profiles;
using Qbitel.Store;

namespace Qbitel.Automation.Tests;

public sealed class KeyLifecycleTests
{
    private static readonly byte[] Data = "settlement"u8.ToArray();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_years_of_rotation_keep_every_old_ciphertext_readable()
    {
        await using Platform platform = await Platform.OpenAsync();
        SecureService service = await platform.Engine.ProvisionSecureServiceAsync("api", policy: null,
            Platform.Tester, Cancel);
        List<SealedData> written = [];

        for (int quarter = 0; quarter < 8; quarter++)
        {
            written.Add(await platform.Engine.KeyUse.EncryptAsync(service.EncryptionKeyId, Data, default, Cancel));
            platform.Time.Advance(TimeSpan.FromDays(91));
            await platform.Engine.Keys.RotateDueAsync(Cancel);
        }

        Assert.Equal(Enumerable.Range(1, 8), written.Select(w => w.Version));
        foreach (SealedData old in written)
            Assert.Equal(Data, await platform.Engine.KeyUse.DecryptAsync(old, default, consent: null, Cancel));
    }

    [Fact]
    public async Task Nothing_is_rotated_before_its_time()
    {
        await using Platform platform = await Platform.OpenAsync();
        await platform.Engine.ProvisionSecureServiceAsync("api", policy: null, Platform.Tester, Cancel);
        platform.Time.Advance(TimeSpan.FromDays(89));

        Assert.Equal(0, await platform.Engine.Keys.RotateDueAsync(Cancel));
    }

    [Fact]
    public async Task Compromised_key_stays_compromised_is_replaced_and_opens_an_incident()
    {
        await using Platform platform = await Platform.OpenAsync();
        SecureService service = await platform.Engine.ProvisionSecureServiceAsync("api", policy: null,
            Platform.Tester, Cancel);
        KeySignature before = await platform.Engine.KeyUse.SignAsync(service.SigningKeyId, Data, default, Cancel);

        IncidentRecord incident = await platform.Engine.Keys.MarkCompromisedAsync(service.SigningKeyId,
            "found in a backup", Platform.Tester, Cancel);

        IReadOnlyList<KeyVersionRecord> versions = await platform.Opened.Store.ReadAsync((s, ct) =>
            s.ReadKeyVersionsAsync(service.SigningKeyId, ct), Cancel);
        Assert.Equal([KeyState.Compromised, KeyState.Active], versions.Select(v => v.State));
        Assert.Equal(IncidentState.Open, incident.State);
        Assert.Equal(2, (await platform.Engine.KeyUse.SignAsync(service.SigningKeyId, Data, default, Cancel)).Version);
        await Assert.ThrowsAsync<KeyRefusedException>(() =>
            platform.Engine.KeyUse.VerifyAsync(before, Data, default, consent: null, Cancel));
        Assert.True(await platform.Engine.KeyUse.VerifyAsync(before, Data, default,
            new CompromiseConsent(Platform.Tester, "old contract"), Cancel));
    }

    [Fact]
    public async Task Key_that_needs_hardware_is_refused_in_software()
    {
        await using Platform platform = await Platform.OpenAsync(acceptSoftwareToken: false);

        KeyRefusedException refused = await Assert.ThrowsAsync<KeyRefusedException>(
            () => platform.Engine.ProvisionSecureServiceAsync("api", policy: null, Platform.Tester, Cancel));
        Assert.Contains("hardware", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dual_control_is_refused_while_there_are_no_approvals()
    {
        await using Platform platform = await Platform.OpenAsync();

        KeyRefusedException refused = await Assert.ThrowsAsync<KeyRefusedException>(
            () => platform.Engine.ProvisionSecureServiceAsync("api", BankingSecurityPolicy.ForWireTransfer(),
                Platform.Tester, Cancel));
        Assert.Contains("two approvers", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provisioning_again_finds_what_is_there_also_after_a_restart()
    {
        Platform first = await Platform.OpenAsync();
        SecureService made = await first.Engine.ProvisionSecureServiceAsync("api", policy: null,
            Platform.Tester, Cancel);
        await first.DisposeAsync();

        await using Platform second = await Platform.OpenAsync(folder: first.Folder, time: first.Time);
        Assert.Equal(made,
            await second.Engine.ProvisionSecureServiceAsync("api", policy: null, Platform.Tester, Cancel));
    }

    [Fact]
    public async Task Ciphertext_cannot_be_moved_to_another_version()
    {
        await using Platform platform = await Platform.OpenAsync();
        SecureService service = await platform.Engine.ProvisionSecureServiceAsync("api", policy: null,
            Platform.Tester, Cancel);
        SealedData data = await platform.Engine.KeyUse.EncryptAsync(service.EncryptionKeyId, Data, default, Cancel);
        await platform.Engine.Keys.RotateAsync(service.EncryptionKeyId, "test", Platform.Tester, Cancel);

        await Assert.ThrowsAnyAsync<CryptographicException>(
            () => platform.Engine.KeyUse.DecryptAsync(data with { Version = 2 }, default, consent: null, Cancel));
    }

    [Fact]
    public async Task Rotation_calls_back_those_who_asked_for_the_type()
    {
        await using Platform platform = await Platform.OpenAsync();
        List<string> called = [];
        platform.Engine.Keys.RegisterRotationCallback((rotated, _) =>
        {
            called.Add(rotated.Name);
            return Task.CompletedTask;
        }, KeyType.Transport);

        await platform.Engine.ProvisionSecureServiceAsync("api", policy: null, Platform.Tester, Cancel);

        Assert.Equal(["api/transport"], called);
    }
}
