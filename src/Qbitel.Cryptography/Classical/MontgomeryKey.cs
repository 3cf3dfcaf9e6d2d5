using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>A private key for X25519 or X448 (RFC 7748), by libcrypto.</summary>
internal sealed class MontgomeryKey : IAgreementKey
{
    private readonly EvpKeyType _type;
    private readonly EvpKey _key;

    private MontgomeryKey(EvpKeyType type, EvpKey key)
    {
        _type = type;
        _key = key;
        PublicKey = key.ExportPublic();
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    public static MontgomeryKey Generate(EvpKeyType type)
    {
        ClassicalSelfTest.Require();
        return new(type, EvpKey.Generate(type));
    }

    /// <exception cref="CryptographicException">The wrong length.</exception>
    public static MontgomeryKey ImportPrivate(EvpKeyType type, ReadOnlySpan<byte> scalar)
    {
        ClassicalSelfTest.Require();
        return new(type, EvpKey.ImportPrivate(type, scalar));
    }

    /// <exception cref="CryptographicException">The wrong length.</exception>
    public static AgreementPeer ImportPeer(EvpKeyType type, ReadOnlySpan<byte> publicKey) =>
        new(EvpKey.ImportPublic(type, publicKey));

    /// <summary>RFC 7748, section 6; zeroed on failure.</summary>
    /// <exception cref="CryptographicException">
    /// The peer's key is a point of small order that would make the secret zero.
    /// </exception>
    public void DeriveSecret(AgreementPeer peer, Span<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, _type.KeySize(), nameof(secret));
        if (!_key.TryDerive(peer.Raw, secret))
        {
            throw new CryptographicException(
                $"{_type}: the peer's public key is a point of small order; the secret would be zero.");
        }
    }

    public byte[] ExportPrivate() => _key.ExportPrivate();

    public void Dispose() => _key.Dispose();
}
