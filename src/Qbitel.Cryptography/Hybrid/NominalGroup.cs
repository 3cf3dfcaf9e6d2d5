using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>A Diffie–Hellman group with its encodings: the classical half of most hybrid KEMs.</summary>
/// <remarks>
/// Those with a seed are the nominal groups of draft-irtf-cfrg-concrete-hybrid-kems, whose keys come from one.
/// </remarks>
internal sealed class NominalGroup
{
    public static readonly NominalGroup X25519 = new(EvpKeyType.X25519, seedSize: 32);
    public static readonly NominalGroup X448 = new(EvpKeyType.X448);
    public static readonly NominalGroup P256 = new(NamedCurve.P256, seedSize: 128);
    public static readonly NominalGroup P384 = new(NamedCurve.P384, seedSize: 48);
    public static readonly NominalGroup P521 = new(NamedCurve.P521);
    public static readonly NominalGroup BrainpoolP256r1 = new(NamedCurve.BrainpoolP256r1);
    public static readonly NominalGroup BrainpoolP384r1 = new(NamedCurve.BrainpoolP384r1);

    private readonly EvpKeyType _type;

    private NominalGroup(EvpKeyType type, int seedSize = 0)
    {
        _type = type;
        SeedSize = seedSize;
        ElementSize = SecretSize = type.KeySize();
    }

    private NominalGroup(NamedCurve curve, int seedSize = 0)
    {
        Curve = curve;
        SeedSize = seedSize;
        ElementSize = curve.PointSize;
        SecretSize = curve.FieldSize;
    }

    /// <summary>Null for X25519 and X448.</summary>
    public NamedCurve? Curve { get; }

    /// <summary>Size of the seed of a key; zero where no standard derives keys from one.</summary>
    public int SeedSize { get; }

    public int ElementSize { get; }

    /// <summary>Size of a secret, and of a scalar.</summary>
    public int SecretSize { get; }

    public IAgreementKey Generate() => Curve is null ? MontgomeryKey.Generate(_type) : EcdhKey.Generate(Curve);

    public IAgreementKey ImportScalar(ReadOnlySpan<byte> scalar) =>
        Curve is null ? MontgomeryKey.ImportPrivate(_type, scalar) : EcdhKey.ImportScalar(Curve, scalar);

    /// <exception cref="CryptographicException">
    /// Not an element: wrong length, or a point that is not on the curve.
    /// </exception>
    public AgreementPeer ImportPeer(ReadOnlySpan<byte> element) =>
        Curve is null ? MontgomeryKey.ImportPeer(_type, element) : EcdhKey.ImportPeer(Curve, element);

    /// <summary>A fresh private key as its scalar. The caller zeroes it.</summary>
    public byte[] NewScalar()
    {
        if (Curve is null) return RandomNumberGenerator.GetBytes(SecretSize);

        using var key = EcdhKey.Generate(Curve);
        return key.ExportScalar();
    }

    /// <summary>The private key a seed stands for; on a curve the first of its candidates that is a scalar.</summary>
    /// <exception cref="CryptographicException">
    /// No candidate is one: for random seeds, once in 2^128 (P-256) or 2^190 (P-384).
    /// </exception>
    public IAgreementKey KeyFrom(ReadOnlySpan<byte> seed)
    {
        if (Curve is null) return ImportScalar(seed);

        for (; seed.Length >= SecretSize; seed = seed[SecretSize..])
        {
            ReadOnlySpan<byte> candidate = seed[..SecretSize];
            if (Curve.IsScalar(candidate)) return ImportScalar(candidate);
        }

        throw new CryptographicException($"{Curve.Name}: the seed holds no scalar.");
    }
}
