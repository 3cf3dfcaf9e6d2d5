namespace Qbitel.Cryptography.HashSignatures;

/// <summary>FIPS 205, section 8: the k trees that sign the digest of a message.</summary>
internal static class Fors
{
    /// <summary>Algorithm 16, which gives the public key too. The address holds tree and key pair.</summary>
    public static void Sign(
        TweakableHash hash, ReadOnlyMemory<byte> secretSeed, Address address, ReadOnlySpan<byte> digest,
        Memory<byte> signature, Span<byte> publicKey)
    {
        SlhDsaParameters parameters = hash.Parameters;
        int n = parameters.N, size = (parameters.A + 1) * n;
        Span<byte> roots = stackalloc byte[parameters.K * n];
        for (int i = 0; i < parameters.K; i++)
        {
            ForsTree tree = new(hash, secretSeed, address, (uint)i << parameters.A);
            tree.Sign(Index(digest, i, parameters.A), signature.Slice(i * size, size), roots.Slice(i * n, n));
        }

        hash.Compress([address with { Type = AddressType.ForsRoots }], roots, publicKey);
    }

    /// <summary>Algorithm 17, all trees side by side.</summary>
    public static void PublicKeyFromSignature(
        TweakableHash hash, Address address, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature,
        Span<byte> publicKey)
    {
        SlhDsaParameters parameters = hash.Parameters;
        int n = parameters.N, k = parameters.K, size = (parameters.A + 1) * n;
        Span<Address> addresses = stackalloc Address[k];
        Span<byte> nodes = stackalloc byte[k * n];
        Span<byte> pairs = stackalloc byte[2 * k * n];
        for (int i = 0; i < k; i++)
        {
            uint index = ((uint)i << parameters.A) + (uint)Index(digest, i, parameters.A);
            addresses[i] = address with { Type = AddressType.ForsTree, Hash = index };
            signature.Slice(i * size, n).CopyTo(nodes[(i * n)..]);
        }

        hash.Chain(addresses, nodes, steps: 1);
        for (int level = 0; level < parameters.A; level++)
        {
            for (int i = 0; i < k; i++)
            {
                int right = (int)(addresses[i].Hash & 1);
                nodes.Slice(i * n, n).CopyTo(pairs[(((2 * i) + right) * n)..]);
                signature.Slice((i * size) + ((level + 1) * n), n).CopyTo(pairs[(((2 * i) + 1 - right) * n)..]);
                addresses[i].Chain = (uint)(level + 1);
                addresses[i].Hash >>= 1;
            }

            hash.Compress(addresses, pairs, nodes);
        }

        hash.Compress([address with { Type = AddressType.ForsRoots }], nodes, publicKey);
    }

    // The i-th number of so many bits (Algorithm 4).
    private static int Index(ReadOnlySpan<byte> digest, int i, int bits)
    {
        int value = 0;
        for (int bit = i * bits; bit < (i + 1) * bits; bit++)
            value = (value << 1) | ((digest[bit / 8] >> (7 - (bit % 8))) & 1);
        return value;
    }
}
