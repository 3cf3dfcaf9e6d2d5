namespace Qbitel.Governance.Audit;

/// <summary>Folds entries and tiles to the root of a believed checkpoint and finds where they leave it.</summary>
internal sealed class ExportCheck
{
    private readonly Checkpoint _checkpoint;
    private readonly char[] _scratch = new char[4096];
    private readonly List<AuditFinding> _findings = [];
    private readonly List<Suspect> _suspects = [];
    private readonly List<AuditFinding> _unreadable = [];
    private readonly Dictionary<string, byte[]> _upperByEntries = new(StringComparer.Ordinal),
        _upperByTiles = new(StringComparer.Ordinal);

    // What the entries fold to, and what the hashes in the tiles of level 0 fold to. The second exists from the first
    // disagreement on.
    private readonly TileTree _byEntries = new();
    private TileTree? _byTiles;
    private bool _entriesLost, _tilesLost, _entriesAreTrue, _tilesAreTrue;

    private ExportCheck(Checkpoint checkpoint) => _checkpoint = checkpoint;

    public static async Task<IReadOnlyList<AuditFinding>> RunAsync(
        Checkpoint checkpoint, AuditSource read, CancellationToken cancellationToken)
    {
        ExportCheck check = new(checkpoint);
        foreach (LogTile bundle in LogTile.OfLog(checkpoint.Size).TakeWhile(tile => tile.Level == LogTile.Entries))
        {
            LogTile hashes = new(0, bundle.Index, bundle.Width);
            check.Compare(
                bundle, await read(bundle.Path, cancellationToken), hashes, await read(hashes.Path, cancellationToken));
        }

        check.Judge();
        foreach (LogTile tile in LogTile.OfLog(checkpoint.Size).SkipWhile(tile => tile.Level < 1))
            check.CompareUpper(tile, await read(tile.Path, cancellationToken));

        if (check._findings.Count == 0 && !check._entriesAreTrue)
        {
            check._findings.Add(new AuditFinding(
                AuditExport.CheckpointPath,
                "line 3: entries and tiles agree with each other but not with this root: they were changed together"));
        }

        return check._findings;
    }

    // One bundle and the tile of its hashes.
    private void Compare(LogTile bundle, ReadOnlyMemory<byte> entries, LogTile tile, ReadOnlyMemory<byte> hashes)
    {
        bool tileFits = hashes.Length == tile.Width * Digest.Size;
        if (!tileFits)
        {
            _tilesLost = true;
            Report(new AuditFinding(
                tile.Path, $"the file has {hashes.Length} bytes, expected {tile.Width * Digest.Size}"));
        }

        EntryBundle reader = new(entries.Span);
        bool bundleEnded = false;
        for (int i = 0; i < bundle.Width; i++)
        {
            long index = (bundle.Index * LogTile.FullWidth) + i;
            Digest? stated = tileFits ? new Digest(hashes.Span.Slice(i * Digest.Size, Digest.Size)) : null;
            Digest? computed = null;
            int offset = reader.Offset;
            if (!bundleEnded && reader.TryRead(out ReadOnlySpan<byte> entry))
            {
                computed = MerkleTree.HashLeaf(entry);
                if (!PlainLeaf.Matches(entry, _scratch) && !AuditEntry.TryParse(entry, out _, out string? error)
                    && _unreadable.Count < AuditVerifier.MaxFindings)
                {
                    _unreadable.Add(new AuditFinding(bundle.Path, $"signed, but no audit entry: {error}", index));
                }
            }
            else if (!bundleEnded)
            {
                bundleEnded = true;
                _suspects.Add(new Suspect(index, bundle.Path, offset, tile.Path, i * Digest.Size));
            }

            if (computed is { } c && stated is { } s && c != s && _suspects.Count < AuditVerifier.MaxFindings)
                _suspects.Add(new Suspect(index, bundle.Path, offset, tile.Path, i * Digest.Size));
            if (computed != stated) _byTiles ??= new TileTree(_byEntries);

            Append(_byEntries, computed, _upperByEntries, ref _entriesLost);
            if (_byTiles is not null) Append(_byTiles, stated, _upperByTiles, ref _tilesLost);
        }

        if (!bundleEnded && !reader.IsAtEnd)
        {
            long last = (bundle.Index * LogTile.FullWidth) + bundle.Width - 1;
            Report(new AuditFinding(bundle.Path, $"byte {reader.Offset}: more bytes after the last entry", last));
        }
    }

    private static void Append(TileTree tree, Digest? hash, Dictionary<string, byte[]> upper, ref bool lost)
    {
        lost |= hash is null;
        if (lost) return;

        tree.Append(hash.GetValueOrDefault());
        while (tree.Full.TryDequeue(out (LogTile Tile, byte[] Hashes) full))
            if (full.Tile.Level > 0) upper[full.Tile.Path] = full.Hashes;
    }

    // Which of two disagreeing files is the changed one.
    private void Judge()
    {
        _entriesAreTrue = !_entriesLost && _byEntries.Root == _checkpoint.Root;
        _tilesAreTrue = _byTiles is null ? _entriesAreTrue : !_tilesLost && _byTiles.Root == _checkpoint.Root;
        foreach (Suspect suspect in _suspects)
        {
            Report(_entriesAreTrue
                ? new AuditFinding(
                    suspect.TilePath,
                    $"byte {suspect.TileOffset}: the hash of entry {suspect.Index} is not the signed one")
                : _tilesAreTrue
                    ? new AuditFinding(
                        suspect.BundlePath, $"byte {suspect.BundleOffset}: the entry is not the one that was signed",
                        suspect.Index)
                    : new AuditFinding(
                        suspect.BundlePath,
                        $"byte {suspect.BundleOffset}: the entry and {suspect.TilePath} disagree, and more is wrong",
                        suspect.Index));
        }

        if (_entriesAreTrue) _unreadable.ForEach(Report);
        foreach ((LogTile tile, byte[] hashes) in _byEntries.Partial()) _upperByEntries[tile.Path] = hashes;
        foreach ((LogTile tile, byte[] hashes) in _byTiles?.Partial() ?? []) _upperByTiles[tile.Path] = hashes;
    }

    private void CompareUpper(LogTile tile, ReadOnlyMemory<byte> file)
    {
        if (!_entriesAreTrue && _entriesLost && !_tilesAreTrue) return;

        bool byEntries = _entriesAreTrue || !_tilesAreTrue || !_upperByTiles.ContainsKey(tile.Path);
        Dictionary<string, byte[]> computed = byEntries ? _upperByEntries : _upperByTiles;
        if (!computed.TryGetValue(tile.Path, out byte[]? expected) || file.Span.SequenceEqual(expected)) return;

        int offset = file.Span.CommonPrefixLength(expected);
        if (_entriesAreTrue || _tilesAreTrue)
        {
            Report(new AuditFinding(tile.Path, $"byte {offset}: not the hash of the tile below"));
            return;
        }

        long first = ((tile.Index * LogTile.FullWidth) + (offset / Digest.Size)) << (8 * tile.Level);
        Report(new AuditFinding(
            tile.Path, $"byte {offset}: entries from {first} on were changed together with their hashes", first));
    }

    private void Report(AuditFinding finding)
    {
        if (_findings.Count < AuditVerifier.MaxFindings) _findings.Add(finding);
    }

    private readonly record struct Suspect(
        long Index, string BundlePath, int BundleOffset, string TilePath, int TileOffset);
}
