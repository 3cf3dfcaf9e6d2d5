using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>
/// ECDSA with DER-encoded signatures (FIPS 186-5, section 6; RFC 3279, section 2.2.3), by the platform.
/// </summary>
internal sealed class EcdsaKey : SignatureKey
{
    private readonly NamedCurve _curve;
    private readonly ECDsa _key;

    private EcdsaKey(NamedCurve curve, ECDsa key, bool hasPrivateKey) : base(AlgorithmOf(curve), hasPrivateKey)
    {
        _curve = curve;
        _key = key;
    }

    public static EcdsaKey Generate(NamedCurve curve) =>
        new(curve, ECDsa.Create(ECCurve.CreateFromValue(curve.Oid)), hasPrivateKey: true);

    public static EcdsaKey ImportPrivate(NamedCurve curve, ReadOnlySpan<byte> ecPrivateKey)
    {
        ReadOnlySpan<byte> scalar = Sec1.Read(curve, ecPrivateKey, out ReadOnlySpan<byte> point);
        EcdsaKey key = new(curve, curve.ImportPrivate(ECDsa.Create, scalar), hasPrivateKey: true);
        if (point.IsEmpty || point.SequenceEqual(key.ExportPublicKeyCore())) return key;

        key.Dispose();
        throw new CryptographicException(
            $"{curve.Name} private key: the public key written beside it belongs to another private key.");
    }

    public static EcdsaKey ImportPublic(NamedCurve curve, ReadOnlySpan<byte> point) =>
        new(curve, curve.ImportPublic(ECDsa.Create, point), hasPrivateKey: false);

    protected override byte[] SignCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context) =>
        _key.SignData(data, _curve.Hash, DSASignatureFormat.Rfc3279DerSequence);

    protected override bool VerifyCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context) =>
        _key.VerifyData(data, signature, _curve.Hash, DSASignatureFormat.Rfc3279DerSequence);

    protected override byte[] ExportPublicKeyCore() =>
        NamedCurve.Encode(_key.ExportParameters(includePrivateParameters: false).Q);

    protected override byte[] ExportPrivateKeyCore()
    {
        ECParameters parameters = _key.ExportParameters(includePrivateParameters: true);
        try
        {
            return Sec1.Write(_curve, parameters.D);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    protected override void Dispose(bool disposing) => _key.Dispose();

    private static SignatureAlgorithm AlgorithmOf(NamedCurve curve) =>
        curve == NamedCurve.P256 ? SignatureAlgorithm.EcdsaP256
        : curve == NamedCurve.P384 ? SignatureAlgorithm.EcdsaP384
        : throw new ArgumentException($"No signing keys on {curve.Name}.", nameof(curve));
}
