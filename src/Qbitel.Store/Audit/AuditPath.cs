using Qbitel.Governance;
using Qbitel.Governance.Audit;

namespace Qbitel.Store.Audit;

/// <summary>The audit path of a leaf, from one reading of the log and a few hashes of memory.</summary>
internal static class AuditPath
{
    public static async Task<Digest[]> ReadAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> leaves, long index, long size, CancellationToken cancellationToken)
    {
        // Asked twice: first to learn which nodes the path needs, then with their hashes.
        Dictionary<(int Level, long Index), Digest> nodes = [];
        _ = MerkleProof.Inclusion(index, size, (level, node) => nodes[(level, node)] = default);

        Digest[] left = new Digest[64]; // the complete subtree of each level that waits for its right sibling
        long count = 0;
        await foreach (ReadOnlyMemory<byte> leaf in leaves.WithCancellation(cancellationToken))
        {
            Digest node = MerkleTree.HashLeaf(leaf.Span);
            int level = 0;
            long place = count++;
            Keep();
            for (; place % 2 != 0; Keep())
            {
                node = MerkleTree.HashNode(left[level], node);
                level++;
                place /= 2;
            }

            left[level] = node;

            void Keep()
            {
                if (nodes.ContainsKey((level, place))) nodes[(level, place)] = node;
            }
        }

        return MerkleProof.Inclusion(index, size, (level, node) => nodes[(level, node)]);
    }
}
