using System.Security.Cryptography;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>The private half of an SLH-DSA key: SK.seed and SK.prf.</summary>
/// <remarks>
/// It keeps the leaves of the uppermost tree, which every signature needs and which are public: 128 to 12,288 bytes.
/// </remarks>
internal sealed class SlhDsaSigningKey : IDisposable
{
    private readonly byte[] _secret; // SK.seed || SK.prf, pinned
    private readonly byte[] _topLeaves;

    private SlhDsaSigningKey(SlhDsaParameters parameters, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> publicSeed)
    {
        _secret = GC.AllocateArray<byte>(secret.Length, pinned: true);
        secret.CopyTo(_secret);

        // FIPS 205, Algorithm 18.
        var hash = TweakableHash.Create(parameters, publicSeed);
        uint top = (uint)parameters.Layers - 1;
        _topLeaves = new XmssTree(hash, SecretSeed(parameters), top, tree: 0).Leaves();
        byte[] root = new byte[parameters.N];
        new XmssTree(hash, default, top, tree: 0) { KnownLeaves = _topLeaves }.Climb(-1, [], root);
        PublicHalf = new SlhDsaVerificationKey(parameters, [.. publicSeed, .. root]);
    }

    public SlhDsaVerificationKey PublicHalf { get; }

    /// <summary>A key from SK.seed, SK.prf and PK.seed.</summary>
    public static SlhDsaSigningKey Generate(SlhDsaParameters parameters, ReadOnlySpan<byte> seeds) =>
        new(parameters, seeds[..(2 * parameters.N)], seeds.Slice(2 * parameters.N, parameters.N));

    /// <summary>A private key (FIPS 205, Figure 15): the seeds, and the root that they must make.</summary>
    /// <exception cref="CryptographicException">The length is another, or the root is.</exception>
    public static SlhDsaSigningKey Decode(SlhDsaParameters parameters, ReadOnlySpan<byte> encoded)
    {
        string name = parameters.Algorithm.Name;
        if (encoded.Length != parameters.PrivateKeySize)
        {
            throw new CryptographicException(
                $"The {name} private key has {encoded.Length} bytes; it must have {parameters.PrivateKeySize}.");
        }

        SlhDsaSigningKey key = Generate(parameters, encoded);
        if (CryptographicOperations.FixedTimeEquals(key.PublicHalf.Root, encoded[(3 * parameters.N)..])) return key;

        key.Dispose();
        throw new CryptographicException($"The root in the {name} private key is not the one that its seeds make.");
    }

    public void Encode(Span<byte> destination)
    {
        _secret.CopyTo(destination);
        PublicHalf.Encoded.CopyTo(destination[_secret.Length..]);
    }

    /// <summary>FIPS 205, Algorithm 19. The randomness is PK.seed for a deterministic signature.</summary>
    /// <remarks>Every loop and every address follows the message and its randomizer, which the signature
    /// shows.</remarks>
    public void Sign(
        ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, ReadOnlySpan<byte> randomness, Span<byte> destination)
    {
        SlhDsaParameters parameters = PublicHalf.Parameters;
        TweakableHash hash = PublicHalf.Hash;
        int n = parameters.N;
        ReadOnlyMemory<byte> seed = SecretSeed(parameters);

        byte[] signature = new byte[parameters.SignatureSize];
        Span<byte> randomizer = signature.AsSpan(0, n);
        hash.Randomize(_secret.AsSpan(n), randomness, prefix, message, randomizer);
        SlhDsaDigest digest = PublicHalf.Digest(randomizer, prefix, message);

        Span<byte> node = stackalloc byte[n];
        Address address = new(default, 0, digest.Tree, digest.Leaf);
        Fors.Sign(hash, seed, address, digest.Fors, signature.AsMemory(n, parameters.ForsSize), node);

        // FIPS 205, Algorithm 12.
        Memory<byte> rest = signature.AsMemory(n + parameters.ForsSize);
        ulong tree = digest.Tree;
        uint leaf = digest.Leaf;
        for (uint layer = 0; layer < parameters.Layers; layer++)
        {
            XmssTree signer = new(hash, seed, layer, tree)
            {
                KnownLeaves = layer == parameters.Layers - 1 ? _topLeaves : default,
            };
            signer.Sign((int)leaf, node, rest[..parameters.LayerSize], node);
            rest = rest[parameters.LayerSize..];
            leaf = (uint)(tree & ((1u << parameters.TreeHeight) - 1));
            tree >>= parameters.TreeHeight;
        }

        signature.CopyTo(destination);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    private ReadOnlyMemory<byte> SecretSeed(SlhDsaParameters parameters) => _secret.AsMemory(0, parameters.N);
}
