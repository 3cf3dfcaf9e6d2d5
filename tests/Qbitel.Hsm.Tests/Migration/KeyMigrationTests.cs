using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Governance;
using Qbitel.Hsm.Migration;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Tests.Pkcs11;
using Qbitel.Hsm.Tests.Wrapping;
using Qbitel.Hsm.Wrapping;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Migration;

/// <summary>Keys move from SoftHSM 2 to NSS, are interrupted, resumed and rolled back.</summary>
[Collection(RealModules.Name)]
public sealed class KeyMigrationTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_says_of_each_key_what_can_be_done_and_why()
    {
        using Ends ends = await Ends.OpenAsync([.. LegacyKeys.Movable, .. LegacyKeys.Staying, "mixed-aes"]);
        MigrationPlan plan = await ends.PlanAsync(new MigrationPolicy { AllowTdea = false });

        foreach (PlannedKey key in plan.Keys) output.WriteLine($"{key.Key.Label}: {key.Verdict}: {key.Reason}");
        Assert.Equal(MigrationVerdict.NeedsRekey, Of("root-aes").Verdict);
        Assert.Equal(MigrationVerdict.NeedsRekey, Of("root-ec").Verdict);
        Assert.Contains(Of("root-ec").Steps, step => step.Contains("signing key", StringComparison.Ordinal));
        Assert.Equal(MigrationVerdict.RefusedByPolicy, Of("mixed-aes").Verdict);
        Assert.Equal(MigrationVerdict.RefusedByPolicy, Of("card-tdea-2").Verdict);
        Assert.Equal(MigrationVerdict.Migratable, Of("payments-ec").Verdict);
        Assert.Contains("this process", Of("payments-ec").Steps[0], StringComparison.Ordinal);
        Assert.Contains("inside of the token", plan.LastHop, StringComparison.Ordinal);
        Assert.Empty(await ends.Target.ListAsync(Stop));

        MigrationPlan strict = await ends.PlanAsync(new MigrationPolicy { RequireInsideToken = true });
        Assert.Equal(0, strict.Count(MigrationVerdict.Migratable));

        PlannedKey Of(string name) => plan.Keys.Single(
            key => string.Equals(key.Key.Label, name, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Keys_move_are_proved_tagged_and_then_active()
    {
        using Ends ends = await Ends.OpenAsync([.. LegacyKeys.Movable, .. LegacyKeys.Staying]);
        IReadOnlyList<TransferKey> before = await ends.Source.ListAsync(Stop);
        List<MigratedKey> activated = [];
        KeyMigration migration = ends.Migration(activated.Add);

        MigrationReport report = await migration.ApplyAsync(await ends.PlanAsync(), Stop);

        Assert.Equal("done", report.Phase);
        Assert.Equal(LegacyKeys.Movable.Length, report.Active);
        Assert.Equal(0, report.Open);
        Assert.Equal(LegacyKeys.Movable.Length, activated.Count);
        Assert.All(report.Keys.Where(key => key.State == KeyState.Active), key =>
        {
            Assert.NotNull(key.Proof);
            Assert.Equal("old", key.Tags["migrated_from"]);
            Assert.Equal("true", key.Tags["pqc_wrapped"]);
            Assert.Equal("false", key.Tags["pqc_inside_tokens"]);
            Assert.Equal(90, key.RotationPeriodDays);
        });
        await ends.AllThereOnceAsync(before);
        Assert.Equal(before, await ends.Source.ListAsync(Stop));

        // Again is nothing, and a second migration finds everything there.
        Assert.Equal("done", (await migration.ResumeAsync(Stop)).Phase);
        Assert.Equal(LegacyKeys.Movable.Length, (await ends.PlanAsync()).Count(MigrationVerdict.AlreadyThere));
        Assert.Equal(report.ToJson(), KeyMigration.Read(ends.Journal).ToJson());
    }

    [Fact]
    public async Task A_rollback_removes_what_was_made_and_nothing_else()
    {
        using Ends ends = await Ends.OpenAsync(LegacyKeys.Movable);
        MigrationPlan all = await ends.PlanAsync();
        MigrationPlan half = all with { Keys = [.. all.Keys.Take(3)] };
        KeyMigration first = ends.Migration();
        await first.ApplyAsync(half, Stop);
        Ends.Rename(ends.Journal, "first");
        KeyMigration second = ends.Migration();
        await second.ApplyAsync(await ends.PlanAsync(), Stop);

        MigrationReport report = await second.RollbackAsync(Stop);

        Assert.Equal("rolled back", report.Phase);
        Assert.Equal(3, (await ends.Target.ListAsync(Stop)).Count);
        Assert.Equal(LegacyKeys.Movable.Length - 3, report.Keys.Count(key => key.State == KeyState.Destroyed));
        Assert.Equal("rolled back", (await second.RollbackAsync(Stop)).Phase);
        await Assert.ThrowsAsync<HsmException>(async () => await second.ResumeAsync(Stop));
        await Assert.ThrowsAsync<HsmException>(async () => await second.ApplyAsync(all, Stop));
    }

    [Fact]
    public async Task A_key_that_fails_is_told_and_tried_again()
    {
        using Ends ends = await Ends.OpenAsync(["data-key", "payments-ec"]);
        MigrationPlan plan = await ends.PlanAsync();
        await ends.To.Queue.RunAsync(HsmOperation.GenerateKey, session =>
        {
            LegacyKeys.Make(session, "data-key", isExtractable: false); // came after the plan was made
            return 0;
        }, Stop);
        KeyMigration migration = ends.Migration();

        MigrationReport report = await migration.ApplyAsync(plan, Stop);

        Assert.Equal("running", report.Phase);
        Assert.Equal(1, report.Active);
        Assert.Equal(1, report.Open);
        Assert.Contains(
            "came to be", report.Keys.Single(key => key.Problem is not null).Problem, StringComparison.Ordinal);
        TransferKey intruder = (await ends.Target.ListAsync(Stop)).Single(key => key.Label == "DATA-KEY");
        Assert.True(await ends.Target.RemoveAsync(intruder, Stop));
        Assert.Equal("done", (await migration.ResumeAsync(Stop)).Phase);
    }

    /// <summary>
    /// SIGKILL at random moments, as often as it takes: every key is there once, proved, and none is lost.
    /// </summary>
    [Fact, Trait("Soak", "hsm-migrate-kill")]
    public async Task A_killed_migration_goes_on_with_every_key_once()
    {
        int wanted = Soak.Times(gate: 3, soak: 200), kills = 0, runs = 0;
        using SoftHsmFixture softHsm = new();
        IReadOnlyList<TransferKey> before;
        await using (Pkcs11Token from = await softHsm.OpenAsync())
        {
            await LegacyKeys.MakeAsync(from, Stop);
            before = await TransferPort.Of(from, "old").ListAsync(Stop);
        }

        for (; kills < wanted; runs++)
        {
            using NssFixture nss = new();
            string journal = Path.Combine(nss.Root, "journal");
            bool isDone = false;
            for (int attempt = 0; !isDone; attempt++)
            {
                Assert.True(attempt < 40, "it does not come to an end");
                bool kill = kills < wanted && attempt < 5;
                isDone = await RunAsync(softHsm, nss, journal, kill ? RandomNumberGenerator.GetInt32(0, 24) : null);
                if (!isDone) kills++;
            }

            Assert.Equal("done", KeyMigration.Read(journal).Phase);
            await using Pkcs11Token to = await nss.OpenAsync();
            await Ends.AllThereOnceAsync(TransferPort.Of(to, "new"), before);
        }

        await using Pkcs11Token source = await softHsm.OpenAsync();
        Assert.Equal(before, await TransferPort.Of(source, "old").ListAsync(Stop));
        output.WriteLine($"{kills} kills in {runs} migrations of {LegacyKeys.Movable.Length} keys; 0 lost, 0 twice");
    }

    // True when it came to its end, false when it was killed.
    private static async Task<bool> RunAsync(
        SoftHsmFixture softHsm, NssFixture nss, string journal, int? killAfterLines)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!,
            [MigrationWorker.Name, SoftHsmFixture.Label, nss.Database, nss.Options.Module!, journal])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SOFTHSM2_CONF"] = Path.Combine(softHsm.Root, "softhsm2.conf");
        using Process worker = Process.Start(start)!;
        StringBuilder said = new();
        int lines = 0;
        while (await worker.StandardOutput.ReadLineAsync(Stop) is { } line)
        {
            said.AppendLine(line);
            if (killAfterLines is { } limit && lines++ == limit)
            {
                // Somewhere in what comes next: wrapping, unwrapping, proving and the journal take about that long.
                long moment = Stopwatch.GetTimestamp()
                    + (RandomNumberGenerator.GetInt32(20_000) * Stopwatch.Frequency / 1_000_000);
                while (Stopwatch.GetTimestamp() < moment)
                {
                }

                worker.Kill();
            }
        }

        await worker.WaitForExitAsync(Stop);
        if (worker.ExitCode == 0) return true;
        Assert.True(
            worker.ExitCode == 137, $"{worker.ExitCode}: {said}{await worker.StandardError.ReadToEndAsync(Stop)}");
        return false;
    }

    /// <summary>Both ends of a migration, open in this process.</summary>
    private sealed class Ends : IDisposable
    {
        private readonly SoftHsmFixture _softHsm = new();
        private readonly NssFixture _nss = new();

        public Pkcs11Token From { get; private set; } = null!;

        public Pkcs11Token To { get; private set; } = null!;

        public TransferPort Source => TransferPort.Of(From, "old");

        public TransferPort Target => TransferPort.Of(To, "new");

        public string Journal => Path.Combine(_nss.Root, "journal");

        public static async Task<Ends> OpenAsync(IEnumerable<string> keys)
        {
            Ends ends = new();
            ends.From = await ends._softHsm.OpenAsync();
            ends.To = await ends._nss.OpenAsync();
            await LegacyKeys.MakeAsync(ends.From, keys, Stop);
            return ends;
        }

        public static void Rename(string journal, string suffix) => File.Move(journal, $"{journal}.{suffix}");

        public static async Task AllThereOnceAsync(TransferPort target, IReadOnlyList<TransferKey> before)
        {
            IReadOnlyList<TransferKey> there = await target.ListAsync(Stop);
            TransferKey[] expected = [.. before.Where(key => key.IsExtractable)];
            Assert.Equal(expected.Length, there.Count);
            foreach (TransferKey key in expected)
            {
                TransferKey copy = Assert.Single(there, other => other.Id == key.Id && other.Label == key.Label);
                Assert.True(copy.IsSameKeyAs(key));
                Assert.False(copy.IsExtractable);
                await target.ProveAsync(key, Stop);
            }
        }

        public Task AllThereOnceAsync(IReadOnlyList<TransferKey> before) => AllThereOnceAsync(Target, before);

        public ValueTask<MigrationPlan> PlanAsync(MigrationPolicy? policy = null) =>
            MigrationPlan.MakeAsync(Source, Target, policy ?? new MigrationPolicy(), TimeProvider.System, Stop);

        public KeyMigration Migration(Action<MigratedKey>? activate = null) =>
            new(Source, Target, Journal, TimeProvider.System)
            {
                Activate = (_, key, _) =>
                {
                    activate?.Invoke(key);
                    return ValueTask.CompletedTask;
                },
            };

        public void Dispose()
        {
            From?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            To?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _softHsm.Dispose();
            _nss.Dispose();
        }
    }
}
