using System.Security.Cryptography;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>The sending end of an HPKE session (RFC 9180): any number of messages to one receiver, in order.</summary>
public sealed class HpkeSender : HpkeSession
{
    private readonly byte[] _encapsulated;

    private HpkeSender(
        HpkeSuite suite, byte[] encapsulated, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, HpkePsk? psk)
        : base(suite, sharedSecret, info, psk) => _encapsulated = encapsulated;

    /// <summary>What the receiver needs to start: send it before the first message.</summary>
    public ReadOnlyMemory<byte> Encapsulated => _encapsulated;

    /// <param name="suite">Its KEM must be the key's.</param>
    /// <param name="recipient">The public half is enough.</param>
    /// <param name="info">Separates applications: both ends must give the same.</param>
    /// <param name="psk">For <see cref="HpkeMode.Psk"/>; null for <see cref="HpkeMode.Base"/>.</param>
    /// <exception cref="ArgumentException">The key is of another algorithm.</exception>
    public static HpkeSender Start(
        HpkeSuite suite, KemKey recipient, ReadOnlySpan<byte> info = default, HpkePsk? psk = null)
    {
        RequireKem(suite, recipient);
        byte[] encapsulated = new byte[suite.Kem.CiphertextSize], secret = new byte[suite.Kem.SharedSecretSize];
        try
        {
            recipient.Encapsulate(encapsulated, secret);
            return new(suite, encapsulated, secret, info, psk);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Seals the next message. Nothing is allocated.</summary>
    /// <param name="plaintext">May be where the destination begins.</param>
    /// <param name="destination">Exactly <see cref="HpkeSuite.TagSize"/> longer than the message.</param>
    /// <param name="associatedData">Authenticated, not sent.</param>
    /// <exception cref="CryptographicException">The session has used all its nonces.</exception>
    /// <exception cref="InvalidOperationException">The suite has no cipher.</exception>
    public void Seal(
        ReadOnlySpan<byte> plaintext, Span<byte> destination, ReadOnlySpan<byte> associatedData = default) =>
        SealNext(plaintext, destination, associatedData);

    internal static void RequireKem(HpkeSuite suite, KemKey key)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != suite.Kem)
            throw new ArgumentException($"The key is of {key.Algorithm}; the suite needs {suite.Kem}.", nameof(key));
    }
}
