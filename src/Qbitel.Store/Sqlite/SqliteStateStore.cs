using System.ComponentModel.DataAnnotations;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Store.Audit;
using Qbitel.Store.Sql;

namespace Qbitel.Store.Sqlite;

/// <summary>The state in one SQLite file, in write-ahead mode with <c>synchronous=FULL</c>: what was acknowledged is on
/// disk.</summary>
/// <remarks>
/// Safe for concurrent use in this process and beside other processes on the same machine; not on a network file
/// system. Writers of this process wait in line for one connection; other processes are waited for as the options say.
/// </remarks>
public sealed partial class SqliteStateStore : StateStore
{
    private static readonly SqliteDialect Dialect = new();

    private readonly SqliteStateStoreOptions _options;
    private readonly ILogger _logger;
    private readonly SqliteConnections _connections;
    private readonly SemaphoreSlim _writersTurn = new(1, 1);
    private volatile bool _diskFailed;
    private bool _disposed;

    private SqliteStateStore(SqliteStateStoreOptions options, TimeProvider time, ILogger logger)
        : base(time, options.CheckpointPolicy)
    {
        _options = options;
        _logger = logger;
        _connections = new SqliteConnections(options);
        PublishedCheckpointPlace = options.CheckpointPath ?? options.Path + ".checkpoint";
    }

    internal override string PublishedCheckpointPlace { get; }

    /// <summary>For tests, which must be able to damage what is otherwise guarded.</summary>
    internal SqliteConnections Connections => _connections;

    /// <summary>Opens a store, makes it where it is absent, brings its schema up, and checks the right edge of its
    /// audit log.</summary>
    /// <exception cref="StateStoreException">The file is not a store, is a newer one, or cannot be opened.</exception>
    /// <exception cref="AuditLogMismatchException">The audit log is not the one its last signed checkpoint speaks
    /// of.</exception>
    public static async Task<SqliteStateStore> OpenAsync(
        SqliteStateStoreOptions options, TimeProvider time, ILogger<SqliteStateStore>? logger,
            CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);

        SqliteStateStore store = new(options, time, logger ?? NullLogger<SqliteStateStore>.Instance);
        try
        {
            await store.OpenAsync(cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_disposed) return;

        _disposed = true;
        await _writersTurn.WaitAsync(CancellationToken.None); // the change at hand ends first
        await _connections.DisposeAsync();
        _writersTurn.Release(); // who still waits finds the store disposed
    }

    private protected override async Task<StateTransaction> BeginReadAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SqliteConnection? reader = null;
        try
        {
            reader = await _connections.TakeReaderAsync(cancellationToken);
            SqliteTransaction snapshot = reader.BeginTransaction(deferred: true);
            return new Session(reader, snapshot, Dialect, Time.GetUtcNow, failure =>
                new(_connections.ReturnReaderAsync(reader, failure is null)));
        }
        catch (DbException failure)
        {
            if (reader is not null) await _connections.ReturnReaderAsync(reader, sound: false);
            throw Dialect.Explain(failure);
        }
    }

    private protected override async Task<StateTransaction> BeginWriteAsync(CancellationToken cancellationToken)
    {
        if (_options.ReadOnly) throw new InvalidOperationException($"{_options.Path} was opened for reading only.");

        await _writersTurn.WaitAsync(cancellationToken);
        bool begun = false;
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_diskFailed)
            {
                throw new StateStoreException(
                    $"The disk under {_options.Path} failed a write, so nothing more is written: look at the disk, "
                        + "then start again.");
            }

            SqliteConnection writer = await _connections.OpenWriterAsync(cancellationToken);
            SqliteTransaction transaction = writer.BeginTransaction(deferred: false);
            begun = true;
            return new Session(writer, transaction, Dialect, Time.GetUtcNow, EndWriteAsync);
        }
        catch (DbException failure)
        {
            throw Dialect.Explain(failure);
        }
        finally
        {
            if (!begun) _writersTurn.Release();
        }
    }

    internal override async Task PublishCheckpointAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken)
    {
        try
        {
            await DurableFile.ReplaceAsync(PublishedCheckpointPlace, note, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StateStoreException(
                $"The checkpoint is signed and kept, but could not be published to {PublishedCheckpointPlace}: "
                    + $"{failure.Message}", failure)
            {
                IsTransient = true,
            };
        }
    }

    internal override async Task<byte[]?> ReadPublishedCheckpointAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(PublishedCheckpointPlace, cancellationToken);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StateStoreException(
                $"The published checkpoint {PublishedCheckpointPlace} cannot be read: {failure.Message}", failure);
        }
    }

    // A lock of the kernel: it ends with the process that holds it, however that ends.
    internal override Task<IDisposable?> TryEnterSequencerAsync(CancellationToken cancellationToken)
    {
        const int WouldBlock = 11; // EAGAIN of Linux
        try
        {
            return Task.FromResult<IDisposable?>(DurableFile.Open(_options.Path + ".sequencer", FileMode.OpenOrCreate));
        }
        catch (IOException held) when (held.HResult == WouldBlock)
        {
            return Task.FromResult<IDisposable?>(null);
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_options.ReadOnly)
            {
                if (!File.Exists(_options.Path))
                    throw new StateStoreException($"There is no store at {_options.Path}.");

                SqliteConnection reader = await _connections.TakeReaderAsync(cancellationToken);
                await SqliteSchema.RequireAsync(reader, cancellationToken);
                await _connections.ReturnReaderAsync(reader, sound: true);
                return;
            }

            DurableFile.Create(_options.Path);
            SqliteConnection writer = await _connections.OpenWriterAsync(cancellationToken);
            int applied = await SqliteSchema.MigrateAsync(writer, Time.GetUtcNow(), cancellationToken);
            LogOpened(_options.Path, SqliteSchema.Migrations.Count, applied);
        }
        catch (SqliteException failure) when (SqliteDialect.IsNotADatabase(failure))
        {
            throw new StateStoreException(
                $"{_options.Path} is not a SQLite database, or a damaged one: name another file or restore it.",
                failure);
        }
        catch (SqliteException failure)
        {
            throw Dialect.Explain(failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StateStoreException($"{_options.Path} cannot be opened: {failure.Message}", failure);
        }

        try
        {
            await new AuditLog(this).CheckRightEdgeAsync(cancellationToken);
        }
        catch (AuditLogMismatchException mismatch)
        {
            LogRefused(_options.Path, mismatch.Message);
            throw;
        }
    }

    private async ValueTask EndWriteAsync(DbException? failure)
    {
        try
        {
            if (failure is null) return;

            if (SqliteDialect.IsDiskFailure(failure))
            {
                _diskFailed = true;
                LogDiskFailed(failure, _options.Path);
            }

            await _connections.DropWriterAsync();
        }
        finally
        {
            _writersTurn.Release();
        }
    }

    [LoggerMessage(2500, LogLevel.Information, "Opened {Path}, schema {Schema}; {Applied} migrations applied.")]
    private partial void LogOpened(string path, int schema, int applied);

    [LoggerMessage(2501, LogLevel.Critical, "Refused to open {Path} for writing: {Reason}")]
    private partial void LogRefused(string path, string reason);

    [LoggerMessage(2502, LogLevel.Critical,
        "The disk under {Path} failed a write; nothing more is written until the next start.")]
    private partial void LogDiskFailed(Exception failure, string path);
}
