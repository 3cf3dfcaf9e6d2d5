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

    public static EcdhKey ImportPrivate(NamedCurve curve, ReadOnlySpan<byte> scalar) =>
        new(curve, curve.ImportPrivate(ECDiffieHellman.Create, scalar));

    public static void CheckPublic(NamedCurve curve, ReadOnlySpan<byte> point) =>
        curve.ImportPublic(ECDiffieHellman.Create, point).Dispose();

    /// <exception cref="CryptographicException">The peer's key is not an uncompressed point on this curve.</exception>
    public void DeriveSecret(ReadOnlySpan<byte> peerPublicKey, Span<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, _curve.FieldSize, nameof(secret));

        using ECDiffieHellman peer = _curve.ImportPublic(ECDiffieHellman.Create, peerPublicKey);
        using ECDiffieHellmanPublicKey peerKey = peer.PublicKey;
        byte[] x = _key.DeriveRawSecretAgreement(peerKey);
        x.CopyTo(secret);
        CryptographicOperations.ZeroMemory(x);
    }

    public void Dispose() => _key.Dispose();
}
