using Microsoft.Data.Sqlite;
using Qbitel.Governance.Audit;
using Qbitel.Store.Audit;
using Qbitel.Store.Sqlite;
using Qbitel.Testing;

namespace Qbitel.Store.Tests;

/// <summary>What somebody does to the file behind our back is seen before anything more is written to it.</summary>
public sealed class SqliteTamperTests : IDisposable
{
    private const string Unguard = "DROP TRIGGER audit_entry_unchanged; DROP TRIGGER audit_entry_kept;";

    private const string ChangeOneLeaf =
        "UPDATE audit_entry SET leaf = CAST(REPLACE(CAST(leaf AS TEXT), 'test.change', 'test.chance') AS BLOB)";

    private static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-tamper-");
    private readonly ManualTime _time = new(Start);

    private string DatabasePath => Path.Combine(_folder.FullName, "qbitel.db");

    private string CheckpointPath => DatabasePath + ".checkpoint";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    // 1000 = 512 + 256 + 128 + 64 + 32 + 8: the edge below 512 is hashed again on opening.
    [Theory]
    [InlineData("UPDATE audit_entry SET leaf = (SELECT leaf FROM audit_entry WHERE idx = 1) WHERE idx = 999",
        "filed under another id")]
    [InlineData(ChangeOneLeaf + " WHERE idx = 999", "an entry from 992 to 999 has been changed")]
    [InlineData(ChangeOneLeaf + " WHERE idx = 512", "an entry from 512 to 767 has been changed")]
    [InlineData("UPDATE audit_entry SET leaf = x'7b7d' WHERE idx = 990", "entry 990 is not one that was written")]
    [InlineData("UPDATE audit_entry SET target = 't:1' WHERE idx = 999",
        "entry 999 is filed under another id or target")]
    [InlineData("UPDATE audit_entry SET idx = 5000 WHERE idx = 800", "entry 800 is missing")]
    [InlineData("DELETE FROM audit_entry WHERE idx = 998", "entry 998 is missing")]
    [InlineData("DELETE FROM audit_entry WHERE idx >= 997", "over 1000 entries, but there are only 997")]
    [InlineData("DELETE FROM audit_entry", "over 1000 entries, but there are only 0")]
    [InlineData("DELETE FROM audit_entry; DELETE FROM audit_checkpoint", "the store has only 0: it was put back")]
    [InlineData("UPDATE audit_checkpoint SET edge = zeroblob(length(edge))", "does not have the root that was signed")]
    [InlineData("UPDATE audit_checkpoint SET edge = x''", "does not have the root that was signed")]
    [InlineData("UPDATE audit_checkpoint SET root = zeroblob(32)", "does not have the root that was signed")]
    [InlineData("UPDATE audit_checkpoint SET size = 999", "does not have the root that was signed")]
    [InlineData("UPDATE audit_checkpoint SET note = x'00'", "the newest checkpoint cannot be believed")]
    [InlineData(
        "UPDATE audit_checkpoint SET note = CAST(REPLACE(CAST(note AS TEXT), "
            + "char(10) || '1000' || char(10), char(10) || '1001' || char(10)) AS BLOB)",
        "the newest checkpoint cannot be believed")]
    public async Task A_changed_log_is_not_opened_for_writing(string damage, string reason)
    {
        await MakeAsync(1000);
        Damage(Unguard + damage);

        AuditLogMismatchException refusal = await Assert.ThrowsAsync<AuditLogMismatchException>(OpenAsync);

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("qbitel audit verify", refusal.Message, StringComparison.Ordinal);

        // The evidence can still be taken.
        await using SqliteStateStore reader =
            await SqliteStateStore.OpenAsync(new() { Path = DatabasePath, ReadOnly = true }, _time, null, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => AppendAsync(reader, 1));
    }

