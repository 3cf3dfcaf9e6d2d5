using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using Qbitel.Store.Audit;
using Qbitel.Store.Sqlite;
using Qbitel.Testing;

namespace Qbitel.Store.Tests;

/// <summary>What only SQLite has: files, pragmas, other programs' databases, a full disk.</summary>
[SupportedOSPlatform("linux")]
public sealed class SqliteFileTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-store-");
    private readonly ManualTime _time = new(Start);

    private string DatabasePath => Path.Combine(_folder.FullName, "data", "qbitel.db");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_store_is_readable_by_its_owner_only()
    {
        await using SqliteStateStore store = await OpenAsync();
        await PutAsync(store, "a", "1");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(DatabasePath)!));
        Assert.All(Directory.GetFiles(Path.GetDirectoryName(DatabasePath)!),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Every_connection_waits_checks_references_and_syncs_fully()
    {
        await using SqliteStateStore store = await OpenAsync();
        SqliteConnection writer = await store.Connections.OpenWriterAsync(Cancel);
        SqliteConnection reader = await store.Connections.TakeReaderAsync(Cancel);

        foreach (SqliteConnection connection in (SqliteConnection[])[writer, reader])
        {
            Assert.Equal("wal", Scalar(connection, "PRAGMA journal_mode"));
            Assert.Equal(2L, Scalar(connection, "PRAGMA synchronous")); // FULL
            Assert.Equal(1L, Scalar(connection, "PRAGMA foreign_keys"));
            Assert.Equal(10_000L, Scalar(connection, "PRAGMA busy_timeout"));
            Assert.Equal(0L, Scalar(connection, "PRAGMA trusted_schema"));
        }

        Assert.Equal(1L, Scalar(reader, "PRAGMA query_only"));
        await store.Connections.ReturnReaderAsync(reader, sound: true);
    }

    [Fact]
    public async Task Closing_leaves_one_whole_file()
    {
        SqliteStateStore store = await OpenAsync();
        await PutAsync(store, "a", "1");
        await store.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel);
        await store.DisposeAsync();

        Assert.Equal(["qbitel.db"], Directory.GetFiles(Path.GetDirectoryName(DatabasePath)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Many_openers_of_a_new_store_make_one()
    {
        SqliteStateStore[] stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(OpenAsync)));

        await PutAsync(stores[0], "a", "1");
        foreach (SqliteStateStore store in stores)
        {
            Assert.Equal("1", await store.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_with_a_clear_message()
    {
        await (await OpenAsync()).DisposeAsync();
        Damage("INSERT INTO schema_migration VALUES (999, '0999-from-the-future.sql', 0)");

        StateStoreException refusal = await Assert.ThrowsAsync<StateStoreException>(OpenAsync);

        Assert.Contains("schema 999", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("newer version of Qbitel", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(DatabasePath)!);
        Damage("CREATE TABLE theirs (x)");
        byte[] before = await File.ReadAllBytesAsync(DatabasePath, Cancel);

        StateStoreException refusal = await Assert.ThrowsAsync<StateStoreException>(OpenAsync);

        Assert.Contains("not a Qbitel store", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(DatabasePath, Cancel));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(DatabasePath)!);
        await File.WriteAllTextAsync(DatabasePath, new string('x', 5000), Cancel);

        Assert.Contains("not a SQLite database", (await Assert.ThrowsAsync<StateStoreException>(OpenAsync)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_cannot_be_opened_is_refused()
    {
        Directory.CreateDirectory(DatabasePath);

        await Assert.ThrowsAsync<StateStoreException>(OpenAsync);
    }

    [Fact]
    public async Task A_reader_makes_nothing_and_changes_nothing()
    {
        StateStoreException refusal = await Assert.ThrowsAsync<StateStoreException>(() => OpenAsync(readOnly: true));
        Assert.Contains("no store at", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFileSystemInfos());

        await using SqliteStateStore writer = await OpenAsync();
        await PutAsync(writer, "a", "1");
        await using SqliteStateStore reader = await OpenAsync(readOnly: true);
        await PutAsync(writer, "a", "2");

        Assert.Equal("2", await reader.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => PutAsync(reader, "a", "3"));
    }

    [Fact]
    public async Task A_store_held_by_another_process_is_a_transient_error_after_the_timeout()
    {
        await using SqliteStateStore store = await OpenAsync(busyTimeout: TimeSpan.FromMilliseconds(50));
        using SqliteConnection other = new($"Data Source={DatabasePath};Pooling=False");
        other.Open();
        using (other.BeginTransaction(deferred: false))
        {
            StateStoreException busy = await Assert.ThrowsAsync<StateStoreException>(() => PutAsync(store, "a", "1"));
            Assert.True(busy.IsTransient);
        }

        await PutAsync(store, "a", "1");
    }

    [Fact]
    public async Task A_full_disk_fails_the_change_and_not_the_store()
    {
        await using SqliteStateStore store = await OpenAsync();
        SqliteConnection writer = await store.Connections.OpenWriterAsync(Cancel);
        long pages = (long)Scalar(writer, "PRAGMA page_count");
        Scalar(writer, $"PRAGMA max_page_count = {pages}");

        StateStoreException full =
            await Assert.ThrowsAsync<StateStoreException>(() => PutAsync(store, "a", new string('x', 100_000)));

        Assert.True(full.IsTransient);
        Assert.Null(await store.ReadAsync((s, c) => s.FindSettingAsync("a", c), Cancel));
        Scalar(writer, $"PRAGMA max_page_count = {pages + 1000}");
        await PutAsync(store, "a", new string('x', 100_000));
    }

    [Theory]
    [InlineData("UPDATE audit_entry SET leaf = x'00'")]
    [InlineData("UPDATE audit_entry SET target = 'other'")]
    [InlineData("UPDATE audit_entry SET id = 'other'")]
    [InlineData("UPDATE audit_entry SET seq = seq + 1")]
    [InlineData("DELETE FROM audit_entry")]
    public async Task Audit_entries_are_guarded_against_mistakes(string mistake)
    {
        await using SqliteStateStore store = await OpenAsync();
        await PutAsync(store, "a", "1");

        Assert.Throws<SqliteException>(() => Damage(mistake));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Options_are_checked(string? path) =>
        await Assert.ThrowsAnyAsync<Exception>(() =>
            SqliteStateStore.OpenAsync(new() { Path = path! }, _time, null, Cancel));

    private Task<SqliteStateStore> OpenAsync() => OpenAsync(readOnly: false);

    private Task<SqliteStateStore> OpenAsync(bool readOnly = false, TimeSpan? busyTimeout = null) =>
        SqliteStateStore.OpenAsync(
        new() { Path = DatabasePath, ReadOnly = readOnly, BusyTimeout = busyTimeout ?? TimeSpan.FromSeconds(10) },
            _time, null, Cancel);

    private Task PutAsync(StateStore store, string name, string value) => store.ChangeAsync(async (t, c) =>
    {
        await t.PutSettingAsync(name, value, c);
        await t.AppendAsync(Samples.Entry(_time.GetUtcNow()), c);
    }, Cancel);

    private void Damage(string sql)
    {
        using SqliteConnection connection = new($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!;
    }
}
