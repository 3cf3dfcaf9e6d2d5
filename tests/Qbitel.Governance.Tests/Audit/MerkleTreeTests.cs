using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Governance.Audit;
using Qbitel.Testing;

namespace Qbitel.Governance.Tests.Audit;

public sealed class MerkleTreeTests(ITestOutputHelper output)
{
    // The eight leaves and roots that implementations of RFC 6962 have checked themselves against since the first one.
    private static readonly string[] Leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_are_those_of_the_reference()
    {
        MerkleTree tree = new();
        MerkleFrontier frontier = new();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", tree.Root.ToString());
        for (int i = 0; i < Leaves.Length; i++)
        {
            Assert.Equal(i, tree.Append(Convert.FromHexString(Leaves[i])));
            Assert.Equal(i, frontier.Append(tree.LeafHash(i)));
            Assert.Equal(Roots[i], tree.Root.ToString());
            Assert.Equal(tree.Root, frontier.Root);
        }

        Assert.Equal(Roots, Enumerable.Range(1, 8).Select(size => tree.RootAt(size).ToString()));
    }

    [Fact]
    public void Proofs_of_every_leaf_and_size_are_what_the_recursive_definition_gives()
    {
        const int Largest = 70;
        MerkleTree tree = TreeOf(Largest);
        Digest[] leaves = [.. Enumerable.Range(0, Largest).Select(i => tree.LeafHash(i))];

        for (int size = 0; size <= Largest; size++)
        {
            Digest root = Mth(leaves.AsSpan(0, size));
            Assert.Equal(root, tree.RootAt(size));
            for (int index = 0; index < size; index++)
            {
                Digest[] path = tree.InclusionProof(index, size);
                Assert.Equal(Path(index, leaves.AsSpan(0, size)), path);
                Assert.True(MerkleProof.VerifyInclusion(leaves[index], index, size, path, root));
            }

            for (int old = 0; old <= size; old++)
            {
                Digest[] proof = tree.ConsistencyProof(old, size);
                if (old > 0) Assert.Equal(SubProof(old, leaves.AsSpan(0, size), complete: true), proof);
                Assert.True(MerkleProof.VerifyConsistency(old, tree.RootAt(old), size, root, proof));
            }
        }
    }

    [Fact]
    public void A_proof_of_anything_else_is_refused()
    {
        MerkleTree tree = TreeOf(40);
        for (int size = 1; size <= 40; size++)
        {
            Digest root = tree.RootAt(size);
            for (int index = 0; index < size; index++)
            {
                Digest leaf = tree.LeafHash(index);
                Digest[] proof = tree.InclusionProof(index, size);
                Assert.False(MerkleProof.VerifyInclusion(leaf, index, size, [.. proof, leaf], root));
                Assert.False(MerkleProof.VerifyInclusion(Digest.Of([1]), index, size, proof, root));
                Assert.False(MerkleProof.VerifyInclusion(leaf, index, size, proof, Digest.Of([1])));
                Assert.False(MerkleProof.VerifyInclusion(leaf, -1, size, proof, root));
                Assert.False(MerkleProof.VerifyInclusion(leaf, size, size, proof, root));
                if (proof.Length == 0) continue;
                Assert.False(MerkleProof.VerifyInclusion(leaf, index, size, proof.AsSpan(0, proof.Length - 1), root));
                Assert.All(
                    Corruptions(proof), bad => Assert.False(MerkleProof.VerifyInclusion(leaf, index, size, bad, root)));
            }

            for (int old = 1; old < size; old++)
            {
                Digest oldRoot = tree.RootAt(old);
                Digest[] proof = tree.ConsistencyProof(old, size);
                Assert.False(MerkleProof.VerifyConsistency(old, oldRoot, size, root, [.. proof, root]));
                Assert.False(
                    MerkleProof.VerifyConsistency(old, oldRoot, size, root, proof.AsSpan(0, proof.Length - 1)));
                Assert.False(MerkleProof.VerifyConsistency(old, root, size, root, proof));
                Assert.False(MerkleProof.VerifyConsistency(old, oldRoot, size, oldRoot, proof));
                Assert.False(MerkleProof.VerifyConsistency(size, root, old, oldRoot, proof));
                Assert.All(
                    Corruptions(proof), bad =>
                        Assert.False(MerkleProof.VerifyConsistency(old, oldRoot, size, root, bad)));
            }
        }

        Assert.False(MerkleProof.VerifyConsistency(0, tree.Root, 40, tree.Root, []));
        Assert.False(MerkleProof.VerifyConsistency(40, tree.Root, 40, tree.Root, [tree.Root]));
        Assert.False(MerkleProof.VerifyConsistency(-1, tree.Root, 40, tree.Root, []));
    }

