using Qbitel.Governance.Audit;
using Qbitel.Store;
using Qbitel.Store.Audit;
using Qbitel.Views;

namespace Qbitel.Sources;

internal static class StoredAudit
{
    public const int Stretch = 50;

    /// <summary>The newest entries, or those before a place in the log; the newest first.</summary>
    public static async Task<AuditView> ReadAsync(StateStore store, long? before, int limit,
        CancellationToken cancellation)
    {
        AuditLog log = new(store);
        AuditLogStatus status = await log.ReadStatusAsync(cancellation);
        AuditEntryRow[] rows = before is { } place
            ? await ReadBeforeAsync(log, Math.Clamp(place, 0, status.Size), limit, cancellation)
            : [.. (await log.ReadNewestAsync(limit, cancellation)).Select(Row)];

        long? oldest = rows.LastOrDefault()?.Index;
        long? newer = before is { } end && end < status.Size ? Math.Min(end + limit, status.Size) : null;
        return new(store.Time.GetUtcNow(), status.Size, status.Pending, Checkpoint(status.Latest), rows,
            oldest > 0 ? oldest : null, newer);
    }

    private static async Task<AuditEntryRow[]> ReadBeforeAsync(AuditLog log, long end, int limit,
        CancellationToken cancellation)
    {
        List<AuditEntryRow> rows = [];
        await foreach (LoggedEntry entry in log.ReadAsync(Math.Max(0, end - limit), end, cancellation))
            rows.Add(Row(entry));
        rows.Reverse();
        return [.. rows];
    }

    private static AuditEntryRow Row(LoggedEntry logged) => new(
        logged.Index, logged.Entry.Id, logged.Entry.At, logged.Entry.Actor, logged.Entry.Action, logged.Entry.Target,
        logged.Entry.Outcome.ToString().ToLowerInvariant(), logged.Entry.Details);

    private static CheckpointView? Checkpoint(StoredCheckpoint? stored)
    {
        if (stored is null || !SignedNote.TryParse(stored.Note.Span, out SignedNote? note, out _)) return null;

        return new(note.Text.Split('\n')[0], stored.Size, Convert.ToBase64String(stored.Root.ToArray()),
            stored.SignedAt,
            [.. note.Signatures.Select(signature =>
                $"{signature.Name}, key {signature.KeyId:x8}, {signature.Signature.Length} bytes")]);
    }
}
