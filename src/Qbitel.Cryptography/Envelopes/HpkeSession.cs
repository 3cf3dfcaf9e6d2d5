using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>What both ends of an HPKE session can do: export secrets (RFC 9180, sections 5.2 and 5.3).</summary>
/// <remarks>Not safe for concurrent use: messages have an order. Disposing zeroes its secrets.</remarks>
public abstract class HpkeSession : IDisposable
{
    private readonly HpkeKeySchedule _schedule;
    private readonly byte[] _baseNonce;
    private readonly byte[] _exporterSecret;
    private readonly AesGcm? _aes;
    private readonly ChaCha20Poly1305? _chaCha;
    private bool _disposed;

    private protected HpkeSession(
        HpkeSuite suite, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, HpkePsk? psk)
    {
        suite.Require(psk is null ? HpkeMode.Base : HpkeMode.Psk);
        Suite = suite;
        _schedule = HpkeKeySchedule.Of(suite);
        (byte[] key, _baseNonce, _exporterSecret) = _schedule.Derive(sharedSecret, info, psk);
        try
        {
            if (suite.Aead == HpkeAead.ChaCha20Poly1305) _chaCha = new(key);
            else if (suite.Aead != HpkeAead.ExportOnly) _aes = new(key, HpkeSuite.TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public HpkeSuite Suite { get; }

    /// <summary>The number of the next message.</summary>
    public ulong Sequence { get; internal set; }

    /// <summary>
    /// A secret both ends can make, that tells nothing of others; for any use outside of the session.
    /// </summary>
    /// <param name="context">Separates secrets.</param>
    /// <param name="output">At most 255 hashes with HKDF, 65535 bytes with the others.</param>
    public void Export(ReadOnlySpan<byte> context, Span<byte> output)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(output.Length, _schedule.MaxExportSize, nameof(output));
        _schedule.Export(_exporterSecret, context, output);
    }

    public void Dispose()
    {
        if (_disposed) return;

        _disposed = true;
        _aes?.Dispose();
        _chaCha?.Dispose();
        CryptographicOperations.ZeroMemory(_baseNonce);
        CryptographicOperations.ZeroMemory(_exporterSecret);
        GC.SuppressFinalize(this);
    }

    public sealed override string ToString() => $"HPKE session ({Suite}) ***";

    private protected void SealNext(
        ReadOnlySpan<byte> plaintext, Span<byte> destination, ReadOnlySpan<byte> associatedData)
    {
        RequireCipher(destination.Length, plaintext.Length + HpkeSuite.TagSize, nameof(destination));
        Span<byte> nonce = stackalloc byte[HpkeSuite.NonceSize];
        Span<byte> ciphertext = destination[..plaintext.Length], tag = destination[plaintext.Length..];
        Nonce(nonce);
        if (_aes is not null) _aes.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
        else _chaCha!.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
        Sequence++;
    }

    private protected void OpenNext(
        ReadOnlySpan<byte> message, Span<byte> destination, ReadOnlySpan<byte> associatedData)
    {
        int size = message.Length - HpkeSuite.TagSize;
        if (size < 0) throw Refused(inner: null);

        RequireCipher(destination.Length, size, nameof(destination));
        Span<byte> nonce = stackalloc byte[HpkeSuite.NonceSize];
        Nonce(nonce);
        try
        {
            if (_aes is not null) _aes.Decrypt(nonce, message[..size], message[size..], destination, associatedData);
            else _chaCha!.Decrypt(nonce, message[..size], message[size..], destination, associatedData);
            Sequence++;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Refused(e);
        }
    }

    private static CryptographicException Refused(Exception? inner) => new(
        "HPKE: the message does not open: it was changed, is not the next one, or has another associated data.", inner);

    // Section 5.2; the counter of the standard is 96 bits long, ours ends earlier and is refused there.
    private void Nonce(Span<byte> nonce)
    {
        if (Sequence == ulong.MaxValue)
            throw new CryptographicException("HPKE: the session has used all its nonces. Start another.");

        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], Sequence);
        nonce[..4].Clear();
        for (int i = 0; i < nonce.Length; i++) nonce[i] ^= _baseNonce[i];
    }

    private void RequireCipher(int found, int expected, string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Suite.Aead == HpkeAead.ExportOnly)
            throw new InvalidOperationException("The suite has no cipher: this session only exports secrets.");

        ArgumentOutOfRangeException.ThrowIfNotEqual(found, expected, name);
    }
}
