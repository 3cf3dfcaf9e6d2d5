namespace Qbitel.Governance.Audit;

/// <summary>Gives the content of one file of an export.</summary>
public delegate ValueTask<ReadOnlyMemory<byte>> AuditSource(string path, CancellationToken cancellationToken);

/// <summary>Checks an export offline: every byte of every file, with nothing but public keys.</summary>
/// <remarks>
/// Where an entry and its hash disagree, the signed root decides which of the two was changed: if the entries still
/// fold to it the tile is wrong, if the tiles do the entry is.
/// </remarks>
public static class AuditVerifier
{
    internal const int MaxFindings = 20;

    /// <param name="paths">Every file of the export, with slashes.</param>
    /// <param name="read">Gives the content of one of them.</param>
    /// <param name="trust">Where the public keys are from.</param>
    /// <param name="cancellationToken">Between files.</param>
    public static async Task<AuditVerification> VerifyAsync(
        IEnumerable<string> paths, AuditSource read, AuditTrust trust, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(trust);

        HashSet<string> present = new(paths, StringComparer.Ordinal);
        List<AuditFinding> findings = [];
        LogKeys? keys = trust.Keys;
        Checkpoint? checkpoint = null;

        if (await ReadAsync(AuditExport.ReadmePath) is { } readme && !readme.Span.SequenceEqual(ExportReadme.Text))
        {
            int line = FirstDifferentLine(readme.Span, ExportReadme.Text);
            findings.Add(new AuditFinding(AuditExport.ReadmePath, $"line {line}: not the text of format 1"));
        }

        if (await ReadAsync(AuditExport.KeysPath) is { } keyFile
            && CheckKeys(keyFile.Span, trust, ref keys) is { } keyProblem)
        {
            findings.Add(new AuditFinding(AuditExport.KeysPath, keyProblem));
        }

        if (await ReadAsync(AuditExport.CheckpointPath) is { } note && keys is not null)
        {
            if (!new CheckpointPolicy(keys).TryVerifyExactly(note.Span, out checkpoint, out string? error))
                findings.Add(new AuditFinding(AuditExport.CheckpointPath, error));
        }

        if (checkpoint is not null)
        {
            findings.AddRange(MissingAndExtra(present, checkpoint.Size));
            if (!findings.Any(finding => LogTile.TryParse(finding.Path, out _)))
                findings.AddRange(await ExportCheck.RunAsync(checkpoint, read, cancellationToken));
        }

        return new AuditVerification(
            checkpoint, keys?.Fingerprint, trust.Fingerprint is not null, [.. findings.Take(MaxFindings)]);

        async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path)
        {
            if (present.Contains(path)) return await read(path, cancellationToken);
            findings.Add(new AuditFinding(path, "the file is missing"));
            return null;
        }
    }

    private static string? CheckKeys(ReadOnlySpan<byte> file, AuditTrust trust, ref LogKeys? keys)
    {
        Digest fingerprint = Digest.Of(file);
        if (keys is not null)
        {
            byte[] given = keys.ToFile();
            return file.SequenceEqual(given)
                ? null : $"line {FirstDifferentLine(file, given)}: not the keys given to the verifier";
        }

        if (trust.Fingerprint is { } pinned && pinned != fingerprint)
            return $"the fingerprint is {fingerprint}, expected {pinned}: these are other keys";
        return LogKeys.TryParse(file, out keys, out string? error) ? null : error;
    }

    private static IEnumerable<AuditFinding> MissingAndExtra(HashSet<string> present, long size)
    {
        HashSet<string> expected =
            new([AuditExport.ReadmePath, AuditExport.KeysPath, AuditExport.CheckpointPath], StringComparer.Ordinal);
        int missing = 0;
        foreach (LogTile tile in LogTile.OfLog(size))
        {
            string path = tile.Path;
            expected.Add(path);
            if (present.Contains(path)) continue;

            yield return tile.Level == LogTile.Entries
                ? new AuditFinding(path, "the file is missing", tile.Index * LogTile.FullWidth)
                : new AuditFinding(path, "the file is missing");
            if (++missing == MaxFindings) yield break;
        }

        foreach (string path in present.Except(expected, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return new AuditFinding(path, "the file is not part of the export");
    }

    private static int FirstDifferentLine(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one[..one.CommonPrefixLength(other)].Count((byte)'\n') + 1;
}
