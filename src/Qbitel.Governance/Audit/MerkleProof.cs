using System.Numerics;

namespace Qbitel.Governance.Audit;

/// <summary>Roots and proofs over any place that keeps the complete nodes of a tree, and their verification without
/// it.</summary>
public static class MerkleProof
{
    /// <summary>RFC 6962, section 2.1: the root of the first <paramref name="size"/> leaves.</summary>
    public static Digest Root(long size, NodeReader node)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size == 0 ? MerkleTree.EmptyRoot : Subtree(0, size, node);
    }

    /// <summary>RFC 6962, section 2.1.1: the audit path of a leaf, from its sibling upwards.</summary>
    public static Digest[] Inclusion(long index, long size, NodeReader node)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)size, nameof(index));
        List<Digest> path = [];
        long start = 0;
        for (long length = size; length > 1;)
        {
            long left = LargestPowerBelow(length);
            if (index - start < left)
            {
                path.Add(Subtree(start + left, length - left, node));
                length = left;
            }
            else
            {
                path.Add(Subtree(start, left, node));
                (start, length) = (start + left, length - left);
            }
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>RFC 6962, section 2.1.2: PROOF(oldSize, D[size]). Empty where the sizes are equal or the old tree is
    /// empty.</summary>
    public static Digest[] Consistency(long oldSize, long size, NodeReader node)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)oldSize, (ulong)size, nameof(oldSize));
        if (oldSize == 0) return [];

        List<Digest> proof = [];
        long start = 0, old = oldSize, length = size;
        while (old != length)
        {
            long left = LargestPowerBelow(length);
            if (old <= left)
            {
                proof.Add(Subtree(start + left, length - left, node));
                length = left;
            }
            else
            {
                proof.Add(Subtree(start, left, node));
                (start, old, length) = (start + left, old - left, length - left);
            }
        }

        // The old tree's own root is known to the verifier; a part of it is not.
        if (start > 0) proof.Add(Subtree(start, length, node));
        proof.Reverse();
        return [.. proof];
    }

    /// <summary>RFC 9162, section 2.1.3.2.</summary>
    public static bool VerifyInclusion(Digest leafHash, long index, long size, ReadOnlySpan<Digest> proof, Digest root)
    {
        if (index < 0 || index >= size) return false;

        long fn = index, sn = size - 1;
        Digest r = leafHash;
        foreach (Digest p in proof)
        {
            if (sn == 0) return false;
            if ((fn & 1) != 0 || fn == sn)
            {
                r = MerkleTree.HashNode(p, r);
                int shift = fn == 0 ? 0 : BitOperations.TrailingZeroCount(fn);
                (fn, sn) = (fn >> shift, sn >> shift);
            }
            else
            {
                r = MerkleTree.HashNode(r, p);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && r == root;
    }

    /// <summary>RFC 9162, section 2.1.4.2; a tree of no leaves is the beginning of every tree.</summary>
    public static bool VerifyConsistency(
        long oldSize, Digest oldRoot, long size, Digest root, ReadOnlySpan<Digest> proof)
    {
        if (oldSize < 0 || oldSize > size) return false;
        if (oldSize == 0)
            return proof.IsEmpty && oldRoot == MerkleTree.EmptyRoot && (size > 0 || root == MerkleTree.EmptyRoot);
        if (oldSize == size) return proof.IsEmpty && oldRoot == root;

        // An old tree that is one complete subtree is left out of the proof: its root begins the walk.
        bool complete = BitOperations.IsPow2(oldSize);
        if (proof.Length < (complete ? 0 : 1)) return false;

        Digest fr = complete ? oldRoot : proof[0], sr = fr;
        long fn = oldSize - 1, sn = size - 1;
        int shift = BitOperations.TrailingZeroCount(~fn);
        (fn, sn) = (fn >> shift, sn >> shift);
        foreach (Digest c in proof[(complete ? 0 : 1)..])
        {
            if (sn == 0) return false;
            if ((fn & 1) != 0 || fn == sn)
            {
                fr = MerkleTree.HashNode(c, fr);
                sr = MerkleTree.HashNode(c, sr);
                int skip = fn == 0 ? 0 : BitOperations.TrailingZeroCount(fn);
                (fn, sn) = (fn >> skip, sn >> skip);
            }
            else
            {
                sr = MerkleTree.HashNode(sr, c);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && fr == oldRoot && sr == root;
    }

    // MTH of leaves that start at a multiple of every power of two up to the length, as RFC 6962 splits them.
    private static Digest Subtree(long start, long length, NodeReader node)
    {
        if (BitOperations.IsPow2(length))
        {
            int level = BitOperations.Log2((ulong)length);
            return node(level, start >> level);
        }

        long left = LargestPowerBelow(length);
        return MerkleTree.HashNode(
            node(BitOperations.Log2((ulong)left), start / left), Subtree(start + left, length - left, node));
    }

    private static long LargestPowerBelow(long length) => 1L << BitOperations.Log2((ulong)(length - 1));
}
