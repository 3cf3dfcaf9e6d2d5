namespace Qbitel.Views;

/// <summary>The log, its last signed checkpoint, and a stretch of its entries, the newest first.</summary>
public sealed record AuditView(
    DateTimeOffset At, long Size, long Pending, CheckpointView? Checkpoint, IReadOnlyList<AuditEntryRow> Entries,
    long? Older, long? Newer);

/// <summary>What the log signed: over how many entries, and their root.</summary>
public sealed record CheckpointView(string Origin, long Size, string Root, DateTimeOffset SignedAt,
    IReadOnlyList<string> Signatures);

/// <summary>One entry. Its index is null until the sequencer has given it one.</summary>
public sealed record AuditEntryRow(
    long? Index, Guid Id, DateTimeOffset At, string Actor, string Action, string Target, string Outcome,
    IReadOnlyDictionary<string, string> Details);
