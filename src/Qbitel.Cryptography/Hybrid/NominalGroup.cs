using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>The classical half of a hybrid KEM: a Diffie–Hellman group whose keys come from a seed.</summary>
/// <remarks>The nominal groups of draft-irtf-cfrg-concrete-hybrid-kems.</remarks>
internal sealed class NominalGroup
{
    public static readonly NominalGroup X25519 = new(null, seedSize: 32, elementSize: 32, secretSize: 32);
    public static readonly NominalGroup P256 = new(NamedCurve.P256, seedSize: 128, elementSize: 65, secretSize: 32);
    public static readonly NominalGroup P384 = new(NamedCurve.P384, seedSize: 48, elementSize: 97, secretSize: 48);

    private readonly NamedCurve? _curve;

    private NominalGroup(NamedCurve? curve, int seedSize, int elementSize, int secretSize)
    {
        _curve = curve;
        SeedSize = seedSize;
        ElementSize = elementSize;
        SecretSize = secretSize;
    }

    public int SeedSize { get; }

    public int ElementSize { get; }

    public int SecretSize { get; }

    /// <summary>The private key a seed stands for; on a curve the first of its candidates that is a scalar.</summary>
    /// <exception cref="CryptographicException">
    /// No candidate is one: for random seeds, once in 2^128 (P-256) or 2^190 (P-384).
    /// </exception>
    public IAgreementKey KeyFrom(ReadOnlySpan<byte> seed)
    {
        if (_curve is null) return X25519Key.ImportPrivate(seed);

        for (; seed.Length >= _curve.FieldSize; seed = seed[_curve.FieldSize..])
        {
            ReadOnlySpan<byte> candidate = seed[.._curve.FieldSize];
            if (_curve.IsScalar(candidate)) return EcdhKey.ImportPrivate(_curve, candidate);
        }

        throw new CryptographicException($"{_curve.Name}: the seed holds no scalar.");
    }

    /// <exception cref="CryptographicException">
    /// Not an element: wrong length, or a point that is not on the curve.
    /// </exception>
    public void Check(ReadOnlySpan<byte> element)
    {
        if (_curve is not null) EcdhKey.CheckPublic(_curve, element);
        else if (element.Length != ElementSize)
            throw new CryptographicException($"X25519 public key: expected {ElementSize} bytes.");
    }
}
