namespace Qbitel.Governance.Audit;

/// <summary>A growing tree that keeps only the unfinished tiles of its right edge and hands out each tile when it is
/// full.</summary>
internal sealed class TileTree
{
    private readonly List<List<Digest>> _levels = [];

    public TileTree()
    {
    }

    /// <summary>A copy that can grow differently; what was handed out before is not handed out again.</summary>
    public TileTree(TileTree other)
    {
        _levels = [.. other._levels.Select(level => new List<Digest>(level))];
        Size = other.Size;
    }

    public long Size { get; private set; }

    /// <summary>Full tiles that nobody has taken yet.</summary>
    public Queue<(LogTile Tile, byte[] Hashes)> Full { get; } = new();

    public Digest Root
    {
        get
        {
            // The complete subtrees of the right edge, smallest first: within each level those of the binary digits of
            // its count.
            Digest? root = null;
            foreach (List<Digest> level in _levels)
            {
                for (int end = level.Count; end > 0;)
                {
                    int length = end & -end;
                    Digest subtree = Subtree(level.GetRange(end - length, length));
                    root = root is { } right ? MerkleTree.HashNode(subtree, right) : subtree;
                    end -= length;
                }
            }

            return root ?? MerkleTree.EmptyRoot;
        }
    }

    public void Append(Digest leafHash)
    {
        Size++;
        Digest hash = leafHash;
        for (int level = 0; ; level++)
        {
            if (level == _levels.Count) _levels.Add(new List<Digest>(LogTile.FullWidth));
            List<Digest> tile = _levels[level];
            tile.Add(hash);
            if (tile.Count < LogTile.FullWidth) return;

            long index = (Size >> (8 * (level + 1))) - 1;
            Full.Enqueue((new LogTile(level, index, LogTile.FullWidth), Bytes(tile)));
            hash = Subtree(tile);
            tile.Clear();
        }
    }

    /// <summary>The tiles that are not full yet.</summary>
    public IEnumerable<(LogTile Tile, byte[] Hashes)> Partial()
    {
        for (int level = 0; level < _levels.Count; level++)
        {
            if (_levels[level].Count > 0)
            {
                yield return (
                    new LogTile(level, Size >> (8 * (level + 1)), _levels[level].Count), Bytes(_levels[level]));
            }
        }
    }

    private static Digest Subtree(List<Digest> hashes)
    {
        Digest[] row = [.. hashes];
        for (int count = row.Length; count > 1; count /= 2)
            for (int i = 0; i < count / 2; i++) row[i] = MerkleTree.HashNode(row[2 * i], row[(2 * i) + 1]);

        return row[0];
    }

    private static byte[] Bytes(List<Digest> hashes)
    {
        byte[] bytes = new byte[hashes.Count * Digest.Size];
        for (int i = 0; i < hashes.Count; i++) hashes[i].CopyTo(bytes.AsSpan(i * Digest.Size));
        return bytes;
    }
}