    [Theory]
    [InlineData(ChangeOneLeaf + " WHERE idx = 3", "an entry from 0 to 9 is not the one")]
    [InlineData(ChangeOneLeaf + " WHERE idx = 10", "an entry from 10 to 999 is not the one")]
    [InlineData("UPDATE audit_entry SET target = 't:4' WHERE idx = 3", "entry 3 is filed under another id or target")]
    [InlineData("UPDATE audit_entry SET idx = NULL WHERE idx = 7", "entry 7 is missing")]
    public async Task A_change_far_to_the_left_is_found_by_a_whole_verification(string damage, string reason)
    {
        await MakeAsync(10);
        await MakeAsync(990);
        Damage(Unguard + damage);

        await using SqliteStateStore store = await OpenAsync();
        AuditLogMismatchException found =
            await Assert.ThrowsAsync<AuditLogMismatchException>(() => new AuditLog(store).VerifyAsync(Cancel));

        Assert.Contains(reason, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_put_back_to_an_earlier_state_is_refused()
    {
        await MakeAsync(10);
        byte[] earlier = await File.ReadAllBytesAsync(DatabasePath, Cancel);
        await MakeAsync(10);
        await File.WriteAllBytesAsync(DatabasePath, earlier, Cancel);

        AuditLogMismatchException refusal = await Assert.ThrowsAsync<AuditLogMismatchException>(OpenAsync);

        Assert.Contains("over 20 entries, but the store has only 10: it was put back to an earlier state",
            refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_put_back_and_written_to_again_is_refused()
    {
        await MakeAsync(10);
        byte[] earlier = await File.ReadAllBytesAsync(DatabasePath, Cancel);
        byte[] earlierCheckpoint = await File.ReadAllBytesAsync(CheckpointPath, Cancel);
        await MakeAsync(10);
        byte[] published = await File.ReadAllBytesAsync(CheckpointPath, Cancel);

        await File.WriteAllBytesAsync(DatabasePath, earlier, Cancel);
        await File.WriteAllBytesAsync(CheckpointPath, earlierCheckpoint, Cancel);
        await MakeAsync(30); // another history
        await File.WriteAllBytesAsync(CheckpointPath, published, Cancel);

        AuditLogMismatchException refusal = await Assert.ThrowsAsync<AuditLogMismatchException>(OpenAsync);
        Assert.Contains("is over 20 other entries than those in the store", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_store_is_missed()
    {
        await MakeAsync(3);
        File.Delete(DatabasePath);

        AuditLogMismatchException refusal = await Assert.ThrowsAsync<AuditLogMismatchException>(OpenAsync);

        Assert.Contains("the store has only 0", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_checkpoint_that_is_none_is_refused()
    {
        await MakeAsync(3);
        await File.WriteAllTextAsync(CheckpointPath, "garbage", Cancel);
        await Assert.ThrowsAsync<AuditLogMismatchException>(OpenAsync);

        await File.WriteAllTextAsync(CheckpointPath, "", Cancel);
        await Assert.ThrowsAsync<AuditLogMismatchException>(OpenAsync);
    }

    [Fact]
    public async Task A_missing_published_checkpoint_is_published_again()
    {
        await MakeAsync(3);
        byte[] published = await File.ReadAllBytesAsync(CheckpointPath, Cancel);
        File.Delete(CheckpointPath);

        await MakeAsync(0);

        Assert.Equal(published, await File.ReadAllBytesAsync(CheckpointPath, Cancel));
        Assert.False(File.Exists(CheckpointPath + ".new"));
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_published_is_kept_all_the_same()
    {
        await using SqliteStateStore store = await SqliteStateStore.OpenAsync(
            new() { Path = DatabasePath, CheckpointPath = Path.Combine(_folder.FullName, "absent", "checkpoint") },
                _time, null, Cancel);
        using LogSigner signer = new();
        await AppendAsync(store, 2);

        StateStoreException failure = await Assert
            .ThrowsAsync<StateStoreException>(() => new AuditLog(store).SequenceAsync(signer.Checkpoints, Cancel));

        Assert.True(failure.IsTransient);
        Assert.Equal(2, (await new AuditLog(store).ReadStatusAsync(Cancel)).Latest!.Size);
    }

    [Fact]
    public async Task A_forged_signature_is_refused_where_the_public_keys_are_known()
    {
        await MakeAsync(3);
        string note = await File.ReadAllTextAsync(CheckpointPath, Cancel);
        int last = note.Length - 10;
        await File.WriteAllTextAsync(CheckpointPath, note[..last] + (note[last] == 'A' ? 'B' : 'A')
            + note[(last + 1)..], Cancel);

        await Assert.ThrowsAsync<AuditLogMismatchException>(OpenAsync);
        await (await SqliteStateStore.OpenAsync(new() { Path = DatabasePath }, _time, null, Cancel)).DisposeAsync();
    }

    [Fact]
    public async Task A_checkpoint_of_another_log_is_refused()
    {
        await MakeAsync(3);
        using LogSigner other = new("other.example/audit");
        Checkpoint ours = (await ReadPublishedAsync())!;
        await File.WriteAllBytesAsync(CheckpointPath, await other.Checkpoints
            .SignAsync(new Checkpoint("other.example/audit", ours.Size, ours.Root), Cancel), Cancel);

        AuditLogMismatchException refusal = await Assert.ThrowsAsync<AuditLogMismatchException>(
            () => SqliteStateStore.OpenAsync(new() { Path = DatabasePath }, _time, null, Cancel));
        Assert.Contains("of the log 'other.example/audit'", refusal.Message, StringComparison.Ordinal);
    }

    private Task<SqliteStateStore> OpenAsync() =>
        SqliteStateStore.OpenAsync(new() { Path = DatabasePath, CheckpointPolicy = LogSigner.Policy }, _time, null,
            Cancel);

    /// <summary>Opens the store, appends, sequences, closes.</summary>
    private async Task MakeAsync(int entries)
    {
        await using SqliteStateStore store = await OpenAsync();
        using LogSigner signer = new();
        if (entries > 0) await AppendAsync(store, entries);
        await new AuditLog(store).SequenceAsync(signer.Checkpoints, Cancel);
    }

    private Task AppendAsync(StateStore store, int entries) => store.ChangeAsync(async (t, c) =>
    {
        for (int i = 0; i < entries; i++) await t.AppendAsync(Samples.Entry(_time.GetUtcNow(), $"t:{i}"), c);
    }, Cancel);

    private async Task<Checkpoint?> ReadPublishedAsync() =>
        LogSigner.Policy.TryVerify(await File.ReadAllBytesAsync(CheckpointPath, Cancel), out Checkpoint? checkpoint,
            out _) ? checkpoint : null;

    private void Damage(string sql)
    {
        using SqliteConnection connection = new($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
