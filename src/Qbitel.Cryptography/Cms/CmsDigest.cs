using System.Security.Cryptography;

namespace Qbitel.Cryptography.Cms;

/// <summary>A digest of the content, which the signed attributes carry.</summary>
public sealed class CmsDigest
{
    public static readonly CmsDigest Sha256 =
        new("SHA-256", "2.16.840.1.101.3.4.2.1", 32, 128, HashAlgorithmName.SHA256);
    public static readonly CmsDigest Sha384 =
        new("SHA-384", "2.16.840.1.101.3.4.2.2", 48, 192, HashAlgorithmName.SHA384);
    public static readonly CmsDigest Sha512 =
        new("SHA-512", "2.16.840.1.101.3.4.2.3", 64, 256, HashAlgorithmName.SHA512);

    // RFC 8702: 256 and 512 bits of output.
    public static readonly CmsDigest Shake128 = new("SHAKE128", "2.16.840.1.101.3.4.2.11", 32, 128, hash: null);
    public static readonly CmsDigest Shake256 = new("SHAKE256", "2.16.840.1.101.3.4.2.12", 64, 256, hash: null);

    private readonly HashAlgorithmName? _hash;

    private CmsDigest(string name, string oid, int size, int strength, HashAlgorithmName? hash)
    {
        Name = name;
        Oid = oid;
        Size = size;
        Strength = strength;
        _hash = hash;
    }

    public string Name { get; }

    public string Oid { get; }

    /// <summary>In bytes.</summary>
    public int Size { get; }

    public static IReadOnlyList<CmsDigest> All { get; } = [Sha256, Sha384, Sha512, Shake128, Shake256];

    /// <summary>Bits against collisions.</summary>
    private int Strength { get; }

    /// <summary>
    /// The one the standard of the signature asks for: RFC 9882 (ML-DSA), RFC 9814 (SLH-DSA), RFC 8419 (Ed25519), RFC
    /// 5754 (ECDSA); for composite ML-DSA SHA-512.
    /// </summary>
    public static CmsDigest DefaultFor(SignatureAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return algorithm == SignatureAlgorithm.EcdsaP256 ? Sha256
            : algorithm == SignatureAlgorithm.EcdsaP384 ? Sha384
            : !algorithm.Name.StartsWith("SLH-DSA-", StringComparison.Ordinal) ? Sha512
            : algorithm.Name.StartsWith("SLH-DSA-SHA2-128", StringComparison.Ordinal) ? Sha256
            : algorithm.Name.StartsWith("SLH-DSA-SHA2", StringComparison.Ordinal) ? Sha512
            : algorithm.Name.StartsWith("SLH-DSA-SHAKE-128", StringComparison.Ordinal) ? Shake128
            : Shake256;
    }

    /// <summary>Whether a signature with this digest is as strong as the algorithm says: RFC 9882, table 1.</summary>
    /// <remarks>Classical signatures are held to the digest of their standard.</remarks>
    public bool IsSuitableFor(SignatureAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return algorithm.SecurityCategory switch
        {
            0 => this == DefaultFor(algorithm),
            <= 2 => Strength >= 128,
            <= 4 => Strength >= 192,
            _ => Strength >= 256,
        };
    }

    public override string ToString() => Name;

    internal Running Start() => new(this);

    internal byte[] Of(ReadOnlySpan<byte> content)
    {
        using Running running = Start();
        running.Append(content);
        return running.Finish();
    }

    /// <summary>A digest that is being made of a stream.</summary>
    internal sealed class Running : IDisposable
    {
        private readonly CmsDigest _digest;
        private readonly IncrementalHash? _sha2;
        private readonly Shake128? _shake128;
        private readonly Shake256? _shake256;

        public Running(CmsDigest digest)
        {
            _digest = digest;
            if (digest._hash is { } hash) _sha2 = IncrementalHash.CreateHash(hash);
            else if (digest == CmsDigest.Shake128) _shake128 = new();
            else _shake256 = new();
        }

        public void Append(ReadOnlySpan<byte> data)
        {
            _sha2?.AppendData(data);
            _shake128?.AppendData(data);
            _shake256?.AppendData(data);
        }

        public byte[] Finish() => _sha2?.GetHashAndReset()
            ?? _shake128?.GetHashAndReset(_digest.Size) ?? _shake256!.GetHashAndReset(_digest.Size);

        public void Dispose()
        {
            _sha2?.Dispose();
            _shake128?.Dispose();
            _shake256?.Dispose();
        }
    }
}
