using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Custody;
using Qbitel.Hsm.Migration;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Tests.Migration;

/// <summary>The examples of docs/guides/hsm-migration.md.</summary>
public sealed class MigrationExampleTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("qbitel-example-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Keys_move_and_are_backed_up()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using SoftwareToken legacy = await TokenAsync("legacy", stop), vault = await TokenAsync("vault", stop);
        await legacy.GenerateKeyAsync(
            TokenKeyId.Derive(new KeyId(Guid.CreateVersion7()), 1), SignatureAlgorithm.EcdsaP256, stop);
        string journal = Path.Combine(_root, "legacy-to-vault.migration");
        List<string> registered = [];

        #region MoveKeys
        TransferPort from = TransferPort.Of(legacy, "legacy"), to = TransferPort.Of(vault, "vault");

        // Looks at both ends and changes nothing: each key with a verdict, a reason and what to do.
        MigrationPlan plan = await MigrationPlan.MakeAsync(
            from, to, new MigrationPolicy { RotationPeriod = TimeSpan.FromDays(90) }, TimeProvider.System, stop);

        KeyMigration migration = new(from, to, journal, TimeProvider.System)
        {
            // Before a key is active: its tags, its rotation and the audit log are yours to keep.
            Activate = (id, key, cancel) =>
            {
                registered.Add($"{key.Id} {key.Tags["migrated_from"]} {key.RotateBy:d}");
                return ValueTask.CompletedTask;
            },
        };
        MigrationReport report = await migration.ApplyAsync(plan, stop); // after an interruption: ResumeAsync
        #endregion

        Assert.Equal("done", report.Phase);
        Assert.Single(registered);

        string notes = Path.Combine(_root, "ceremony.transcript");
        using SignatureKey officerKey = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);
        #region BackUpForCustodians
        using CeremonyTranscript transcript = CeremonyTranscript.Create(
            notes, new LocalSigner(officerKey), TimeProvider.System);
        using MadeBackup made = await BackupCeremony.BackUpAsync(
            to, ["Ada", "Ben", "Cleo"], threshold: 2, transcript, TimeProvider.System, stop);
        byte[] file = made.Backup.ToJson(); // no secret; the shares are

        // Later, with two of the three, into this token or a new one.
        IReadOnlyList<RestoredKey> restored = await BackupCeremony.RestoreAsync(
            made.Backup, [made.Shares[0], made.Shares[2]], to, isExtractable: false, transcript, stop);
        #endregion

        Assert.NotEmpty(file);
        Assert.All(restored, key => Assert.True(key.WasThere));
    }

    private async Task<SoftwareToken> TokenAsync(string name, CancellationToken stop)
    {
        string keyFile = Path.Combine(_root, $"{name}.secret");
        TokenSecret.CreateKeyFile(keyFile);
        using TokenSecret secret = TokenSecret.FromKeyFile(keyFile);
        return await SoftwareToken.CreateAsync(
            new SoftwareTokenOptions { Folder = Path.Combine(_root, name), AllowBackup = true }, secret,
            TimeProvider.System, null, stop);
    }
}
