using System.Security.Cryptography;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>The receiving end of an HPKE session (RFC 9180): the messages of one sender, in order.</summary>
/// <remarks>Two ends that do not fit together show at the first message, which does not open.</remarks>
public sealed class HpkeReceiver : HpkeSession
{
    private HpkeReceiver(HpkeSuite suite, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, HpkePsk? psk)
        : base(suite, sharedSecret, info, psk)
    {
    }

    /// <param name="suite">The sender's.</param>
    /// <param name="key">With its private half.</param>
    /// <param name="encapsulated">What the sender sent.</param>
    /// <param name="info">As the sender gave it.</param>
    /// <param name="psk">As the sender gave it.</param>
    /// <exception cref="ArgumentException">The key is of another algorithm.</exception>
    /// <exception cref="CryptographicException">
    /// The encapsulated key has the wrong length, or holds no valid point; or the key has no private half.
    /// </exception>
    public static HpkeReceiver Start(
        HpkeSuite suite, KemKey key, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> info = default,
        HpkePsk? psk = null)
    {
        HpkeSender.RequireKem(suite, key);
        RequireSize(suite, encapsulated.Length);
        byte[] secret = new byte[suite.Kem.SharedSecretSize];
        try
        {
            key.Decapsulate(encapsulated, secret);
            return new(suite, secret, info, psk);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>
    /// Starts with a key only <paramref name="decapsulate"/> can reach: in a token, a device, a cloud. It gets the
    /// encapsulated key and returns the shared secret, which is zeroed here.
    /// </summary>
    /// <exception cref="CryptographicException">The encapsulated key or the secret has the wrong length.</exception>
    public static async ValueTask<HpkeReceiver> StartAsync(
        HpkeSuite suite, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<byte[]>> decapsulate,
        ReadOnlyMemory<byte> encapsulated, ReadOnlyMemory<byte> info = default, HpkePsk? psk = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(decapsulate);
        RequireSize(suite, encapsulated.Length);
        byte[] secret = await decapsulate(encapsulated, cancellationToken).ConfigureAwait(false);
        try
        {
            return secret.Length == suite.Kem.SharedSecretSize
                ? new(suite, secret, info.Span, psk)
                : throw new CryptographicException(
                    $"Secret from the token: expected {suite.Kem.SharedSecretSize} bytes, found {secret.Length}.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Opens the next message. Nothing is allocated.</summary>
    /// <param name="message">May be where the destination begins.</param>
    /// <param name="destination">
    /// Exactly <see cref="HpkeSuite.TagSize"/> shorter than the message; zeroed if it does not open.
    /// </param>
    /// <param name="associatedData">As the sender gave it.</param>
    /// <exception cref="CryptographicException">
    /// The message was changed or is not the next one; the session waits for the right one.
    /// </exception>
    /// <exception cref="InvalidOperationException">The suite has no cipher.</exception>
    public void Open(ReadOnlySpan<byte> message, Span<byte> destination, ReadOnlySpan<byte> associatedData = default) =>
        OpenNext(message, destination, associatedData);

    private static void RequireSize(HpkeSuite suite, int found)
    {
        if (found != suite.Kem.CiphertextSize)
        {
            throw new CryptographicException(
                $"HPKE: expected an encapsulated key of {suite.Kem.CiphertextSize} bytes, found {found}.");
        }
    }
}
