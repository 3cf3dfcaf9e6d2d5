using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>A private key for Diffie–Hellman on a prime curve (SP 800-56A, 5.7.1.2), by the platform.</summary>
/// <remarks>The secret is the x coordinate.</remarks>
internal sealed class EcdhKey : IAgreementKey
{
    private readonly NamedCurve _curve;
    private readonly ECDiffieHellman _key;

    private EcdhKey(NamedCurve curve, ECDiffieHellman key)
    {
        _curve = curve;
        _key = key;
        PublicKey = NamedCurve.Encode(key.ExportParameters(includePrivateParameters: false).Q);
    }

    /// <summary>The uncompressed point.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    public static EcdhKey Generate(NamedCurve curve) =>
        new(curve, ECDiffieHellman.Create(ECCurve.CreateFromValue(curve.Oid)));

    public static EcdhKey ImportScalar(NamedCurve curve, ReadOnlySpan<byte> scalar) =>
        new(curve, curve.ImportPrivate(ECDiffieHellman.Create, scalar));

    public static EcdhKey ImportPrivate(NamedCurve curve, ReadOnlySpan<byte> ecPrivateKey) =>
        new(curve, Sec1.Import(curve, ECDiffieHellman.Create, ecPrivateKey, key => key.ExportParameters(false).Q));

    /// <exception cref="CryptographicException">Not an uncompressed point on this curve.</exception>
    public static AgreementPeer ImportPeer(NamedCurve curve, ReadOnlySpan<byte> point) =>
        new(curve.ImportPublic(ECDiffieHellman.Create, point));

    public void DeriveSecret(AgreementPeer peer, Span<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, _curve.FieldSize, nameof(secret));

        byte[] x = _key.DeriveRawSecretAgreement(
            peer.Point ?? throw new CryptographicException("The peer's key is not a point on a prime curve."));
        x.CopyTo(secret);
        CryptographicOperations.ZeroMemory(x);
    }

    public byte[] ExportPrivate() => Sec1.Export(_curve, _key.ExportParameters(includePrivateParameters: true));

    /// <summary>The scalar alone. The caller zeroes it.</summary>
    public byte[] ExportScalar() => _key.ExportParameters(includePrivateParameters: true).D!;

    public void Dispose() => _key.Dispose();
}
