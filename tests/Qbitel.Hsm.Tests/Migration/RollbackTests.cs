using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Hsm.Migration;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Tests.Migration;

/// <summary>What a rollback says of keys that had begun to move: destroyed, or never made.</summary>
public sealed class RollbackTests : IAsyncLifetime
{
    private readonly TokenFixture _old = new(), _new = new();
    private SoftwareToken _from = null!, _to = null!;
    private TransferPort _source = null!, _target = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Journal => Path.Combine(_new.Root, "journal");

    private KeyMigration Migration => new(_source, _target, Journal, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        _from = await _old.CreateAsync(_old.Options with { AllowBackup = true });
        _to = await _new.CreateAsync();
        _source = TransferPort.Of(_from, "old");
        _target = TransferPort.Of(_to, "new");
    }

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
        _old.Dispose();
        _new.Dispose();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_key_that_never_reached_the_target_is_not_called_destroyed(bool anotherIsThere)
    {
        TokenKeyId lost = TokenFixture.Id(1), moves = TokenFixture.Id(2);
        await _from.GenerateKeyAsync(lost, SignatureAlgorithm.EcdsaP256, Stop);
        await _from.GenerateKeyAsync(moves, SignatureAlgorithm.EcdsaP256, Stop);
        MigrationPlan plan = await PlanAsync();
        await _from.DestroyAsync(lost, Stop); // so that taking it begins and fails
        Assert.Equal(1, (await Migration.ApplyAsync(plan, Stop)).Active);
        if (anotherIsThere) await _to.GenerateKeyAsync(lost, SignatureAlgorithm.EcdsaP256, Stop);
        List<string> retracted = [];
        KeyMigration migration = new(_source, _target, Journal, TimeProvider.System)
        {
            Retract = (_, key, _) =>
            {
                retracted.Add(key.Id);
                return ValueTask.CompletedTask;
            },
        };

        MigrationReport report = await migration.RollbackAsync(Stop);

        Assert.Equal("rolled back", report.Phase);
        MigratedKey unmade = report.Keys.Single(key => key.Id == lost.ToString());
        Assert.Null(unmade.State);
        Assert.Contains("never made in the target", unmade.Problem, StringComparison.Ordinal);
        Assert.Contains($"there is no key {lost}", unmade.Problem, StringComparison.Ordinal);
        Assert.Equal(anotherIsThere, unmade.Problem!.Contains("another key has its name", StringComparison.Ordinal));
        Assert.Equal(anotherIsThere, await _to.FindAsync(lost, Stop) is not null);
        Assert.Equal(KeyState.Destroyed, report.Keys.Single(key => key.Id == moves.ToString()).State);
        Assert.Null(await _to.FindAsync(moves, Stop));
        Assert.Equal([moves.ToString()], retracted);
        Assert.Equal(report.ToJson(), (await migration.RollbackAsync(Stop)).ToJson());
        Assert.Equal(report.ToJson(), KeyMigration.Read(Journal).ToJson());
    }

    [Fact]
    public async Task A_key_that_was_made_before_the_process_died_is_destroyed_and_called_so()
    {
        await _from.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.EcdsaP256, Stop);
        await Migration.ApplyAsync(await PlanAsync(), Stop);
        await CutAfterAsync("Taking"); // the key is there, and no line says so

        Assert.Equal(KeyState.Destroyed, Assert.Single((await Migration.RollbackAsync(Stop)).Keys).State);
        Assert.Null(await _to.FindAsync(TokenFixture.Id(1), Stop));

        await CutAfterAsync("Removing"); // the key is gone, and no line says so
        Assert.Equal("rolling back", KeyMigration.Read(Journal).Phase);
        Assert.Equal(KeyState.Destroyed, Assert.Single((await Migration.RollbackAsync(Stop)).Keys).State);
    }

    private ValueTask<MigrationPlan> PlanAsync() =>
        MigrationPlan.MakeAsync(_source, _target, new MigrationPolicy(), TimeProvider.System, Stop);

    private async Task CutAfterAsync(string last)
    {
        string[] lines = await File.ReadAllLinesAsync(Journal, Stop);
        int at = Array.FindIndex(lines, line => line.Contains($"\"event\":\"{last}\"", StringComparison.Ordinal));
        Assert.True(at > 0);
        await File.WriteAllTextAsync(Journal, string.Concat(lines.Take(at + 1).Select(line => line + "\n")), Stop);
    }
}
