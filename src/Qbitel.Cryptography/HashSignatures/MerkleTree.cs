using System.Diagnostics;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>A tree of hashes (FIPS 205, Algorithms 9 and 15), of which only the root and one path are wanted.</summary>
/// <remarks>
/// It is made part by part, so that the leaves of a large tree need not all be there at once. Its first leaf has an
/// index where several trees share an address.
/// </remarks>
internal abstract class MerkleTree(
    TweakableHash hash, Address address, int height, int partHeight, uint firstIndex)
{
    /// <summary>Of nodes that are hashed in one call.</summary>
    protected const int Batch = 64;

    protected TweakableHash Hash { get; } = hash;

    protected int N => Hash.Parameters.N;

    /// <summary>The root, and the nodes beside the way from <paramref name="leaf"/> to it, if that is not
    /// negative.</summary>
    public void Climb(int leaf, Span<byte> path, Span<byte> root)
    {
        int levels = Math.Min(partHeight, height), parts = 1 << (height - levels);
        Span<byte> roots = stackalloc byte[parts * N];
        Span<byte> nodes = stackalloc byte[N << levels];
        for (int part = 0; part < parts; part++)
        {
            MakeLeaves(part << levels, nodes);
            int inside = leaf >> levels == part ? leaf - (part << levels) : -1;
            Reduce(nodes, levels, 0, firstIndex + ((uint)part << levels), inside, path);
            nodes[..N].CopyTo(roots.Slice(part * N, N));
        }

        Span<byte> rest = leaf < 0 ? path : path[(levels * N)..];
        Reduce(roots, height - levels, levels, firstIndex >> levels, leaf >> levels, rest);
        roots[..N].CopyTo(root);
    }

    /// <summary>As many leaves as fit, beginning with the one given.</summary>
    protected abstract void MakeLeaves(int first, Span<byte> leaves);

    // To the node over all of them, which takes the place of the first.
    private void Reduce(Span<byte> nodes, int levels, int below, uint index, int leaf, Span<byte> path)
    {
        Debug.Assert(nodes.Length == N << levels, "a full tree");
        Span<Address> addresses = stackalloc Address[Batch];
        for (int level = 0; level < levels; level++)
        {
            if (leaf >= 0) nodes.Slice((leaf ^ 1) * N, N).CopyTo(path.Slice(level * N, N));

            leaf >>= 1;
            index >>= 1;
            int count = 1 << (levels - level - 1);
            for (int first = 0; first < count; first += Batch)
            {
                Span<Address> batch = addresses[..Math.Min(Batch, count - first)];
                for (int i = 0; i < batch.Length; i++)
                {
                    batch[i] = address with
                    {
                        Chain = (uint)(below + level + 1),
                        Hash = index + (uint)(first + i),
                    };
                }

                Hash.Compress(
                    batch, nodes.Slice(2 * first * N, 2 * batch.Length * N), nodes.Slice(first * N, batch.Length * N));
            }
        }
    }
}
