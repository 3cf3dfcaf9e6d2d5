using Qbitel.Access;

namespace Qbitel.Server;

/// <summary>What is done through the console. Each leaves its entry in the audit log, or does not happen.</summary>
internal sealed record ConsoleActions
{
    /// <summary>Writes down who came in, was turned away or left, before it takes effect.</summary>
    public required Func<AccessEvent, CancellationToken, Task> RecordAccess { get; init; }

    /// <summary>
    /// Sets the demo's clock to the next due time, for a session; absent where the clock is real, and then there is no
    /// such address.
    /// </summary>
    public Func<Guid, CancellationToken, Task>? AdvanceClock { get; init; }
}
