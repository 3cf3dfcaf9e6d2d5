using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Discovery.Tls;

/// <summary>
/// The server's side of the TLS 1.3 handshake keys (RFC 8446, section 7.1): enough to read its certificate and check
/// its Finished.
/// </summary>
internal sealed class HandshakeKeys : IDisposable
{
    private const int IvSize = 12, TagSize = 16;

    private readonly HashAlgorithmName _hash;
    private readonly byte[] _serverSecret, _iv;
    private readonly AesGcm? _aes;
    private readonly ChaCha20Poly1305? _chaCha;
    private ulong _sequence;

    /// <param name="suite">The negotiated cipher suite.</param>
    /// <param name="sharedSecret">What the key exchange gave.</param>
    /// <param name="transcriptHash">The hash over the messages up to and including ServerHello.</param>
    public HandshakeKeys(int suite, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> transcriptHash)
    {
        _hash = HashOf(suite);
        int size = transcriptHash.Length;
        byte[] zero = new byte[size];
        byte[] empty = CryptographicOperations.HashData(_hash, []);

        byte[] early = HKDF.Extract(_hash, zero, zero);
        byte[] handshake = HKDF.Extract(_hash, sharedSecret.ToArray(),
            ExpandLabel(_hash, early, "derived", empty, size));
        _serverSecret = ExpandLabel(_hash, handshake, "s hs traffic", transcriptHash, size);
        CryptographicOperations.ZeroMemory(handshake);

        _iv = ExpandLabel(_hash, _serverSecret, "iv", [], IvSize);
        byte[] key = ExpandLabel(_hash, _serverSecret, "key", [], suite == 0x1301 ? 16 : 32);
        if (suite == 0x1303) _chaCha = new ChaCha20Poly1305(key);
        else _aes = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(key);
    }

    public static HashAlgorithmName HashOf(int suite) => suite switch
    {
        0x1301 or 0x1303 => HashAlgorithmName.SHA256,
        0x1302 => HashAlgorithmName.SHA384,
        _ => throw new TlsProtocolException(
            $"ServerHello: {TlsNumbers.CipherSuiteName(suite)} is no TLS 1.3 cipher suite we offered"),
    };

    /// <summary>Decrypts one record in order.</summary>
    /// <returns>The content and its type.</returns>
    public (byte[] Content, int Type) Decrypt(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        if (body.Length < TagSize + 1) throw new TlsProtocolException("encrypted record: shorter than its tag");

        Span<byte> nonce = stackalloc byte[IvSize];
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], _sequence++);
        for (int i = 0; i < IvSize; i++) nonce[i] ^= _iv[i];

        byte[] plain = new byte[body.Length - TagSize];
        try
        {
            if (_aes is not null) _aes.Decrypt(nonce, body[..^TagSize], body[^TagSize..], plain, header);
            else _chaCha!.Decrypt(nonce, body[..^TagSize], body[^TagSize..], plain, header);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new TlsProtocolException("encrypted record: does not decrypt under the handshake keys");
        }

        int end = plain.AsSpan().LastIndexOfAnyExcept((byte)0);
        if (end < 0) throw new TlsProtocolException("encrypted record: has no content type");
        return (plain[..end], plain[end]);
    }

    /// <summary>Whether the server's Finished is over exactly these messages.</summary>
    public bool IsFinished(ReadOnlySpan<byte> verifyData, ReadOnlySpan<byte> transcriptHash)
    {
        byte[] key = ExpandLabel(_hash, _serverSecret, "finished", [], transcriptHash.Length);
        byte[] expected = CryptographicOperations.HmacData(_hash, key, transcriptHash);
        return CryptographicOperations.FixedTimeEquals(expected, verifyData);
    }

    public void Dispose()
    {
        _aes?.Dispose();
        _chaCha?.Dispose();
        CryptographicOperations.ZeroMemory(_serverSecret);
        CryptographicOperations.ZeroMemory(_iv);
    }

    // RFC 8446, section 7.1: HKDF-Expand-Label.
    internal static byte[] ExpandLabel(HashAlgorithmName hash, byte[] secret, string label,
        ReadOnlySpan<byte> context, int length)
    {
        byte[] copy = context.ToArray();
        byte[] info = new TlsWriter().Short(length).Vector(1, w => w.Bytes(Encoding.ASCII.GetBytes("tls13 " + label)))
            .Vector(1, w => w.Bytes(copy)).ToArray();
        return HKDF.Expand(hash, secret, length, info);
    }
}
