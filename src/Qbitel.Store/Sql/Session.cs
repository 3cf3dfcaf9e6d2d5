using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Qbitel.Store.Sql;

/// <summary>One transaction on one connection, in the SQL that all our databases share. A snapshot is one that never
/// commits.</summary>
internal sealed partial class Session : StateTransaction
{
    /// <summary>How many rows one query of a long sequence reads.</summary>
    private const int PageSize = 256;

    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;
    private readonly Dialect _dialect;
    private readonly Func<DateTimeOffset> _now;
    private readonly Func<DbException?, ValueTask> _end;

    private bool _failed;
    private bool _ended;
    private DbException? _commitFailure;

    // now is the time of the store: leases and due work are compared with nothing else.
    // end gives the connection back, with what went wrong where the commit itself did.
    public Session(
        DbConnection connection, DbTransaction transaction, Dialect dialect, Func<DateTimeOffset> now,
            Func<DbException?, ValueTask> end)
    {
        _connection = connection;
        _transaction = transaction;
        _dialect = dialect;
        _now = now;
        _end = end;
        Log = new AuditTable(this);
        Work = new WorkTable(this);
    }

    internal override AuditRows Log { get; }

    internal override WorkRows Work { get; }

    internal override int EntryCount => _entries;

    internal override async Task CommitAsync()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (_failed)
        {
            throw new StateStoreException(
                "Something in this change failed before, so nothing was changed. The first error says what.");
        }

        try
        {
            // Not to be cancelled: whoever waits for a commit must learn how it ended.
            await _transaction.CommitAsync(CancellationToken.None);
        }
        catch (DbException failure)
        {
            _commitFailure = failure;
            throw _dialect.Explain(failure);
        }
    }

    internal override async ValueTask EndAsync()
    {
        if (_ended) return;

        _ended = true;
        try
        {
            await _transaction.DisposeAsync(); // a rollback, where it was not committed
        }
        catch (DbException failure)
        {
            _commitFailure ??= failure;
        }

        await _end(_commitFailure);
    }

    private Task<int> ExecuteAsync(Statement statement, CancellationToken cancellationToken) =>
        RunAsync(statement, command => command.ExecuteNonQueryAsync(cancellationToken));

    private Task<List<T>> ListAsync<T>(Statement statement, Func<Row, T> read, CancellationToken cancellationToken) =>
        RunAsync(statement, async command =>
        {
            List<T> found = [];
            await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            Row row = new(reader);
            while (await row.NextAsync(cancellationToken)) found.Add(read(row));
            return found;
        });

    private async Task<T?> FindAsync<T>(Statement statement, Func<Row, T> read, CancellationToken cancellationToken) =>
        (await ListAsync(statement, read, cancellationToken)).SingleOrDefault();

    /// <summary>A long sequence, a page at a time: each page begins after the last row of the one before.</summary>
    private async IAsyncEnumerable<T> PagesAsync<T>(
        Func<T?, Statement> next, Func<Row, T> read,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class
    {
        T? last = null;
        while (true)
        {
            List<T> page = await ListAsync(next(last), read, cancellationToken);
            foreach (T item in page) yield return item;
            if (page.Count < PageSize) yield break;
            last = page[^1];
        }
    }

    private static Statement PageById(SqlText columns, SqlText table, Guid? after, ReadOrder order)
    {
        SqlText direction = new(order == ReadOrder.OldestFirst ? "ASC" : "DESC");
        if (after is null) return $"SELECT {columns} FROM {table} ORDER BY id {direction} LIMIT {PageSize}";

        SqlText beyond = new(order == ReadOrder.OldestFirst ? ">" : "<");
        return $"SELECT {columns} FROM {table} WHERE id {beyond} {after} ORDER BY id {direction} LIMIT {PageSize}";
    }

    /// <summary>Runs one statement. One that fails leaves the transaction fit only for a rollback, as in
    /// PostgreSQL.</summary>
    private async Task<T> RunAsync<T>(Statement statement, Func<DbCommand, Task<T>> run)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        bool done = false;
        try
        {
            await using DbCommand command = statement.ToCommand(_connection, _transaction);
            T result = await run(command);
            done = true;
            return result;
        }
        catch (DbException failure)
        {
            throw _dialect.Explain(failure);
        }
        finally
        {
            _failed |= !done;
        }
    }

    /// <summary>Marks the transaction as failed; for a refusal that is ours and not the database's.</summary>
    private T Refuse<T>(T refusal)
        where T : StateStoreException
    {
        _failed = true;
        return refusal;
    }
}
