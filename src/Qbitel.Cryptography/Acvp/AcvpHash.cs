using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Acvp;

/// <summary>
/// A hash by its ACVP name, with the identifier that HashML-DSA and HashSLH-DSA put before the digest (FIPS 204,
/// section 5.4; FIPS 205, section 10.2.2).
/// </summary>
internal sealed class AcvpHash
{
    private const string Arc = "2.16.840.1.101.3.4.2.";

    private static readonly Dictionary<string, AcvpHash> Known = new(StringComparer.Ordinal)
    {
        ["SHA2-224"] = new(4, data => TruncatedSha2.Sha224(data)),
        ["SHA2-256"] = new(1, data => SHA256.HashData(data)),
        ["SHA2-384"] = new(2, data => SHA384.HashData(data)),
        ["SHA2-512"] = new(3, data => SHA512.HashData(data)),
        ["SHA2-512/224"] = new(5, data => TruncatedSha2.Sha512(224, data)),
        ["SHA2-512/256"] = new(6, data => TruncatedSha2.Sha512(256, data)),
        ["SHA3-224"] = new(7, data => Squeeze(Sponge.Sha3(28), data, 28)),
        ["SHA3-256"] = new(8, data => Squeeze(Sponge.Sha3(32), data, 32)),
        ["SHA3-384"] = new(9, data => Squeeze(Sponge.Sha3(48), data, 48)),
        ["SHA3-512"] = new(10, data => Squeeze(Sponge.Sha3(64), data, 64)),
        ["SHAKE-128"] = new(11, data => Squeeze(Sponge.Shake128(), data, 32)),
        ["SHAKE-256"] = new(12, data => Squeeze(Sponge.Shake256(), data, 64)),
    };

    private readonly Func<byte[], byte[]> _digest;

    private AcvpHash(int number, Func<byte[], byte[]> digest)
    {
        Oid = Arc + number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _digest = digest;
    }

    public string Oid { get; }

    public byte[] Digest(byte[] data) => _digest(data);

    /// <exception cref="FormatException">There is no such hash.</exception>
    public static AcvpHash Named(string name) =>
        Known.TryGetValue(name, out AcvpHash? hash) ? hash : throw new FormatException($"Unknown hash '{name}'.");

    private static byte[] Squeeze(Sponge sponge, ReadOnlySpan<byte> data, int size)
    {
        byte[] digest = new byte[size];
        sponge.Absorb(data);
        sponge.Squeeze(digest);
        return digest;
    }
}
