using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Hsm.Migration;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Pkcs11;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Tests.Migration;

/// <summary>Keys of a software token, which have no labels, into real modules, which have their limits.</summary>
[Collection(RealModules.Name)]
public sealed class DeviceTargetTests : IAsyncLifetime
{
    private readonly TokenFixture _old = new();
    private ModuleFixture? _device;
    private SoftwareToken _from = null!;
    private Pkcs11Token? _to;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TransferPort Source => TransferPort.Of(_from, "old");

    private TransferPort Target => TransferPort.Of(_to!, "new");

    public async ValueTask InitializeAsync()
    {
        _from = await _old.CreateAsync(_old.Options with { AllowBackup = true });
    }

    public async ValueTask DisposeAsync()
    {
        if (_to is not null) await _to.DisposeAsync();
        await _from.DisposeAsync();
        _device?.Dispose();
        _old.Dispose();
    }

    [Theory, InlineData("softhsm2"), InlineData("nss")]
    public async Task A_plan_knows_whether_the_token_unwraps_Ed25519_keys(string provider)
    {
        await OpenAsync(provider);
        await _from.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.Ed25519, Stop);
        await _from.GenerateKeyAsync(TokenFixture.Id(2), SignatureAlgorithm.EcdsaP256, Stop);

        MigrationPlan plan = await PlanAsync();

        PlannedKey edwards = plan.Keys.Single(key => key.Key.Kind == "Ed25519");
        Assert.Equal(
            MigrationVerdict.Migratable, plan.Keys.Single(key => key.Key.Kind == "EC-P256").Verdict);
        Assert.Empty(await Target.ListAsync(Stop));

        // Done all the same, it goes as the plan says.
        MigrationReport report = await new KeyMigration(
            Source, Target, Path.Combine(_old.Root, "journal"), TimeProvider.System).ApplyAsync(plan with
            {
                Keys = [edwards with { Verdict = MigrationVerdict.Migratable }],
            }, Stop);
        Assert.Equal(edwards.Verdict == MigrationVerdict.Migratable ? 1 : 0, report.Active);
        if (provider == "nss") Assert.Equal(1, report.Active);
        if (report.Active == 1) return; // not SoftHSM 2.6.1

        Assert.Equal(MigrationVerdict.NeedsRekey, edwards.Verdict);
        Assert.Contains("tried with a known Ed25519 key", edwards.Reason, StringComparison.Ordinal);
        string problem = Assert.Single(report.Keys).Problem!;
        Assert.Contains("CKR_FUNCTION_FAILED", problem, StringComparison.Ordinal);
        Assert.Contains("may make no Ed25519 keys from wrapped ones", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("another recipient", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(await Target.ListAsync(Stop), key => key.Kind == "Ed25519");
    }

    [Theory, InlineData("softhsm2"), InlineData("nss")]
    public async Task A_plan_sees_a_labelled_key_that_has_the_identifier(string provider)
    {
        await OpenAsync(provider);
        for (int i = 1; i <= 4; i++)
            await _from.GenerateKeyAsync(TokenFixture.Id(i), SignatureAlgorithm.EcdsaP256, Stop);
        await _to!.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.EcdsaP256, Stop);
        await _to.GenerateKeyAsync(TokenFixture.Id(2), CipherAlgorithm.Aes256Gcm, Stop);
        IReadOnlyList<TransferKey> before = await Target.ListAsync(Stop);

        MigrationPlan plan = await PlanAsync();
        foreach (int i in (int[])[1, 2])
        {
            PlannedKey refused = Of(plan, i);
            Assert.Equal(MigrationVerdict.RefusedByPolicy, refused.Verdict);
            Assert.Contains("another key has its identifier", refused.Reason, StringComparison.Ordinal);
            Assert.Contains(before.Single(key => key.Id == refused.Key.Id).Label, refused.Reason,
                StringComparison.Ordinal);
        }

        await _to.GenerateKeyAsync(TokenFixture.Id(3), SignatureAlgorithm.EcdsaP256, Stop); // after the plan
        MigrationReport report = await new KeyMigration(
            Source, Target, Path.Combine(_old.Root, "journal"), TimeProvider.System).ApplyAsync(plan, Stop);

        Assert.Equal((1, 1), (report.Active, report.Open));
        Assert.Contains("came to be in the target", Assert.Single(report.Keys, key => key.Problem is not null).Problem,
            StringComparison.Ordinal);
        IReadOnlyList<TransferKey> after = await Target.ListAsync(Stop);
        Assert.All(before, key => Assert.Contains(key, after));
        Assert.Equal(MigrationVerdict.AlreadyThere, Of(await PlanAsync(), 4).Verdict);

        static PlannedKey Of(MigrationPlan plan, int version) =>
            plan.Keys.Single(key => key.Key.Id == TokenFixture.Id(version).ToString());
    }

    private async Task OpenAsync(string provider)
    {
        _device = provider == "nss" ? new NssFixture() : new SoftHsmFixture();
        _to = await _device.OpenAsync();
    }

    private ValueTask<MigrationPlan> PlanAsync() =>
        MigrationPlan.MakeAsync(Source, Target, new MigrationPolicy(), TimeProvider.System, Stop);
}
