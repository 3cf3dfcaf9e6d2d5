namespace Qbitel.Cryptography.HashSignatures;

/// <summary>One of the k trees of FORS (FIPS 205, section 8), of which one leaf's secret is shown.</summary>
internal sealed class ForsTree(
    TweakableHash hash, ReadOnlyMemory<byte> secretSeed, Address address, uint firstIndex)
    : MerkleTree(hash, address with { Type = AddressType.ForsTree }, hash.Parameters.A, PartHeight, firstIndex)
{
    private const int PartHeight = 7;

    private readonly uint _firstIndex = firstIndex;
    private int _signer;
    private Memory<byte> _secret;

    /// <summary>One turn of FIPS 205, Algorithm 16, which gives the root too.</summary>
    public void Sign(int leaf, Memory<byte> signature, Span<byte> root)
    {
        _signer = leaf;
        _secret = signature[..N];
        Climb(leaf, signature.Span[N..], root);
    }

    protected override void MakeLeaves(int first, Span<byte> leaves)
    {
        Span<Address> addresses = stackalloc Address[Batch];
        while (!leaves.IsEmpty)
        {
            Span<Address> batch = addresses[..Math.Min(Batch, leaves.Length / N)];
            Span<byte> values = leaves[..(batch.Length * N)];
            for (int i = 0; i < batch.Length; i++)
            {
                uint index = _firstIndex + (uint)(first + i);
                batch[i] = address with { Type = AddressType.ForsSecret, Hash = index };
                secretSeed.Span.CopyTo(values[(i * N)..]);
            }

            Hash.Chain(batch, values, steps: 1);
            int inside = _signer - first;
            if (inside >= 0 && inside < batch.Length) values.Slice(inside * N, N).CopyTo(_secret.Span);
            foreach (ref Address leaf in batch) leaf.Type = AddressType.ForsTree;
            Hash.Chain(batch, values, steps: 1);

            first += batch.Length;
            leaves = leaves[values.Length..];
        }
    }
}
