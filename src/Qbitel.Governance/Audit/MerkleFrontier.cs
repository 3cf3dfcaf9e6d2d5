namespace Qbitel.Governance.Audit;

/// <summary>The right edge of a Merkle tree: enough to append and to know the root, in at most 63 hashes whatever the
/// size.</summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class MerkleFrontier
{
    // The complete subtrees of the binary digits of the size, largest first.
    private readonly List<Digest> _edge = [];

    public MerkleFrontier()
    {
    }

    /// <summary>Continues from a stored edge: as many hashes as <paramref name="size"/> has binary ones.</summary>
    public MerkleFrontier(long size, IEnumerable<Digest> edge)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        _edge = [.. edge];
        ArgumentOutOfRangeException.ThrowIfNotEqual(_edge.Count, long.PopCount(size), nameof(edge));
        Size = size;
    }

    public long Size { get; private set; }

    /// <summary>The complete subtrees that make up the tree, largest first.</summary>
    public IReadOnlyList<Digest> Edge => _edge;

    public Digest Root
    {
        get
        {
            if (_edge.Count == 0) return MerkleTree.EmptyRoot;
            Digest root = _edge[^1];
            for (int i = _edge.Count - 2; i >= 0; i--) root = MerkleTree.HashNode(_edge[i], root);
            return root;
        }
    }

    /// <summary>Adds a leaf hash and returns its index.</summary>
    public long Append(Digest leafHash)
    {
        Digest node = leafHash;
        for (long carry = Size; (carry & 1) != 0; carry >>= 1)
        {
            node = MerkleTree.HashNode(_edge[^1], node);
            _edge.RemoveAt(_edge.Count - 1);
        }

        _edge.Add(node);
        return Size++;
    }
}
