using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>The public half of an SLH-DSA key: PK.seed and PK.root.</summary>
internal sealed class SlhDsaVerificationKey
{
    private readonly byte[] _encoded;

    /// <exception cref="CryptographicException">The key has another length.</exception>
    public SlhDsaVerificationKey(SlhDsaParameters parameters, ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != parameters.PublicKeySize)
        {
            string name = parameters.Algorithm.Name;
            throw new CryptographicException(
                $"The {name} public key has {encoded.Length} bytes; it must have {parameters.PublicKeySize}.");
        }

        _encoded = encoded.ToArray();
        Hash = TweakableHash.Create(parameters, Seed);
    }

    public SlhDsaParameters Parameters => Hash.Parameters;

    public TweakableHash Hash { get; }

    public ReadOnlySpan<byte> Encoded => _encoded;

    public ReadOnlySpan<byte> Seed => _encoded.AsSpan(0, _encoded.Length / 2);

    public ReadOnlySpan<byte> Root => _encoded.AsSpan(_encoded.Length / 2);

    /// <summary>What comes before a message that is signed as it is (FIPS 205, Algorithm 22, line 8).</summary>
    public static byte[] PurePrefix(ReadOnlySpan<byte> context) => [0, checked((byte)context.Length), .. context];

    /// <summary>What comes before a digest that is signed (FIPS 205, Algorithm 23, line 24).</summary>
    public static byte[] PreHashPrefix(ReadOnlySpan<byte> context, string hashAlgorithmOid)
    {
        AsnWriter oid = new(AsnEncodingRules.DER);
        oid.WriteObjectIdentifier(hashAlgorithmOid);
        return [1, checked((byte)context.Length), .. context, .. oid.Encode()];
    }

    /// <summary>FIPS 205, Algorithm 20: false for whatever is not a signature by this key.</summary>
    public bool Verify(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        SlhDsaParameters parameters = Parameters;
        if (signature.Length != parameters.SignatureSize) return false;

        int n = parameters.N;
        SlhDsaDigest digest = Digest(signature[..n], prefix, message);
        Span<byte> node = stackalloc byte[n];
        Address address = new(default, 0, digest.Tree, digest.Leaf);
        Fors.PublicKeyFromSignature(Hash, address, digest.Fors, signature.Slice(n, parameters.ForsSize), node);

        // FIPS 205, Algorithm 13.
        ReadOnlySpan<byte> rest = signature[(n + parameters.ForsSize)..];
        ulong tree = digest.Tree;
        uint leaf = digest.Leaf;
        for (uint layer = 0; layer < parameters.Layers; layer++)
        {
            RootFromSignature(new Address(default, layer, tree, leaf), rest[..parameters.LayerSize], node);
            rest = rest[parameters.LayerSize..];
            leaf = (uint)(tree & ((1u << parameters.TreeHeight) - 1));
            tree >>= parameters.TreeHeight;
        }

        return CryptographicOperations.FixedTimeEquals(node, Root);
    }

    /// <summary>What a message and its randomizer choose (FIPS 205, Algorithm 19, lines 5 to 10).</summary>
    public SlhDsaDigest Digest(
        ReadOnlySpan<byte> randomizer, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message)
    {
        byte[] digest = new byte[Parameters.DigestSize];
        Hash.HashMessage(randomizer, Root, prefix, message, digest);

        int forsSize = ((Parameters.K * Parameters.A) + 7) / 8;
        int treeBits = Parameters.Height - Parameters.TreeHeight, treeSize = (treeBits + 7) / 8;
        int leafSize = (Parameters.TreeHeight + 7) / 8;
        ulong tree = ToInteger(digest.AsSpan(forsSize, treeSize)) & (ulong.MaxValue >> (64 - treeBits));
        uint leaf = (uint)ToInteger(digest.AsSpan(forsSize + treeSize, leafSize))
            & ((1u << Parameters.TreeHeight) - 1);
        return new SlhDsaDigest(digest.AsSpan(0, forsSize), tree, leaf);
    }

    // FIPS 205, Algorithm 11, from the message in node to the root in node.
    private void RootFromSignature(Address address, ReadOnlySpan<byte> signature, Span<byte> node)
    {
        int n = Parameters.N;
        Span<byte> pair = stackalloc byte[2 * n];
        Wots.PublicKeyFromSignature(Hash, address, node, signature[..Parameters.WotsSize], node);
        ReadOnlySpan<byte> path = signature[Parameters.WotsSize..];
        for (int level = 0; level < Parameters.TreeHeight; level++)
        {
            int right = (int)(address.KeyPair >> level) & 1;
            node.CopyTo(pair[(right * n)..]);
            path.Slice(level * n, n).CopyTo(pair[((1 - right) * n)..]);
            Address parent = new(AddressType.Tree, address.Layer, address.Tree, 0)
            {
                Chain = (uint)(level + 1),
                Hash = address.KeyPair >> (level + 1),
            };
            Hash.Compress([parent], pair, node);
        }
    }

    private static ulong ToInteger(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        bytes.CopyTo(padded[(padded.Length - bytes.Length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }
}
