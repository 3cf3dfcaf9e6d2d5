using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Qbitel.Governance.Audit;

/// <summary>One file that proves one entry offline: the entry, its audit path and a signed checkpoint (C2SP tlog-proof,
/// version 1).</summary>
/// <remarks>The entry travels in the field the format calls extra data; it is trusted only because the audit path
/// begins with its hash.</remarks>
public sealed class AuditProof
{
    public const string FileExtension = ".tlog-proof";

    private const string Header = "c2sp.org/tlog-proof@v1";
    private const int MaxPath = 63;
    private const int MaxSize = SignedNote.MaxSize + (2 * AuditEntry.MaxLeafSize);

    private readonly byte[] _checkpoint;
    private readonly Digest[] _path;

    /// <param name="leaf">The entry.</param>
    /// <param name="index">Its place in the log.</param>
    /// <param name="path">From <see cref="MerkleTree.InclusionProof"/> at the size of the checkpoint.</param>
    /// <param name="checkpoint">The signed note.</param>
    public AuditProof(ReadOnlyMemory<byte> leaf, long index, IEnumerable<Digest> path, ReadOnlyMemory<byte> checkpoint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Leaf = leaf;
        Index = index;
        _path = [.. path];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_path.Length, MaxPath, nameof(path));
        _checkpoint = checkpoint.ToArray();
    }

    public ReadOnlyMemory<byte> Leaf { get; }

    public long Index { get; }

    public IReadOnlyList<Digest> Path => _path;

    public byte[] ToFile()
    {
        StringBuilder text = new();
        text.Append(Header).Append('\n');
        text.Append("extra ").Append(Convert.ToBase64String(Leaf.Span)).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (Digest node in _path) text.Append(Convert.ToBase64String(node.ToArray())).Append('\n');
        text.Append('\n');
        return [.. Encoding.UTF8.GetBytes(text.ToString()), .. _checkpoint];
    }

    public static bool TryParse(
        ReadOnlySpan<byte> file, [NotNullWhen(true)] out AuditProof? proof, [NotNullWhen(false)] out string? error)
    {
        proof = null;
        error = file.Length > MaxSize ? $"a proof is at most {MaxSize} bytes" : null;
        int end = file.IndexOf("\n\n"u8);
        if (end < 0) error ??= "expected an empty line before the checkpoint";
        if (error is not null) return false;

        string[] lines = Encoding.UTF8.GetString(file[..end]).Split('\n');
        byte[]? leaf = null;
        long index = 0;
        error = lines[0] != Header ? $"line 1: expected '{Header}'"
            : lines.Length < 3 || !lines[1].StartsWith("extra ", StringComparison.Ordinal)
                || !Checkpoint.TryParseBase64(lines[1][6..], out leaf)
                ? "line 2: expected 'extra' and the entry in base64"
            : !lines[2].StartsWith("index ", StringComparison.Ordinal) || lines[2].Length == 6
                || !Checkpoint.TryParseDecimal(lines[2].AsSpan(6), out index)
                ? "line 3: expected 'index' and a number"
            : lines.Length > 3 + MaxPath ? $"line {4 + MaxPath}: a path has at most {MaxPath} hashes"
            : null;
        if (error is not null) return false;

        List<Digest> path = [];
        for (int i = 3; i < lines.Length; i++)
        {
            if (!Checkpoint.TryParseBase64(lines[i], out byte[]? node) || node.Length != Digest.Size)
            {
                error = $"line {i + 1}: expected a SHA-256 hash in base64";
                return false;
            }

            path.Add(new Digest(node));
        }

        proof = new AuditProof(leaf, index, path, file[(end + 2)..].ToArray());
        return true;
    }

    /// <summary>Whether the log vouches for the entry: the checkpoint is believed and the path leads from the entry to
    /// its root.</summary>
    public bool TryVerify(
        CheckpointPolicy policy, [NotNullWhen(true)] out AuditEntry? entry, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(policy);
        entry = null;
        if (!policy.TryVerify(_checkpoint, out Checkpoint? checkpoint, out error))
        {
            error = "checkpoint, " + error;
            return false;
        }

        if (!MerkleProof.VerifyInclusion(
            MerkleTree.HashLeaf(Leaf.Span), Index, checkpoint.Size, _path, checkpoint.Root))
        {
            error = $"entry {Index}: the path does not lead from this entry to the signed root";
            return false;
        }

        return AuditEntry.TryParse(Leaf.Span, out entry, out error);
    }
}
