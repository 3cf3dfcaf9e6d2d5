using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>
/// One recipient's part of a sealed file: who it is for, the KEM's ciphertext, the wrapped content key.
/// </summary>
/// <remarks>The construction is that of RFC 9629: the KEM's secret, HKDF, AES key wrap.</remarks>
internal sealed class SealedFileStanza
{
    public const int WrappedKeySize = SealedFileHeader.ContentKeySize + AesKeyWrap.Overhead;

    private const int LengthSize = 2;

    private SealedFileStanza(string algorithm, KeyFingerprint fingerprint, ReadOnlyMemory<byte> bytes, int bodyOffset)
    {
        Algorithm = algorithm;
        Fingerprint = fingerprint;
        Bound = bytes[..^Math.Min(WrappedKeySize, bytes.Length)];
        Body = bytes[bodyOffset..];
    }

    /// <summary>The name as written, of an algorithm we may not know.</summary>
    public string Algorithm { get; }

    public KeyFingerprint Fingerprint { get; }

    /// <summary>All that stands before the wrapped key: what the wrapping key is derived over.</summary>
    private ReadOnlyMemory<byte> Bound { get; }

    private ReadOnlyMemory<byte> Body { get; }

    public static byte[] Write(KemKey recipient, ReadOnlySpan<byte> contentKey)
    {
        byte[] name = Encoding.ASCII.GetBytes(recipient.Algorithm.Name);
        int headSize = LengthSize + 1 + name.Length + KeyFingerprint.Size;
        byte[] stanza = new byte[headSize + recipient.Algorithm.CiphertextSize + WrappedKeySize];
        BinaryPrimitives.WriteUInt16BigEndian(stanza, checked((ushort)(stanza.Length - LengthSize)));
        stanza[LengthSize] = checked((byte)name.Length);
        name.CopyTo(stanza.AsSpan(LengthSize + 1));
        KeyFingerprint.Of(recipient).CopyTo(stanza.AsSpan(LengthSize + 1 + name.Length));

        byte[] secret = new byte[recipient.Algorithm.SharedSecretSize];
        try
        {
            recipient.Encapsulate(stanza.AsSpan(headSize, recipient.Algorithm.CiphertextSize), secret);
            byte[] wrappingKey = WrappingKey(secret, stanza.AsSpan(0, stanza.Length - WrappedKeySize));
            AesKeyWrap.Wrap(wrappingKey, contentKey).CopyTo(stanza.AsSpan(stanza.Length - WrappedKeySize));
            CryptographicOperations.ZeroMemory(wrappingKey);
            return stanza;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Reads one stanza from the front of <paramref name="rest"/>, which moves behind it.</summary>
    /// <exception cref="CryptographicException">Malformed.</exception>
    public static SealedFileStanza Read(ref ReadOnlyMemory<byte> rest, int offset)
    {
        ReadOnlySpan<byte> bytes = rest.Span;
        int size = bytes.Length < LengthSize ? -1 : LengthSize + BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (size < LengthSize + 1 || size > bytes.Length) throw Malformed(offset, "a length within the header");

        int nameSize = bytes[LengthSize], bodyOffset = LengthSize + 1 + nameSize + KeyFingerprint.Size;
        if (nameSize == 0 || bodyOffset > size) throw Malformed(offset, "an algorithm's name and a fingerprint");

        ReadOnlySpan<byte> name = bytes.Slice(LengthSize + 1, nameSize);
        if (name.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E))
            throw Malformed(offset, "an algorithm's name in printable ASCII");

        KeyFingerprint fingerprint = new(bytes.Slice(bodyOffset - KeyFingerprint.Size, KeyFingerprint.Size));
        SealedFileStanza stanza = new(Encoding.ASCII.GetString(name), fingerprint, rest[..size], bodyOffset);
        rest = rest[size..];
        return stanza;
    }

    /// <summary>The KEM's ciphertext; null if the stanza has not the size of the algorithm.</summary>
    public ReadOnlyMemory<byte>? Ciphertext(KemAlgorithm algorithm) =>
        Body.Length == algorithm.CiphertextSize + WrappedKeySize ? Body[..algorithm.CiphertextSize] : null;

    /// <exception cref="CryptographicException">The secret is not the one the key was wrapped with.</exception>
    public byte[] Unwrap(ReadOnlySpan<byte> secret)
    {
        byte[] wrappingKey = WrappingKey(secret, Bound.Span);
        try
        {
            return AesKeyWrap.Unwrap(wrappingKey, Body.Span[^WrappedKeySize..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrappingKey);
        }
    }

    private static byte[] WrappingKey(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> bound)
    {
        byte[] key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA512, secret, key, salt: default, [.. SealedFileHeader.WrapLabel, .. bound]);
        return key;
    }

    private static CryptographicException Malformed(int offset, string expected) =>
        new($"Sealed file: in the recipient at offset {offset}, expected {expected}.");
}
