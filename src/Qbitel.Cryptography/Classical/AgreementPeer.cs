using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>
/// The public key of the other side of a Diffie–Hellman agreement, checked once and held as the library's own handle.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class AgreementPeer : IDisposable
{
    private readonly EvpKey? _raw;
    private readonly ECDiffieHellman? _curveKey;

    public AgreementPeer(EvpKey raw) => _raw = raw;

    public AgreementPeer(ECDiffieHellman curveKey)
    {
        _curveKey = curveKey;
        Point = curveKey.PublicKey;
    }

    /// <summary>Of X25519 or X448.</summary>
    public EvpKey Raw => _raw ?? throw new CryptographicException("The peer's key is a point on another curve.");

    /// <summary>Of a prime curve.</summary>
    public ECDiffieHellmanPublicKey? Point { get; }

    public void Dispose()
    {
        _raw?.Dispose();
        Point?.Dispose();
        _curveKey?.Dispose();
    }
}
