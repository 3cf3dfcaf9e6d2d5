using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>
/// A prime curve with its fixed-length encodings (SEC 1, sections 2.3.3 and 2.3.5) and the hash ECDSA uses with it.
/// </summary>
internal sealed class NamedCurve
{
    // FIPS 186-5 / SP 800-186 and RFC 5639. The order n is needed only where we draw scalars from a seed.
    public static readonly NamedCurve P256 = new("P-256", "1.2.840.10045.3.1.7", 32, HashAlgorithmName.SHA256,
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    public static readonly NamedCurve P384 = new("P-384", "1.3.132.0.34", 48, HashAlgorithmName.SHA384,
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973");
    public static readonly NamedCurve P521 = new("P-521", "1.3.132.0.35", 66, HashAlgorithmName.SHA512);
    public static readonly NamedCurve BrainpoolP256r1 = new(
        "brainpoolP256r1", "1.3.36.3.3.2.8.1.1.7", 32, HashAlgorithmName.SHA256);
    public static readonly NamedCurve BrainpoolP384r1 = new(
        "brainpoolP384r1", "1.3.36.3.3.2.8.1.1.11", 48, HashAlgorithmName.SHA384);

    private const byte Uncompressed = 0x04;

    private readonly byte[] _order;

    private NamedCurve(string name, string oid, int fieldSize, HashAlgorithmName hash, string order = "")
    {
        Name = name;
        Oid = oid;
        FieldSize = fieldSize;
        Hash = hash;
        _order = Convert.FromHexString(order);
    }

    public string Name { get; }

    public string Oid { get; }

    /// <summary>Size of a coordinate, and on these curves of a scalar.</summary>
    public int FieldSize { get; }

    public int PointSize => 1 + (2 * FieldSize);

    public HashAlgorithmName Hash { get; }

    /// <summary>Gives the platform a private key; it computes the public point.</summary>
    /// <exception cref="CryptographicException">Not a number from 1 to n-1.</exception>
    public T ImportPrivate<T>(Func<ECParameters, T> import, ReadOnlySpan<byte> scalar)
    {
        byte[] copy = scalar.ToArray();
        try
        {
            return import(new ECParameters { Curve = ECCurve.CreateFromValue(Oid), D = copy });
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException($"{Name} private key: not a number from 1 to n-1.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <summary>Gives the platform a public key, which it checks to be on the curve.</summary>
    /// <exception cref="CryptographicException">Not an uncompressed point on this curve.</exception>
    public T ImportPublic<T>(Func<ECParameters, T> import, ReadOnlySpan<byte> point)
    {
        if (point.Length != PointSize || point[0] != Uncompressed)
        {
            throw new CryptographicException(
                $"{Name} public key: expected an uncompressed point of {PointSize} bytes.");
        }

        ECPoint q = new() { X = point.Slice(1, FieldSize).ToArray(), Y = point[(1 + FieldSize)..].ToArray() };
        try
        {
            return import(new ECParameters { Curve = ECCurve.CreateFromValue(Oid), Q = q });
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException($"{Name} public key: the point is not on the curve.", e);
        }
    }

    public static byte[] Encode(ECPoint point) => [Uncompressed, .. point.X!, .. point.Y!];

    /// <summary>Whether a big-endian number is a private key, 1 to n-1, without a branch on its value.</summary>
    public bool IsScalar(ReadOnlySpan<byte> candidate)
    {
        unchecked // overflow checks would be branches
        {
            int borrow = 0, bits = 0;
            for (int i = FieldSize - 1; i >= 0; i--)
            {
                borrow = ((candidate[i] - _order[i] - borrow) >> 31) & 1;
                bits |= candidate[i];
            }

            int zero = ((bits - 1) >> 31) & 1;
            return (borrow & ~zero) == 1;
        }
    }
}
