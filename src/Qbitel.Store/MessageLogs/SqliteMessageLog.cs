using Microsoft.Data.Sqlite;
using Qbitel.Store.Sql;
using Qbitel.Store.Sqlite;

namespace Qbitel.Store.MessageLogs;

/// <summary>What the sessions of a message protocol must find again: counts, sent messages, the application's record.
/// In a database of its own.</summary>
/// <remarks>
/// Not part of the state: messages are many, go with the counts they were sent under, and are no decision that an
/// auditor asks for, so a change here carries no audit entry. A change is on disk when <see cref="Commit"/> returns.
/// Safe for use by several threads at once; changes come one after the other.
/// </remarks>
public sealed class SqliteMessageLog : IDisposable
{
    // "QMSG": tells these files from every other SQLite database.
    private const int ApplicationId = 0x514D5347;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;

    private SqliteMessageLog(SqliteConnection connection, string path)
    {
        _connection = connection;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Opens a log, or makes it for its owner only.</summary>
    /// <exception cref="StateStoreException">The file is another program's, damaged, or cannot be opened.</exception>
    public static SqliteMessageLog Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SqliteConnection? connection = null;
        try
        {
            DurableFile.Create(path);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = SqliteOpenMode.ReadWriteCreate,
                Pooling = false,
            }.ToString());
            connection.Open();
            Migrate(connection);
            SqliteMessageLog log = new(connection, path);
            connection = null;
            return log;
        }
        catch (SqliteException failure) when (SqliteDialect.IsNotADatabase(failure))
        {
            throw new StateStoreException($"{path} is not a SQLite database, or a damaged one.", failure);
        }
        catch (SqliteException failure)
        {
            throw new SqliteDialect().Explain(failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StateStoreException($"{path} cannot be opened: {failure.Message}", failure);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>The sessions there are, by name.</summary>
    public IReadOnlyList<string> Sessions() => Guarded(() =>
    {
        using SqliteCommand command = Command("SELECT name FROM message_session ORDER BY name");
        using SqliteDataReader row = command.ExecuteReader();
        List<string> names = [];
        while (row.Read()) names.Add(row.GetString(0));
        return names;
    });

    /// <summary>What is kept of a session; null where nothing is.</summary>
    public MessageLogState? Find(string session) => Guarded(() =>
    {
        using SqliteCommand command = Command(
            "SELECT next_outgoing, next_incoming, started_at, record FROM message_session WHERE name = $session",
            ("$session", session));
        using SqliteDataReader row = command.ExecuteReader();
        return row.Read()
            ? new MessageLogState(row.GetInt64(0), row.GetInt64(1), Moment.ToTime(row.GetInt64(2)),
                row.GetFieldValue<byte[]>(3))
            : null;
    });

    /// <summary>Keeps a change of one session, whole or not at all.</summary>
    /// <param name="session">Its name.</param>
    /// <param name="state">What it is now.</param>
    /// <param name="forgets">Whether the messages kept so far are dropped first.</param>
    /// <param name="messages">Messages to keep, by number.</param>
    /// <exception cref="StateStoreException">It could not be kept.</exception>
    public void Commit(string session, MessageLogState state, bool forgets,
        IReadOnlyCollection<(long Number, byte[] Content)> messages)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(messages);
        Guarded(() =>
        {
            using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
            using (SqliteCommand put = Command("""
                INSERT INTO message_session (name, next_outgoing, next_incoming, started_at, record)
                VALUES ($session, $outgoing, $incoming, $started, $record)
                ON CONFLICT (name) DO UPDATE SET next_outgoing = excluded.next_outgoing,
                    next_incoming = excluded.next_incoming, started_at = excluded.started_at, record = excluded.record
                """, ("$session", session), ("$outgoing", state.NextOutgoing), ("$incoming", state.NextIncoming),
                ("$started", Moment.ToMicroseconds(state.StartedAt)), ("$record", state.Record.ToArray())))
            {
                put.ExecuteNonQuery();
            }

            if (forgets)
            {
                using SqliteCommand drop =
                    Command("DELETE FROM message WHERE session = $session", ("$session", session));
                drop.ExecuteNonQuery();
            }

            using SqliteCommand add = Command(
                "INSERT INTO message (session, number, content) VALUES ($session, $number, $content)",
                ("$session", session), ("$number", 0L), ("$content", Array.Empty<byte>()));
            foreach ((long number, byte[] content) in messages)
            {
                add.Parameters[1].Value = number;
                add.Parameters[2].Value = content;
                add.ExecuteNonQuery();
            }

            transaction.Commit();
            return true;
        });
    }

    /// <summary>The messages of a range in their order.</summary>
    /// <param name="session">Whose.</param>
    /// <param name="first">The first number.</param>
    /// <param name="last">The last number.</param>
    /// <param name="limit">How many at most.</param>
    public IReadOnlyList<(long Number, byte[] Content)> Read(string session, long first, long last, int limit) =>
        Guarded(() =>
        {
            using SqliteCommand command = Command("""
                SELECT number, content FROM message
                WHERE session = $session AND number BETWEEN $first AND $last ORDER BY number LIMIT $limit
                """, ("$session", session), ("$first", first), ("$last", last), ("$limit", limit));
            using SqliteDataReader row = command.ExecuteReader();
            List<(long Number, byte[] Content)> messages = [];
            while (row.Read()) messages.Add((row.GetInt64(0), row.GetFieldValue<byte[]>(1)));
            return messages;
        });

    public void Dispose()
    {
        lock (_gate) _connection.Dispose();
    }

    private T Guarded<T>(Func<T> act)
    {
        try
        {
            lock (_gate) return act();
        }
        catch (SqliteException failure)
        {
            throw new SqliteDialect().Explain(failure);
        }
    }

    private SqliteCommand Command(string text, params (string Name, object Value)[] values)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = text;
#pragma warning restore CA2100
        foreach ((string name, object value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private static void Migrate(SqliteConnection connection)
    {
        Execute(connection, "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; "
            + "PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL;");
        IReadOnlyList<Migration> migrations = Migration.Load("MessageLog");
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        long id = Number(connection, "PRAGMA application_id"), version = Number(connection, "PRAGMA user_version");
        bool isEmpty = Number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (!isEmpty && id != ApplicationId)
            throw new StateStoreException($"{connection.DataSource} is a database, and not one of messages.");
        if (version > migrations.Count)
        {
            throw new StateStoreException(
                $"{connection.DataSource} was made by a newer version of this program (schema {version}).");
        }

        foreach (Migration migration in migrations.Skip((int)version)) Execute(connection, migration.Text);
        Execute(connection, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {migrations.Count};");
        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // constants, numbers and embedded migrations
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = text;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
