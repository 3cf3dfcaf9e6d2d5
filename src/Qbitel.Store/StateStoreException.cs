namespace Qbitel.Store;

/// <summary>The store could not do what was asked; nothing has changed.</summary>
public class StateStoreException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>True where the same may succeed later, e.g. because another process held the store too long.</summary>
    public bool IsTransient { get; init; }
}

/// <summary>A change came without its audit entry.</summary>
public sealed class UnauditedChangeException(string message) : StateStoreException(message);

/// <summary>Work was handed in by a worker that no longer holds it.</summary>
public sealed class LeaseLostException(string message) : StateStoreException(message);

/// <summary>The rows of the audit log are not the ones its signed checkpoint speaks of: the store must not be written
/// to.</summary>
public sealed class AuditLogMismatchException(string message) : StateStoreException(message);
