using System.Data.Common;
using Microsoft.Data.Sqlite;
using Qbitel.Store.Sql;

namespace Qbitel.Store.Sqlite;

/// <summary>SQLite's ways, and its result codes (sqlite.org/rescode.html) in our words.</summary>
internal sealed class SqliteDialect : Dialect
{
    private const int Full = 13, Constraint = 19, NotADatabase = 26;

    // Writers come one after the other here: there is nothing locked to skip.
    public override SqlText SkipLocked => new("");

    /// <summary>True where the disk failed a write: what is on it now is known only after the next start.</summary>
    // IOERR, CORRUPT
    public static bool IsDiskFailure(DbException failure) => failure is SqliteException { SqliteErrorCode: 10 or 11 };

    // BUSY, LOCKED
    public static bool IsBusy(DbException failure) => failure is SqliteException { SqliteErrorCode: 5 or 6 };

    public static bool IsNotADatabase(DbException failure) =>
        failure is SqliteException { SqliteErrorCode: NotADatabase };

    public override StateStoreException Explain(DbException failure)
    {
        if (IsBusy(failure))
        {
            return new StateStoreException("Another process has held the store's write lock for too long: try again.",
                failure)
            {
                IsTransient = true,
            };
        }

        return failure is not SqliteException { SqliteErrorCode: var code }
            ? new StateStoreException(failure.Message, failure)
            : code == Full ? new StateStoreException("The disk is full: nothing was changed. Make room and try again.",
            failure)
            { IsTransient = true }
            : code == Constraint
            ? new StateStoreException($"The state does not allow this change: {failure.Message}", failure)
            : IsDiskFailure(failure) ? new StateStoreException(
                $"The disk failed ({failure.Message}): whether this last change is on it, whole, "
                    + "is known after the next start.", failure)
            : new StateStoreException($"The store failed: {failure.Message}", failure);
    }
}
