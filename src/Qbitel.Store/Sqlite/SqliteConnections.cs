using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Qbitel.Store.Sqlite;

/// <summary>The connections to one database file: one that writes, and as many as are reading.</summary>
/// <remarks>Not the pool of the provider: ours closes its files when it is disposed, and every connection has the same
/// settings.</remarks>
internal sealed class SqliteConnections(SqliteStateStoreOptions options) : IAsyncDisposable
{
    private const int MaxIdleReaders = 8;

    private readonly ConcurrentBag<SqliteConnection> _idleReaders = [];
    private SqliteConnection? _writer;

    /// <summary>The connection that writes; for one user at a time.</summary>
    public async Task<SqliteConnection> OpenWriterAsync(CancellationToken cancellationToken) =>
        _writer ??= await OpenAsync(writes: true, cancellationToken);

    /// <summary>Closes the writing connection, whose state nobody knows; the next change opens another.</summary>
    public async Task DropWriterAsync()
    {
        if (_writer is { } broken) await broken.DisposeAsync();
        _writer = null;
    }

    public async Task<SqliteConnection> TakeReaderAsync(CancellationToken cancellationToken) =>
        _idleReaders.TryTake(out SqliteConnection? idle) ? idle : await OpenAsync(writes: false, cancellationToken);

    public async Task ReturnReaderAsync(SqliteConnection reader, bool sound)
    {
        if (sound && _idleReaders.Count < MaxIdleReaders) _idleReaders.Add(reader);
        else await reader.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        while (_idleReaders.TryTake(out SqliteConnection? idle)) await idle.DisposeAsync();
        await DropWriterAsync(); // the last one out folds the write-ahead log into the file
    }

    private async Task<SqliteConnection> OpenAsync(bool writes, CancellationToken cancellationToken)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            // A reader of a write-ahead log writes to its index; query_only below keeps it from more than that.
            Mode = writes ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Cache = SqliteCacheMode.Private,
            Pooling = false,
            // The provider counts whole seconds; the waiting itself is done by busy_timeout below.
            DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
        }.ToString());
        try
        {
            await connection.OpenAsync(cancellationToken);

            await using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // a number and a constant
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
                PRAGMA busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds};
                PRAGMA foreign_keys = ON;
                PRAGMA trusted_schema = OFF;
                PRAGMA synchronous = FULL;
                {(writes ? "" : "PRAGMA query_only = ON;")}
                """);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
