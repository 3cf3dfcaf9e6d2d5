using System.Globalization;
using Microsoft.Data.Sqlite;
using Qbitel.Store.Sql;

namespace Qbitel.Store.Sqlite;

/// <summary>Which schema a database file has, and how it comes to ours.</summary>
internal static class SqliteSchema
{
    // "QBIT": tells our files from every other SQLite database.
    private const int ApplicationId = 0x51424954;

    public static readonly IReadOnlyList<Migration> Migrations = Migration.Load("Sqlite");

    /// <summary>Brings a database to the newest schema, all steps in one transaction; an empty file becomes a
    /// store.</summary>
    /// <exception cref="StateStoreException">The file is another program's, or a newer version of this one has made
    /// it.</exception>
    public static async Task<int> MigrateAsync(SqliteConnection connection, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        bool current;
        await using (connection.BeginTransaction(deferred: true))
            current = await ReadVersionAsync(connection, cancellationToken) == Migrations.Count;

        // Only now, for it writes to the file: the mode is the file's own, and stays.
        string mode = (string)(await ReadAsync(connection, "PRAGMA journal_mode = WAL", cancellationToken))!;
        if (mode != "wal")
        {
            throw new StateStoreException(
                $"{connection.DataSource} is where SQLite cannot keep a write-ahead log: use a local disk.");
        }
        if (current) return 0;

        // Read again under the write lock: another process may have been faster.
        await using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        int version = await ReadVersionAsync(connection, cancellationToken);
        if (version == 0)
        {
            await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"""
                PRAGMA application_id = {ApplicationId};
                CREATE TABLE schema_migration (
                    number     INTEGER PRIMARY KEY,
                    name       TEXT    NOT NULL,
                    applied_at INTEGER NOT NULL
                ) STRICT;
                """), cancellationToken);
        }

        foreach (Migration migration in Migrations.Skip(version))
        {
            await ExecuteAsync(connection, migration.Text, cancellationToken);
            Statement done = $"""
                INSERT INTO schema_migration (number, name, applied_at)
                VALUES ({migration.Number}, {migration.Name}, {now})
                """;
            await using var command = done.ToCommand(connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return Migrations.Count - version;
    }

    /// <summary>For a reader, which changes nothing: the file must already have our schema.</summary>
    public static async Task RequireAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        await using SqliteTransaction snapshot = connection.BeginTransaction(deferred: true);
        int version = await ReadVersionAsync(connection, cancellationToken);
        if (version < Migrations.Count)
        {
            throw new StateStoreException(
                $"{connection.DataSource} has schema {version}, this program reads schema {Migrations.Count}: "
                    + "open it once for writing to bring it up.");
        }
    }

    /// <summary>The number of the last migration, 0 for an empty file. Inside a transaction, or its parts would not
    /// agree.</summary>
    private static async Task<int> ReadVersionAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        long id = await ScalarAsync(connection, "PRAGMA application_id", cancellationToken);
        long tables = await ScalarAsync(connection, "SELECT COUNT(*) FROM sqlite_schema", cancellationToken);
        if (id == 0 && tables == 0) return 0;
        if (id != ApplicationId)
        {
            throw new StateStoreException(
                $"{connection.DataSource} is a SQLite database, but not a Qbitel store: name another file.");
        }

        long version = await ScalarAsync(connection, "SELECT MAX(number) FROM schema_migration", cancellationToken);
        if (version > Migrations.Count)
        {
            throw new StateStoreException(
                $"{connection.DataSource} has schema {version}, this program knows schemas up to {Migrations.Count}: " +
                "a newer version of Qbitel has written it. Use that version, or a copy of the store from before.");
        }

        return (int)version;
    }

    private static async Task<long> ScalarAsync(SqliteConnection connection, string text,
        CancellationToken cancellationToken) =>
        (long)(await ReadAsync(connection, text, cancellationToken))!;

    private static async Task<object?> ReadAsync(SqliteConnection connection, string text,
        CancellationToken cancellationToken)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string text,
        CancellationToken cancellationToken)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