    [Fact]
    public void A_frontier_continues_from_its_stored_edge() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte>().Filter(b => b > 0), ArbMap.Default.ArbFor<byte>(), (first, more) =>
        {
            MerkleTree tree = TreeOf(first + more);
            MerkleFrontier frontier = new();
            for (int i = 0; i < first; i++) frontier.Append(tree.LeafHash(i));
            MerkleFrontier again = new(frontier.Size, frontier.Edge);
            for (int i = first; i < first + more; i++) again.Append(tree.LeafHash(i));
            return again.Root == tree.Root && again.Size == tree.Size && frontier.Root == tree.RootAt(first);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_frontier_whose_edge_does_not_fit_its_size_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MerkleFrontier(3, [Digest.Of([])]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MerkleFrontier(-1, []));
    }

    [Fact]
    public void An_inner_node_is_no_leaf()
    {
        Digest left = MerkleTree.HashLeaf([1]), right = MerkleTree.HashLeaf([2]);
        Assert.NotEqual(MerkleTree.HashNode(left, right), MerkleTree.HashLeaf([.. left.ToArray(), .. right.ToArray()]));
    }

    [Fact]
    [Trait("Soak", "merkle")]
    public void Proofs_of_large_trees_verify()
    {
        const int Proofs = 200;
        int size = Soak.Times(5_000, 1_000_000);
        MerkleTree tree = TreeOf(size);
        for (int i = 0; i < Proofs; i++)
        {
            int at = RandomNumberGenerator.GetInt32(1, size + 1), index = RandomNumberGenerator.GetInt32(at);
            Assert.True(
                MerkleProof.VerifyInclusion(
                    tree.LeafHash(index), index, at, tree.InclusionProof(index, at), tree.RootAt(at)));
            Assert.True(
                MerkleProof.VerifyConsistency(at, tree.RootAt(at), size, tree.Root, tree.ConsistencyProof(at, size)));
        }

        output.WriteLine($"{size} leaves: {Proofs} proofs of inclusion and {Proofs} of consistency verify");
    }

    internal static MerkleTree TreeOf(int size)
    {
        MerkleTree tree = new();
        for (int i = 0; i < size; i++) tree.Append(BitConverter.GetBytes(i));
        return tree;
    }

    private static IEnumerable<Digest[]> Corruptions(Digest[] proof)
    {
        for (int i = 0; i < proof.Length; i++)
        {
            byte[] node = proof[i].ToArray();
            node[i % node.Length] ^= 1;
            yield return [.. proof[..i], new Digest(node), .. proof[(i + 1)..]];
        }
    }

    // RFC 6962, section 2.1, word for word.
    private static Digest Mth(ReadOnlySpan<Digest> d) => d.Length switch
    {
        0 => MerkleTree.EmptyRoot,
        1 => d[0],
        _ => MerkleTree.HashNode(Mth(d[..Split(d.Length)]), Mth(d[Split(d.Length)..])),
    };

    private static Digest[] Path(int m, ReadOnlySpan<Digest> d)
    {
        if (d.Length == 1) return [];
        int k = Split(d.Length);
        return m < k ? [.. Path(m, d[..k]), Mth(d[k..])] : [.. Path(m - k, d[k..]), Mth(d[..k])];
    }

    private static Digest[] SubProof(int m, ReadOnlySpan<Digest> d, bool complete)
    {
        if (m == d.Length) return complete ? [] : [Mth(d)];
        int k = Split(d.Length);
        return m <= k
            ? [.. SubProof(m, d[..k], complete), Mth(d[k..])]
            : [.. SubProof(m - k, d[k..], complete: false), Mth(d[..k])];
    }

    private static int Split(int n)
    {
        int k = 1;
        while (k * 2 < n) k *= 2;
        return k;
    }
}
