using System.Security.Cryptography;
using System.Text;
using Qbitel.Protocols.ThreeDS.Json;

namespace Qbitel.Protocols.ThreeDS.Jose;

/// <summary>An encrypted JSON object for one recipient, compact or as JSON (RFC 7516).</summary>
/// <remarks>
/// Decrypts what 3-D Secure encrypts: A128CBC-HS256 and A128GCM under a key that both sides have (dir), agree on
/// (ECDH-ES) or wrap by RSA-OAEP-256. A wrong key, tag or form is a no, whatever the cause.
/// </remarks>
public sealed class JweMessage
{
    private readonly byte[] _protected;
    private readonly byte[] _key;
    private readonly byte[] _nonce;
    private readonly byte[] _ciphertext;
    private readonly byte[] _tag;

    private JweMessage(JoseHeader header, byte[] guarded, byte[][] parts)
    {
        Header = header;
        _protected = guarded;
        (_key, _nonce, _ciphertext, _tag) = (parts[0], parts[1], parts[2], parts[3]);
    }

    public JoseHeader Header { get; }

    /// <summary>Bytes of the encrypted content.</summary>
    public int ContentLength => _ciphertext.Length;

    /// <summary>Reads exactly one encrypted object.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out JweMessage message, out ParseError error)
    {
        message = null!;
        error = Read(bytes, out JweMessage? read)!;
        if (read is null) return false;
        message = read;
        return true;
    }

