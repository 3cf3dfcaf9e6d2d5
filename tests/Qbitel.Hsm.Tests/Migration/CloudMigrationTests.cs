using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Hsm.Migration;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Clouds;
using Qbitel.Hsm.Tests.Clouds.Aws;
using Qbitel.Hsm.Tests.Clouds.Azure;
using Qbitel.Hsm.Tests.Clouds.Gcp;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Tests.Migration;

/// <summary>Keys of a software token go into clouds, as servers of ours speak them, and the report says how.</summary>
public sealed class CloudMigrationTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qbitel-").FullName;
    private readonly List<IAsyncDisposable> _open = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        for (int i = _open.Count - 1; i >= 0; i--) await _open[i].DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("aws", 1, "AWS KMS's import")]
    [InlineData("azure", 2, "BYOK transfer blob")]
    [InlineData("gcp", 2, "GCP's import job")]
    public async Task Keys_move_and_each_says_that_its_last_hop_is_classical(string cloud, int moved, string how)
    {
        (TransferPort source, SoftwareToken token) = await SourceAsync();
        (TransferPort target, HsmProvider service) = await CloudAsync(cloud);
        MigrationPlan plan = await MigrationPlan.MakeAsync(source, target, new(), TimeProvider.System, Stop);

        Assert.Equal(moved, plan.Count(MigrationVerdict.Migratable));
        PlannedKey lattice = plan.Keys.Single(key => key.Key.Kind == "ML-DSA-65");
        Assert.Equal(MigrationVerdict.NeedsRekey, lattice.Verdict);
        Assert.Null(lattice.LastHop);
        Assert.All(plan.Keys.Where(key => key.Verdict == MigrationVerdict.Migratable), key =>
        {
            Assert.Equal(HopSafety.Classical, key.LastHop!.Safety);
            Assert.Contains(how, key.LastHop.Protection, StringComparison.Ordinal);
            Assert.Contains(key.Steps, step => step.Contains("breaks RSA later", StringComparison.Ordinal));
        });

        KeyMigration migration = new(source, target, Path.Combine(_folder, "journal"), TimeProvider.System);
        MigrationReport report = await migration.ApplyAsync(plan, Stop);

        Assert.Equal((moved, 0), (report.Active, report.Open));
        Assert.Equal(report.ToJson(), KeyMigration.Read(Path.Combine(_folder, "journal")).ToJson());
        Assert.Contains("\"safety\":\"Classical\"", report.ToJson(), StringComparison.Ordinal);
        Assert.All(report.Keys.Where(key => key.State == KeyState.Active), key =>
        {
            Assert.Equal("classical", key.Tags["last_hop"]);
            Assert.Equal("true", key.Tags["pqc_wrapped"]);
            Assert.Equal(Exposure.ThisProcess, key.Taken!.Key);
        });
        byte[] data = RandomNumberGenerator.GetBytes(20);
        await foreach (HsmKey there in service.ListAsync(Stop))
        {
            HsmKey here = (await token.FindAsync(there.Id, Stop))!;
            if (there.Algorithm is CipherAlgorithm)
            {
                byte[] container = await service.EncryptAsync(there, data, default, Stop);
                Assert.Equal(data, await token.DecryptAsync(here, container, default, Stop));
            }
            else
            {
                Assert.True(here.IsSameKeyAs(there));
                byte[] signature = await service.SignAsync(there, data, default, Stop);
                Assert.True(await token.VerifyAsync(here, data, signature, default, Stop));
            }
        }
    }

    [Theory]
    [InlineData("aws")]
    [InlineData("azure")]
    [InlineData("gcp")]
    public async Task A_policy_refuses_the_classical_hop(string cloud)
    {
        (TransferPort source, _) = await SourceAsync();
        (TransferPort target, HsmProvider service) = await CloudAsync(cloud);

        MigrationPlan plan = await MigrationPlan.MakeAsync(
            source, target, new MigrationPolicy { RefuseClassicalHop = true }, TimeProvider.System, Stop);

        Assert.Equal(0, plan.Count(MigrationVerdict.Migratable));
        PlannedKey refused = plan.Keys.Single(key => key.Key.Kind == "EC-P256");
        Assert.Equal(MigrationVerdict.RefusedByPolicy, refused.Verdict);
        Assert.Contains("refuseClassicalHop", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(HopSafety.Classical, refused.LastHop!.Safety);
        KeyMigration migration = new(source, target, Path.Combine(_folder, "journal"), TimeProvider.System);
        Assert.Equal(0, (await migration.ApplyAsync(plan, Stop)).Active);
        await foreach (HsmKey key in service.ListAsync(Stop)) Assert.Fail($"{key} has moved.");
    }

    [Fact]
    public async Task Between_tokens_the_hop_of_each_key_is_what_it_is()
    {
        (TransferPort source, _) = await SourceAsync();
        SoftwareToken other = await TokenAsync("other");
        MigrationPlan plan = await MigrationPlan.MakeAsync(source, TransferPort.Of(other, "other"),
            new MigrationPolicy { RefuseClassicalHop = true }, TimeProvider.System, Stop);

        Assert.Equal(3, plan.Count(MigrationVerdict.Migratable));
        Assert.All(plan.Keys, key => Assert.Equal(HopSafety.InProcess, key.LastHop!.Safety));
    }

    [Fact]
    public async Task A_migration_that_stopped_after_an_import_goes_on_and_is_rolled_back()
    {
        (TransferPort source, _) = await SourceAsync();
        (TransferPort target, HsmProvider service) = await CloudAsync("gcp");
        MigrationPlan plan = await MigrationPlan.MakeAsync(source, target, new(), TimeProvider.System, Stop);
        string journal = Path.Combine(_folder, "journal");
        KeyMigration stops = new(source, target, journal, TimeProvider.System)
        {
            Activate = (_, _, _) => throw new IOException("the power went"),
        };
        await Assert.ThrowsAsync<IOException>(async () => await stops.ApplyAsync(plan, Stop));
        string[] lines = await File.ReadAllLinesAsync(journal, Stop);
        await File.WriteAllLinesAsync(journal, lines[..2], Stop); // the key is there, and the journal does not know

        KeyMigration migration = new(source, target, journal, TimeProvider.System);
        MigrationReport report = await migration.ResumeAsync(Stop);
        Assert.Equal((2, 0), (report.Active, report.Open));

        MigrationReport back = await migration.RollbackAsync(Stop);
        MigratedKey cipher = back.Keys.Single(key => key.Kind == "AES-256");
        Assert.Contains("nothing by which", cipher.Problem, StringComparison.Ordinal); // told, not destroyed by guess
        MigratedKey pair = back.Keys.Single(key => key.Kind == "EC-P256");
        Assert.Equal(KeyState.Destroyed, pair.State);
        Assert.Null(await service.FindAsync(TokenKeyId.Parse(pair.Id), Stop));
    }

    [Fact]
    public async Task Nothing_leaves_a_cloud_and_nothing_may_leave_it_later()
    {
        (TransferPort source, _) = await SourceAsync();
        (TransferPort cloud, _) = await CloudAsync("azure");
        MigrationPlan plan = await MigrationPlan.MakeAsync(
            source, cloud, new MigrationPolicy { Extractable = true }, TimeProvider.System, Stop);
        MigrationReport report = await new KeyMigration(
            source, cloud, Path.Combine(_folder, "journal"), TimeProvider.System).ApplyAsync(plan, Stop);
        Assert.Equal(0, report.Active);
        Assert.Contains(report.Keys, key => key.Problem?.Contains("never leaves", StringComparison.Ordinal) == true);

        await new KeyMigration(source, cloud, Path.Combine(_folder, "second"), TimeProvider.System).ApplyAsync(
            await MigrationPlan.MakeAsync(source, cloud, new(), TimeProvider.System, Stop), Stop);
        MigrationPlan back = await MigrationPlan.MakeAsync(cloud, source, new(), TimeProvider.System, Stop);
        Assert.Equal(2, back.Count(MigrationVerdict.NeedsRekey));
    }

    private async Task<(TransferPort Port, SoftwareToken Token)> SourceAsync()
    {
        SoftwareToken token = await TokenAsync("legacy");
        KeyId name = new(Guid.Parse("01998f00-0000-7000-8000-0000000000d1"));
        await token.GenerateKeyAsync(TokenKeyId.Derive(name, 1), SignatureAlgorithm.EcdsaP256, Stop);
        await token.GenerateKeyAsync(TokenKeyId.Derive(name, 2), CipherAlgorithm.Aes256Gcm, Stop);
        await token.GenerateKeyAsync(TokenKeyId.Derive(name, 3), SignatureAlgorithm.MLDsa65, Stop);
        return (TransferPort.Of(token, "legacy"), token);
    }

    private async Task<SoftwareToken> TokenAsync(string name)
    {
        string file = Path.Combine(_folder, name + ".key");
        TokenSecret.CreateKeyFile(file);
        using TokenSecret secret = TokenSecret.FromKeyFile(file);
        SoftwareToken token = await SoftwareToken.CreateAsync(
            new SoftwareTokenOptions { Folder = Path.Combine(_folder, name), AllowBackup = true }, secret,
            TimeProvider.System, null, Stop);
        _open.Add(token);
        return token;
    }

    private async Task<(TransferPort Port, HsmProvider Service)> CloudAsync(string cloud)
    {
        HsmProvider service;
        switch (cloud)
        {
            case "aws":
                FakeAwsKms aws = await AwsFixture.StartAsync();
                _open.Add(aws);
                service = await AwsFixture.OpenAsync(aws);
                break;
            case "azure":
                FakeManagedHsm azure = await AzureFixture.StartAsync();
                _open.Add(azure);
                service = await AzureFixture.OpenAsync(azure);
                break;
            default:
                FakeCloudKms gcp = await GcpFixture.StartAsync();
                _open.Add(gcp);
                service = await GcpFixture.OpenAsync(gcp, GcpFixture.Options with { InHardware = true });
                break;
        }

        _open.Add(service);
        return (TransferPort.Of(service, cloud), service);
    }
}
