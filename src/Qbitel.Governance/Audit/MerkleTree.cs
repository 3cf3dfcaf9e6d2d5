using System.Buffers;
using System.Security.Cryptography;

namespace Qbitel.Governance.Audit;

/// <summary>The hash of the complete subtree of 2^<paramref name="level"/> leaves that starts at leaf <c>index ·
/// 2^level</c>.</summary>
public delegate Digest NodeReader(int level, long index);

/// <summary>A Merkle tree of log entries: RFC 6962, section 2.1, with SHA-256. Append only; holds every complete node,
/// 64 bytes a leaf.</summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class MerkleTree
{
    private readonly List<List<Digest>> _levels = [[]];

    /// <summary>The root of the tree without leaves: the hash of nothing.</summary>
    public static Digest EmptyRoot { get; } = Digest.Of([]);

    public long Size => _levels[0].Count;

    public Digest Root => RootAt(Size);

    /// <summary>Adds an entry and returns its index.</summary>
    public long Append(ReadOnlySpan<byte> leaf) => Append(HashLeaf(leaf));

    /// <inheritdoc cref="Append(ReadOnlySpan{byte})"/>
    public long Append(Digest leafHash)
    {
        long index = Size;
        Digest node = leafHash;
        for (int level = 0; ; level++)
        {
            if (level == _levels.Count) _levels.Add([]);
            List<Digest> row = _levels[level];
            row.Add(node);
            if (row.Count % 2 != 0) return index;
            node = HashNode(row[^2], row[^1]);
        }
    }

    public Digest LeafHash(long index) => Node(0, index);

    /// <summary>The node of a complete subtree; see <see cref="NodeReader"/>.</summary>
    public Digest Node(int level, long index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)level, (uint)_levels.Count, nameof(level));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)_levels[level].Count, nameof(index));
        return _levels[level][(int)index];
    }

    /// <summary>The root when the tree held its first <paramref name="size"/> leaves.</summary>
    public Digest RootAt(long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)size, (ulong)Size, nameof(size));
        return MerkleProof.Root(size, Node);
    }

    /// <summary>Proves that leaf <paramref name="index"/> is in the tree of <paramref name="size"/> leaves; from the
    /// leaf's sibling upwards.</summary>
    public Digest[] InclusionProof(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)size, (ulong)Size, nameof(size));
        return MerkleProof.Inclusion(index, size, Node);
    }

    /// <summary>Proves that the tree of <paramref name="size"/> leaves begins with the tree of
    /// <paramref name="oldSize"/> leaves.</summary>
    public Digest[] ConsistencyProof(long oldSize, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)size, (ulong)Size, nameof(size));
        return MerkleProof.Consistency(oldSize, size, Node);
    }

    /// <summary>RFC 6962: SHA-256(0x00 || leaf).</summary>
    public static Digest HashLeaf(ReadOnlySpan<byte> leaf)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        byte[] rented = ArrayPool<byte>.Shared.Rent(leaf.Length + 1);
        rented[0] = 0x00;
        leaf.CopyTo(rented.AsSpan(1));
        SHA256.HashData(rented.AsSpan(0, leaf.Length + 1), hash);
        ArrayPool<byte>.Shared.Return(rented);
        return new Digest(hash);
    }

    /// <summary>RFC 6962: SHA-256(0x01 || left || right).</summary>
    public static Digest HashNode(Digest left, Digest right)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        Span<byte> input = stackalloc byte[1 + (2 * Digest.Size)];
        input[0] = 0x01;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Digest.Size)..]);
        SHA256.HashData(input, hash);
        return new Digest(hash);
    }
}
