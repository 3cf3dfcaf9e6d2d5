using System.Data.Common;

namespace Qbitel.Store.Sql;

/// <summary>What the databases do not agree on. Everything else is written once, in the SQL they share.</summary>
internal abstract class Dialect
{
    /// <summary>Ends the selection of rows to claim so that claims do not wait for each other.</summary>
    public abstract SqlText SkipLocked { get; }

    /// <summary>Says in our words what went wrong.</summary>
    public abstract StateStoreException Explain(DbException failure);
}
