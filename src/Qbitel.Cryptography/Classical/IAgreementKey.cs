using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>A private key for Diffie–Hellman: X25519, X448 or a prime curve.</summary>
internal interface IAgreementKey : IDisposable
{
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <exception cref="CryptographicException">The peer's key gives no secret.</exception>
    void DeriveSecret(AgreementPeer peer, Span<byte> secret);
}
