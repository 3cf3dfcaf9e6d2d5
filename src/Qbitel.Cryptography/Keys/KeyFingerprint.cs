using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Cryptography.Keys;

/// <summary>Names a public key: the SHA-256 of it with its algorithm.</summary>
/// <remarks>
/// Over the DER of the SubjectPublicKeyInfo, so that other programs come to the same value; where no standard gives
/// the algorithm an identifier, over its name, a zero byte and the raw key.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct KeyFingerprint
{
    /// <summary>In bytes.</summary>
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public KeyFingerprint(ReadOnlySpan<byte> value)
    {
        if (value.Length != Size)
            throw new ArgumentException($"A fingerprint has {Size} bytes; found {value.Length}.", nameof(value));

        _a = BinaryPrimitives.ReadUInt64BigEndian(value);
        _b = BinaryPrimitives.ReadUInt64BigEndian(value[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(value[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(value[24..]);
    }

    public static KeyFingerprint Of(KemKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Of(key.Algorithm, key.ExportEncapsulationKey());
    }

    public static KeyFingerprint Of(SignatureKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Of(key.Algorithm, key.ExportPublicKey());
    }

    /// <param name="algorithm">A signature algorithm or a KEM.</param>
    /// <param name="publicKey">The raw key.</param>
    /// <exception cref="CryptographicException">The key has the wrong length.</exception>
    public static KeyFingerprint Of(KeyAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        byte[] named = algorithm.Oid is not null
            ? new SubjectPublicKey(algorithm, publicKey).Encode()
            : [.. Encoding.ASCII.GetBytes(algorithm.Name), 0, .. publicKey];
        return new(SHA256.HashData(named));
    }

    /// <summary>Reads 64 hexadecimal digits, of either case.</summary>
    public static bool TryParse(string? text, out KeyFingerprint fingerprint)
    {
        Span<byte> value = stackalloc byte[Size];
        bool parsed = text?.Length == 2 * Size && Convert.FromHexString(text, value, out _, out _) == default;
        fingerprint = parsed ? new(value) : default;
        return parsed;
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{_a:x16}{_b:x16}{_c:x16}{_d:x16}";
}
