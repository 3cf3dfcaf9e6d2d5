using Qbitel.Governance.Audit;

namespace Qbitel.Store.Audit;

/// <summary>The right edge of the log's tree: what a few hundred entries can prove about all of them.</summary>
/// <remarks>
/// Checked on opening: the newest checkpoint is over no more entries than there are; the edge kept with it gives its
/// root; the last entries under it, up to 511, hash to the last parts of that edge; after it no entry is missing; and
/// the published checkpoint is over the same tree. What was changed further to the left is found by <see
/// cref="AuditLog.VerifyAsync"/> and by the verification of an export.
/// </remarks>
internal static class RightEdge
{
    private const int PageSize = 256;

    // Subtrees of up to 256 leaves are hashed again; there is at most one of each size.
    private const long Recomputed = 512;

    /// <param name="log">The rows.</param>
    /// <param name="published">The checkpoint published last, read before this snapshot of the rows.</param>
    /// <param name="place">Where it was read, for messages.</param>
    /// <param name="policy">Verifies signatures, where given.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    public static async Task CheckAsync(
        AuditRows log, byte[]? published, string place, CheckpointPolicy? policy, CancellationToken cancellationToken)
    {
        long size = await log.SizeAsync(cancellationToken);
        string? origin = null;
        if (await log.LatestCheckpointAsync(cancellationToken) is { } last)
        {
            if (last.Size > size)
            {
                throw Mismatch($"its last checkpoint is over {last.Size} entries, but there are only {size}: entries "
                    + "have been removed");
            }

            MerkleFrontier edge = Continue(last);
            Checkpoint signed = ReadNote(last.Note, "the newest checkpoint", policy);
            if (signed.Size != last.Size || signed.Root != last.Root)
            {
                throw Mismatch(
                    $"the checkpoint over {last.Size} entries is kept beside another size or root than the signed one");
            }

            origin = signed.Origin;
            await RequireTailAsync(log, edge, cancellationToken);
        }

        await ReadAsync(log, size, cancellationToken);
        if (published is null) return;

        Checkpoint repeated = ReadNote(published, $"the checkpoint in {place}", policy);
        if (origin is not null && repeated.Origin != origin)
        {
            throw Mismatch(
                $"the checkpoint in {place} is of the log '{repeated.Origin}', the store's are of '{origin}'");
        }
        if (repeated.Size > size)
        {
            throw Mismatch(
                $"the checkpoint in {place} is over {repeated.Size} entries, but the store has only {size}: it was put "
                    + "back to an earlier state");
        }

        if ((await ReadAsync(log, repeated.Size, cancellationToken)).Root != repeated.Root)
            throw Mismatch($"the checkpoint in {place} is over {repeated.Size} other entries than those in the store");
    }

    /// <summary>The whole tree, from the first entry on, against every checkpoint there is.</summary>
    public static async Task<long> VerifyAllAsync(AuditRows log, CheckpointPolicy? policy,
        CancellationToken cancellationToken)
    {
        MerkleFrontier tree = new();
        while (await log.NextCheckpointAsync(tree.Size, cancellationToken) is { } next)
        {
            long before = tree.Size;
            await AppendAsync(tree, log, next.Size, cancellationToken);
            Checkpoint signed = ReadNote(next.Note, $"the checkpoint over {next.Size} entries", policy);
            if (signed.Size != next.Size || signed.Root != tree.Root)
            {
                throw Mismatch($"an entry from {before} to {next.Size - 1} is not the one the checkpoint over "
                    + $"{next.Size} entries was signed over");
            }
        }

        await AppendAsync(tree, log, await log.SizeAsync(cancellationToken), cancellationToken);
        return tree.Size;
    }

    /// <summary>The edge of the tree over the first entries, from the nearest checkpoint on.</summary>
    public static async Task<MerkleFrontier> ReadAsync(AuditRows log, long size, CancellationToken cancellationToken)
    {
        MerkleFrontier edge = await log.FindCheckpointAsync(size, cancellationToken) is { } from ? Continue(from)
            : new MerkleFrontier();
        await AppendAsync(edge, log, size, cancellationToken);
        return edge;
    }

    /// <summary>The entry of a row, which is filed under its own id and target.</summary>
    public static AuditEntry Parse(AuditRow row)
    {
        string which = row.Index is { } index ? $"entry {index}" : "a pending entry";
        if (!AuditEntry.TryParse(row.Leaf, out AuditEntry? entry, out string? error))
            throw Mismatch($"{which} is not one that was written, {error}");
        if (entry.Id != row.Id || entry.Target != row.Target)
            throw Mismatch($"{which} is filed under another id or target than its own");

        return entry;
    }

    public static void RequireIndex(AuditRow row, long expected)
    {
        if (row.Index != expected) throw Mismatch($"entry {expected} is missing");
    }

    public static AuditLogMismatchException Mismatch(string what) => new(
        $"The audit log is not the one that was signed: {what}. Nothing is written to this store. Keep it as evidence, "
            + "see with " +
        "'qbitel audit verify' what an earlier export says, and go on from a copy of the store that agrees with the "
            + "last checkpoint.");

    private static MerkleFrontier Continue(CheckpointRow checkpoint)
    {
        if (checkpoint.Edge.Count == long.PopCount(checkpoint.Size))
        {
            MerkleFrontier edge = new(checkpoint.Size, checkpoint.Edge);
            if (edge.Root == checkpoint.Root) return edge;
        }

        throw Mismatch(
            $"the tree kept with the checkpoint over {checkpoint.Size} entries does not have the root that was signed");
    }

    private static async Task RequireTailAsync(AuditRows log, MerkleFrontier edge, CancellationToken cancellationToken)
    {
        long start = edge.Size - (edge.Size % Recomputed);
        MerkleFrontier tail = new();
        await AppendAsync(tail, log, edge.Size, cancellationToken, start);

        // Named as closely as a hash can: the part of the edge in which something differs.
        int kept = edge.Edge.Count - tail.Edge.Count;
        for (int i = 0; i < tail.Edge.Count; i++)
        {
            if (tail.Edge[i] == edge.Edge[kept + i]) continue;

            long after = PartStart(tail.Size, i);
            throw Mismatch(
                $"an entry from {start + after} to {start + PartStart(tail.Size, i + 1) - 1} has been changed");
        }
    }

    // Appends entries up to one index; the tree may itself begin at another than 0.
    private static async Task AppendAsync(
        MerkleFrontier tree, AuditRows log, long end, CancellationToken cancellationToken, long start = 0)
    {
        while (start + tree.Size < end)
        {
            long next = start + tree.Size;
            IReadOnlyList<AuditRow> page =
                await log.ReadAsync(next, (int)Math.Min(PageSize, end - next), cancellationToken);
            if (page.Count == 0) throw Mismatch($"entry {next} is missing");

            foreach (AuditRow row in page)
            {
                RequireIndex(row, start + tree.Size);
                _ = Parse(row);
                tree.Append(MerkleTree.HashLeaf(row.Leaf));
            }
        }
    }

    // Where the part of an edge begins: the parts are as long as the binary digits of the size, largest first.
    private static long PartStart(long size, int part)
    {
        long start = 0;
        for (; part > 0; part--) start += 1L << (63 - (int)long.LeadingZeroCount(size - start));
        return start;
    }

    private static Checkpoint ReadNote(byte[] bytes, string which, CheckpointPolicy? policy)
    {
        Checkpoint? checkpoint = null;
        bool readable = policy is not null
            ? policy.TryVerify(bytes, out checkpoint, out string? error)
            : SignedNote.TryParse(bytes, out SignedNote? note, out error)
            && Checkpoint.TryParse(note.Text, out checkpoint, out error);
        return readable ? checkpoint! : throw Mismatch($"{which} cannot be believed, {error}");
    }
}
