using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>
/// A private key for one X25519 agreement (RFC 7748): classical, so alone it does not resist a quantum computer.
/// </summary>
/// <remarks>Safe for concurrent use. Disposing zeroes the private key.</remarks>
public sealed class X25519Key : IDisposable
{
    /// <summary>Size of a private key, a public key and a secret.</summary>
    public const int Size = 32;

    private readonly MontgomeryKey _key;

    private X25519Key(MontgomeryKey key) => _key = key;

    public ReadOnlyMemory<byte> PublicKey => _key.PublicKey;

    /// <exception cref="PlatformNotSupportedException">OpenSSL 3 is not installed.</exception>
    public static X25519Key Generate() => new(MontgomeryKey.Generate(EvpKeyType.X25519));

    /// <exception cref="CryptographicException">Not 32 bytes.</exception>
    /// <exception cref="PlatformNotSupportedException">OpenSSL 3 is not installed.</exception>
    public static X25519Key ImportPrivate(ReadOnlySpan<byte> privateKey) =>
        new(MontgomeryKey.ImportPrivate(EvpKeyType.X25519, privateKey));

    /// <summary>
    /// The 32-byte secret shared with the holder of <paramref name="peerPublicKey"/>; zeroed on failure.
    /// </summary>
    /// <exception cref="CryptographicException">
    /// The peer's key is not 32 bytes, or a point of small order that would make the secret zero.
    /// </exception>
    public void DeriveSecret(ReadOnlySpan<byte> peerPublicKey, Span<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, Size, nameof(secret));
        secret.Clear();

        using AgreementPeer peer = MontgomeryKey.ImportPeer(EvpKeyType.X25519, peerPublicKey);
        _key.DeriveSecret(peer, secret);
    }

    /// <summary>The 32 bytes of the scalar. The caller zeroes them.</summary>
    public byte[] ExportPrivateKey() => _key.ExportPrivate();

    public void Dispose() => _key.Dispose();

    public override string ToString() => "X25519 ***";
}
