using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>
/// ECDSA with DER-encoded signatures (FIPS 186-5, section 6; RFC 3279, section 2.2.3), by the platform.
/// </summary>
internal sealed class EcdsaKey : ISigningKey
{
    private readonly NamedCurve _curve;
    private readonly ECDsa _key;

    private EcdsaKey(NamedCurve curve, ECDsa key)
    {
        _curve = curve;
        _key = key;
    }

    public static EcdsaKey Generate(NamedCurve curve) => new(curve, ECDsa.Create(ECCurve.CreateFromValue(curve.Oid)));

    public static EcdsaKey ImportPrivate(NamedCurve curve, ReadOnlySpan<byte> ecPrivateKey) =>
        new(curve, Sec1.Import(curve, ECDsa.Create, ecPrivateKey, key => key.ExportParameters(false).Q));

    public static EcdsaKey ImportPublic(NamedCurve curve, ReadOnlySpan<byte> point) =>
        new(curve, curve.ImportPublic(ECDsa.Create, point));

    public byte[] Sign(ReadOnlySpan<byte> data) =>
        _key.SignData(data, _curve.Hash, DSASignatureFormat.Rfc3279DerSequence);

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        _key.VerifyData(data, signature, _curve.Hash, DSASignatureFormat.Rfc3279DerSequence);

    public byte[] ExportPublic() => NamedCurve.Encode(_key.ExportParameters(includePrivateParameters: false).Q);

    public byte[] ExportPrivate() => Sec1.Export(_curve, _key.ExportParameters(includePrivateParameters: true));

    public void Dispose() => _key.Dispose();
}
