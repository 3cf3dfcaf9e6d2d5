using System.Buffers;

namespace Qbitel.Governance.Audit;

/// <summary>Takes one file of an export; called once a path, the checkpoint last.</summary>
public delegate ValueTask AuditSink(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

/// <summary>Writes a log as the files anyone can check offline: C2SP tlog-tiles, the public keys, and a text that says
/// how.</summary>
/// <remarks>Needs no private key: what it writes was signed before.</remarks>
public static class AuditExport
{
    public const string CheckpointPath = "checkpoint", KeysPath = "keys", ReadmePath = "README.txt";

    /// <summary>Exports the log as it was at a signed checkpoint; leaves come from index 0, those after the checkpoint
    /// are not read.</summary>
    /// <remarks>Where it throws, what was written has no checkpoint and verifies nowhere.</remarks>
    /// <exception cref="InvalidDataException">The checkpoint is not one of this log, or the entries are not those it
    /// was signed over.</exception>
    public static async Task<Checkpoint> WriteAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> leaves, ReadOnlyMemory<byte> checkpoint, CheckpointPolicy policy,
        AuditSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(sink);
        if (!policy.TryVerify(checkpoint.Span, out Checkpoint? signed, out string? error))
            throw new InvalidDataException($"The checkpoint cannot be exported: {error}.");

        await sink(ReadmePath, ExportReadme.Bytes, cancellationToken);
        await sink(KeysPath, policy.Keys.ToFile(), cancellationToken);

        TileTree tree = new();
        ArrayBufferWriter<byte> bundle = new();
        await foreach (ReadOnlyMemory<byte> leaf in leaves.WithCancellation(cancellationToken))
        {
            if (tree.Size == signed.Size) break;
            tree.Append(MerkleTree.HashLeaf(leaf.Span));
            EntryBundle.Write(bundle, leaf.Span);
            if (tree.Size % LogTile.FullWidth == 0) await WriteBundleAsync(LogTile.FullWidth);
            while (tree.Full.TryDequeue(out (LogTile Tile, byte[] Hashes) full))
                await sink(full.Tile.Path, full.Hashes, cancellationToken);
        }

        if (tree.Size != signed.Size || tree.Root != signed.Root)
        {
            throw new InvalidDataException(
                $"The log holds {tree.Size} entries with root {tree.Root}, "
                + $"its checkpoint says {signed.Size} with root {signed.Root}: signed entries were changed.");
        }

        if (tree.Size % LogTile.FullWidth is var rest and > 0) await WriteBundleAsync((int)rest);
        foreach ((LogTile tile, byte[] hashes) in tree.Partial()) await sink(tile.Path, hashes, cancellationToken);
        await sink(CheckpointPath, checkpoint, cancellationToken);
        return signed;

        async ValueTask WriteBundleAsync(int width)
        {
            LogTile tile = new(LogTile.Entries, (tree.Size - 1) / LogTile.FullWidth, width);
            await sink(tile.Path, bundle.WrittenMemory.ToArray(), cancellationToken);
            bundle.ResetWrittenCount();
        }
    }
}