    /// <exception cref="MessageFormatException">The bytes are not one encrypted object.</exception>
    public static JweMessage Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out JweMessage message, out ParseError error) ? message
            : throw new MessageFormatException(error);

    /// <summary>Decrypts by the key both sides have (dir), 32 bytes for A128CBC-HS256 and 16 for A128GCM.</summary>
    /// <param name="key">Stays the caller's, who zeroes it.</param>
    /// <param name="plaintext">Empty unless the result is true.</param>
    public bool TryDecrypt(ReadOnlySpan<byte> key, out byte[] plaintext)
    {
        plaintext = [];
        return Header.Algorithm == "dir" && _key.Length == 0 && TryDecryptContent(key, out plaintext);
    }

    /// <summary>Decrypts by a key agreed upon with the ephemeral key of the header (ECDH-ES).</summary>
    /// <inheritdoc cref="TryDecrypt(ReadOnlySpan{byte}, out byte[])"/>
    public bool TryDecrypt(ECDiffieHellman key, out byte[] plaintext)
    {
        ArgumentNullException.ThrowIfNull(key);
        plaintext = [];
        int size = ContentCipher.KeySize(Header.Encryption);
        if (Header.Algorithm != "ECDH-ES" || _key.Length != 0 || size == 0 || key.KeySize != 256
            || Header.EphemeralKey is not { } ephemeral)
        {
            return false;
        }

        byte[] secret = [];
        Span<byte> content = stackalloc byte[size];
        try
        {
            // Importing it refuses a point that is not on the curve.
            using ECDiffieHellman other = ECDiffieHellman.Create(ephemeral.ToParameters());
            secret = key.DeriveRawSecretAgreement(other.PublicKey);
            ConcatKdf.Derive(secret, Header.Encryption!, Header.AgreementU, Header.AgreementV, content);
            return TryDecryptContent(content, out plaintext);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Decrypts by an RSA key that unwraps the content key (RSA-OAEP-256).</summary>
    /// <inheritdoc cref="TryDecrypt(ReadOnlySpan{byte}, out byte[])"/>
    public bool TryDecrypt(RSA key, out byte[] plaintext)
    {
        ArgumentNullException.ThrowIfNull(key);
        plaintext = [];
        if (Header.Algorithm != "RSA-OAEP-256" || key.KeySize < 2048) return false;

        byte[] content = [];
        try
        {
            content = key.Decrypt(_key, RSAEncryptionPadding.OaepSHA256);
            return TryDecryptContent(content, out plaintext);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    public override string ToString() =>
        $"JWE {Redaction.None.Mask(Header.Algorithm)} {Redaction.None.Mask(Header.Encryption)}";

    /// <summary>Decrypts by the content key itself, however it was protected.</summary>
    internal bool TryDecryptContent(ReadOnlySpan<byte> key, out byte[] plaintext)
    {
        plaintext = [];
        return !Header.HasUnknownDemands && ContentCipher.TryDecrypt(Header.Encryption!, key, _nonce, _protected,
            _ciphertext, _tag, out plaintext);
    }

    private static ParseError? Read(ReadOnlySpan<byte> bytes, out JweMessage? message)
    {
        message = null;
        int start = bytes.IndexOfAnyExcept(" \t\r\n"u8);
        if (start >= 0 && bytes[start] == '{') return ReadJson(bytes, out message);

        int dots = bytes.Count((byte)'.');
        if (dots != 4) return JoseText.Wrong("Parts", 0, "five parts joined by dots", $"{Math.Min(dots, 99) + 1}");

        int at = bytes.IndexOf((byte)'.');
        byte[] guarded = bytes[..at].ToArray();
        byte[][] parts = new byte[4][];
        for (int i = 0; i < 4; i++)
        {
            int from = ++at;
            int length = bytes[from..].IndexOf((byte)'.');
            at = length < 0 ? bytes.Length : from + length;
            if (!JoseText.TryDecode(bytes[from..at], out parts[i]))
                return JoseText.Wrong("Base64", from, "Base64url", "other characters");
        }

        return Make(guarded, 0, parts, out message);
    }

    private static ParseError? ReadJson(ReadOnlySpan<byte> bytes, out JweMessage? message)
    {
        message = null;
        if (JsonParts.Read(bytes.ToArray(), out JsonParts json, out int end) is { } wrong) return wrong;
        if (bytes[end..].ContainsAnyExcept(" \t\r\n"u8))
            return JoseText.Wrong("Parts", end, "the end of the object", "more");

        // A list of recipients with one of them is the same as having it beside the content.
        int holder = json.Find(0, "recipients");
        if (holder >= 0 && json[holder].IsArray && holder + 1 < json[holder].End) holder++;
        byte[][] parts = new byte[4][];
        string[] names = ["encrypted_key", "iv", "ciphertext", "tag"];
        for (int i = 0; i < 4; i++)
        {
            int found = json.Find(i == 0 && holder >= 0 ? holder : 0, names[i]);
            string text = found >= 0 && json[found].IsString ? json.ValueOf(json[found]) : i == 0 ? "" : ".";
            if (!JoseText.TryDecode(Encoding.UTF8.GetBytes(text), out parts[i]))
            {
                return JoseText.Wrong("Base64", found < 0 ? 0 : json[found].Offset, $"{names[i]} in Base64url",
                    "something else");
            }
        }

        int own = json.Find(0, "protected");
        if (own < 0 || !json[own].IsString) return JoseText.Wrong("Header", 0, "a protected header", "none");
        byte[] guarded = Encoding.UTF8.GetBytes(json.ValueOf(json[own]));
        if (json.Find(0, "aad") is not (>= 0 and int more)) return Make(guarded, json[own].Offset, parts, out message);

        byte[] additional = [.. guarded, (byte)'.', .. Encoding.UTF8.GetBytes(json.ValueOf(json[more]))];
        return Make(guarded, json[own].Offset, parts, out message, additional);
    }

    private static ParseError? Make(byte[] guarded, int offset, byte[][] parts, out JweMessage? message,
        byte[]? additional = null)
    {
        message = null;
        if (JoseHeader.Read(guarded, offset, out JoseHeader header) is { } wrong) return wrong;
        if (header.Encryption is null) return JoseText.Wrong("Header", offset, "a content encryption", "none");
        message = new JweMessage(header, additional ?? guarded, parts);
        return null;
    }
}
