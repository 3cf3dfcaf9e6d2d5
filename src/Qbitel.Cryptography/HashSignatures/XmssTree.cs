namespace Qbitel.Cryptography.HashSignatures;

/// <summary>
/// A tree of the hypertree (FIPS 205, sections 5 and 6): its leaves are WOTS+ public keys, one of which may sign.
/// </summary>
internal sealed class XmssTree(TweakableHash hash, ReadOnlyMemory<byte> secretSeed, uint layer, ulong tree)
    : MerkleTree(hash, new Address(AddressType.Tree, layer, tree, 0), hash.Parameters.TreeHeight, PartHeight, 0)
{
    private const int PartHeight = 4;

    private readonly byte[] _digits = new byte[hash.Parameters.Chains];
    private int _signer = -1;
    private Memory<byte> _wots;

    /// <summary>The leaves, where they were made before.</summary>
    public ReadOnlyMemory<byte> KnownLeaves { get; init; }

    /// <summary>FIPS 205, Algorithm 10, which gives the root too.</summary>
    public void Sign(int leaf, ReadOnlySpan<byte> message, Memory<byte> signature, Span<byte> root)
    {
        Wots.Digits(message, _digits);
        _signer = leaf;
        _wots = signature[..Hash.Parameters.WotsSize];
        Climb(leaf, signature.Span[_wots.Length..], root);
    }

    /// <summary>All leaves, from the first to the last.</summary>
    public byte[] Leaves()
    {
        byte[] leaves = new byte[N << Hash.Parameters.TreeHeight];
        for (int first = 0; first < leaves.Length; first += N << PartHeight)
            MakeLeaves(first / N, leaves.AsSpan(first, Math.Min(N << PartHeight, leaves.Length - first)));
        return leaves;
    }

    protected override void MakeLeaves(int first, Span<byte> leaves)
    {
        if (KnownLeaves.IsEmpty)
        {
            Make(first, leaves);
            return;
        }

        KnownLeaves.Span.Slice(first * N, leaves.Length).CopyTo(leaves);
        if (_signer >= first && _signer < first + (leaves.Length / N))
            Make(_signer, leaves.Slice((_signer - first) * N, N));
    }

    // FIPS 205, Algorithm 6, of many keys, and Algorithm 7 of one on the way.
    private void Make(int first, Span<byte> leaves)
    {
        int chains = Hash.Parameters.Chains, count = leaves.Length / N;
        Span<byte> values = stackalloc byte[count * chains * N];
        Span<Address> addresses = stackalloc Address[Batch];
        for (int done = 0; done < count * chains;)
        {
            // The chains that sign are taken link by link, all others in one go.
            int leaf = first + (done / chains);
            int limit = _signer < leaf ? count * chains
                : _signer == leaf ? (leaf + 1 - first) * chains
                : (_signer - first) * chains;
            Span<Address> batch = addresses[..Math.Min(Batch, Math.Min(limit, count * chains) - done)];
            Span<byte> part = values.Slice(done * N, batch.Length * N);
            for (int i = 0; i < batch.Length; i++)
            {
                (int key, int chain) = Math.DivRem(done + i, chains);
                Address secret = new(AddressType.WotsSecret, layer, tree, (uint)(first + key));
                batch[i] = secret with { Chain = (uint)chain };
                secretSeed.Span.CopyTo(part[(i * N)..]);
            }

            Hash.Chain(batch, part, steps: 1);
            foreach (ref Address address in batch) address.Type = AddressType.WotsHash;
            if (leaf == _signer) Sign(batch, part);
            else Hash.Chain(batch, part, SlhDsaParameters.W - 1);
            done += batch.Length;
        }

        for (int i = 0; i < count; i++)
            addresses[i] = new Address(AddressType.WotsPublicKey, layer, tree, (uint)(first + i));
        Hash.Compress(addresses[..count], values, leaves);
    }

    private void Sign(Span<Address> batch, Span<byte> values)
    {
        for (int step = 0; step < SlhDsaParameters.W; step++)
        {
            for (int i = 0; i < batch.Length; i++)
            {
                int chain = (int)batch[i].Chain;
                batch[i].Hash = (uint)step;
                if (_digits[chain] == step) values.Slice(i * N, N).CopyTo(_wots.Span[(chain * N)..]);
            }

            if (step < SlhDsaParameters.W - 1) Hash.Chain(batch, values, steps: 1);
        }
    }
}
