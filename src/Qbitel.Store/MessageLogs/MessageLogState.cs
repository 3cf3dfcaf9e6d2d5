namespace Qbitel.Store.MessageLogs;

/// <summary>What is kept of a session besides its messages.</summary>
/// <param name="NextOutgoing">The number of the next message sent.</param>
/// <param name="NextIncoming">The number expected next.</param>
/// <param name="StartedAt">When these counts began.</param>
/// <param name="Record">What the application recorded; empty for nothing.</param>
public sealed record MessageLogState(long NextOutgoing, long NextIncoming, DateTimeOffset StartedAt,
    ReadOnlyMemory<byte> Record);
