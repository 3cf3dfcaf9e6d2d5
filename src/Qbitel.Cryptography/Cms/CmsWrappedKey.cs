using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Cms;

/// <summary>
/// One key for the holder of a KEM key, in a form a device can make and open without the key ever leaving it:
/// EnvelopedData (RFC 5652) with a KEMRecipientInfo (RFC 9629, RFC 9936) and AES-256 key wrap as the content cipher.
/// </summary>
/// <remarks>
/// <para>Every step is one call of PKCS#11: decapsulate, derive by HKDF-SHA256, unwrap the content key (RFC 3394),
/// unwrap the key (RFC 5649, or RFC 3394). AES-GCM, the content cipher of <see cref="CmsEnvelope"/>, is no wrapping
/// mechanism of most devices. RFC 5959 uses the padded key wrap as a content cipher in the same way.</para>
/// <para>The key wrap authenticates the key. The sender is not authenticated: whoever has the public key can make such
/// a message.</para>
/// </remarks>
public sealed class CmsWrappedKey
{
    /// <summary>The largest message that is read.</summary>
    public const int MaxSize = 1 << 16;

    private const int KeySize = 32;

    private static readonly Asn1Tag ExplicitTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag OtherRecipientTag = new(TagClass.ContextSpecific, 4, isConstructed: true);
    private static readonly Asn1Tag ContentTag = new(TagClass.ContextSpecific, 0);

    private readonly CmsIdentifier _identifier;

    private CmsWrappedKey(
        CmsIdentifier identifier, KemAlgorithm algorithm, byte[] encapsulated, byte[] wrappedContentKey, bool isPadded,
        byte[] wrapped)
    {
        _identifier = identifier;
        Algorithm = algorithm;
        Encapsulated = encapsulated;
        WrappedContentKey = wrappedContentKey;
        IsPadded = isPadded;
        Wrapped = wrapped;
    }

    /// <summary>What HKDF-SHA256 binds: the DER of CMSORIforKEMOtherInfo (RFC 9629, section 5).</summary>
    public static ReadOnlyMemory<byte> DerivationInfo => KemRecipientInfo.OwnInfo;

    public KemAlgorithm Algorithm { get; }

    /// <summary>Names the recipient's key.</summary>
    public ReadOnlyMemory<byte> KeyIdentifier => _identifier.KeyIdentifier;

    /// <summary>The KEM's ciphertext.</summary>
    public ReadOnlyMemory<byte> Encapsulated { get; }

    /// <summary>The content key, AES-256, under the derived key (RFC 3394).</summary>
    public ReadOnlyMemory<byte> WrappedContentKey { get; }

    /// <summary>By RFC 5649; else by RFC 3394, for keys of a multiple of 8 bytes.</summary>
    public bool IsPadded { get; }

    /// <summary>The key under the content key.</summary>
    public ReadOnlyMemory<byte> Wrapped { get; }

    /// <summary>Puts together what a device made.</summary>
    /// <param name="recipient">Named by its key.</param>
    /// <param name="encapsulated">The KEM's ciphertext.</param>
    /// <param name="wrappedContentKey">40 bytes.</param>
    /// <param name="isPadded">The key is wrapped by RFC 5649.</param>
    /// <param name="wrapped">The key under the content key.</param>
    public static CmsWrappedKey Assemble(
        CmsRecipient recipient, byte[] encapsulated, byte[] wrappedContentKey, bool isPadded, byte[] wrapped)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentNullException.ThrowIfNull(encapsulated);
        ArgumentNullException.ThrowIfNull(wrappedContentKey);
        ArgumentNullException.ThrowIfNull(wrapped);
        if (recipient.KeyIdentifier.IsEmpty)
            throw new ArgumentException("The recipient is not named by its key.", nameof(recipient));
        if (Problem(recipient.Algorithm, encapsulated, wrappedContentKey, wrapped) is { } problem)
            throw new ArgumentException(problem, nameof(encapsulated));

        return new(recipient.Identifier, recipient.Algorithm, encapsulated, wrappedContentKey, isPadded, wrapped);
    }

    /// <summary>Wraps in this process. The caller zeroes the key.</summary>
    public static CmsWrappedKey Wrap(ReadOnlySpan<byte> key, CmsRecipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        byte[] contentKey = new byte[KeySize];
        try
        {
            RandomNumberGenerator.Fill(contentKey);
            (byte[] encapsulated, byte[] wrappedContentKey) = WrapContentKey(contentKey, recipient);
            return Assemble(
                recipient, encapsulated, wrappedContentKey, isPadded: true, AesKeyWrap.WrapPadded(contentKey, key));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>Encapsulates in this process and wraps a content key, which the caller zeroes.</summary>
    public static (byte[] Encapsulated, byte[] WrappedContentKey) WrapContentKey(
        ReadOnlySpan<byte> contentKey, CmsRecipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentOutOfRangeException.ThrowIfNotEqual(contentKey.Length, KeySize, nameof(contentKey));
        using KemKey kem = KemKeys.ImportPublic(recipient.Algorithm, recipient.PublicKey.Key.Span);
        byte[] encapsulated = new byte[recipient.Algorithm.CiphertextSize];
        byte[] secret = new byte[recipient.Algorithm.SharedSecretSize], wrappingKey = new byte[KeySize];
        try
        {
            kem.Encapsulate(encapsulated, secret);
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, wrappingKey, salt: default, KemRecipientInfo.OwnInfo);
            return (encapsulated, AesKeyWrap.Wrap(wrappingKey, contentKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(wrappingKey);
        }
    }

    /// <summary>The content key. The caller zeroes it, and the secret.</summary>
    /// <exception cref="CryptographicException">The secret is another one, or the message was changed.</exception>
    public byte[] OpenContentKey(ReadOnlySpan<byte> sharedSecret)
    {
        byte[] wrappingKey = new byte[KeySize];
        try
        {
            HKDF.DeriveKey(
                HashAlgorithmName.SHA256, sharedSecret, wrappingKey, salt: default, KemRecipientInfo.OwnInfo);
            return AesKeyWrap.Unwrap(wrappingKey, WrappedContentKey.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrappingKey);
        }
    }

    /// <summary>The key, opened in this process. The caller zeroes it.</summary>
    /// <exception cref="CryptographicException">It is for another recipient, or was changed.</exception>
    public byte[] Open(KemKey recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        if (recipient.Algorithm != Algorithm)
        {
            throw new CryptographicException(
                $"CMS: the key is wrapped for a {Algorithm} key, not for a {recipient.Algorithm} key.");
        }

        byte[] secret = new byte[Algorithm.SharedSecretSize];
        try
        {
            recipient.Decapsulate(Encapsulated.Span, secret);
            return OpenWith(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The key, opened with the KEM's secret. The caller zeroes both.</summary>
    /// <exception cref="CryptographicException">The secret is another one, or the message was changed.</exception>
    public byte[] OpenWith(ReadOnlySpan<byte> sharedSecret)
    {
        byte[] contentKey = OpenContentKey(sharedSecret);
        try
        {
            return IsPadded ? AesKeyWrap.UnwrapPadded(contentKey, Wrapped.Span)
                : AesKeyWrap.Unwrap(contentKey, Wrapped.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <returns>DER.</returns>
    public byte[] Encode()
    {
        AsnWriter writer = new(AsnEncodingRules.DER, Encapsulated.Length + Wrapped.Length + 512);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsOids.EnvelopedData);
            using (writer.PushSequence(ExplicitTag))
            using (writer.PushSequence())
            {
                writer.WriteInteger(3); // RFC 5652, section 6.1: a recipient of the form ori
                using (writer.PushSetOf())
                using (writer.PushSequence(OtherRecipientTag))
                {
                    writer.WriteObjectIdentifier(CmsOids.KemRecipient);
                    KemRecipientInfo.Write(
                        writer, _identifier, Algorithm.Oid!, Encapsulated.Span, WrappedContentKey.Span);
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(CmsOids.Data);
                    CmsAlgorithms.WriteIdentifier(writer, IsPadded ? CmsOids.Aes256WrapPad : CmsOids.Aes256Wrap);
                    writer.WriteOctetString(Wrapped.Span, ContentTag);
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>Reads a message, of which nothing has been authenticated yet.</summary>
    /// <exception cref="CryptographicException">Not the DER of such a message.</exception>
    public static CmsWrappedKey Decode(ReadOnlyMemory<byte> message)
    {
        if (message.Length > MaxSize)
            throw new CryptographicException($"CMS: {message.Length} bytes are more than a wrapped key takes.");
        try
        {
            CmsWrappedKey key = Read(CmsAlgorithms.ReadContent(message, CmsOids.EnvelopedData));

            // One key has one spelling: what was written otherwise was not written by a device or by us.
            return key.Encode().AsSpan().SequenceEqual(message.Span) ? key
                : throw new AsnContentException("It is not the DER of the profile in docs/formats/cms.md.");
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("CMS: not a well-formed wrapped key. " + e.Message, e);
        }
    }

    public override string ToString() => $"a key under {Algorithm}, {Wrapped.Length} bytes";

    private static CmsWrappedKey Read(AsnReader reader)
    {
        if (!reader.TryReadInt32(out int version) || version != 3)
            throw new AsnContentException("The version of the EnvelopedData is not 3.");

        AsnReader infos = reader.ReadSetOf();
        AsnReader other = infos.ReadSequence(OtherRecipientTag);
        infos.ThrowIfNotEmpty();
        if (other.ReadObjectIdentifier() != CmsOids.KemRecipient)
            throw new AsnContentException("The recipient has no KEMRecipientInfo.");

        KemRecipientInfo info = KemRecipientInfo.Read(other);
        other.ThrowIfNotEmpty();

        AsnReader content = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        if (content.ReadObjectIdentifier() != CmsOids.Data) throw new AsnContentException("The content is not data.");
        string cipher = CmsAlgorithms.ReadIdentifier(content);
        if (cipher is not (CmsOids.Aes256WrapPad or CmsOids.Aes256Wrap))
            throw new AsnContentException($"The content cipher is {cipher}; expected AES-256 key wrap.");

        byte[] wrapped = content.ReadOctetString(ContentTag);
        content.ThrowIfNotEmpty();

        if (!info.Identifier.IsKeyIdentifier || info.Identifier.KeyIdentifier.IsEmpty)
            throw new AsnContentException("The recipient is not named by its key.");
        if (KeyAlgorithm.All.OfType<KemAlgorithm>().FirstOrDefault(known => known.Oid == info.Kem) is not { } algorithm)
            throw new AsnContentException($"The KEM {info.Kem} is not known.");
        if (Problem(algorithm, info.Ciphertext, info.EncryptedKey, wrapped) is { } problem)
            throw new AsnContentException(problem);

        return new(info.Identifier, algorithm, info.Ciphertext, info.EncryptedKey, cipher == CmsOids.Aes256WrapPad,
            wrapped);
    }

    private static string? Problem(KemAlgorithm algorithm, byte[] encapsulated, byte[] contentKey, byte[] wrapped) =>
        encapsulated.Length != algorithm.CiphertextSize
            ? $"The ciphertext of {algorithm} has {algorithm.CiphertextSize} bytes; found {encapsulated.Length}."
        : contentKey.Length != KeySize + AesKeyWrap.Overhead
            ? $"A wrapped content key has {KeySize + AesKeyWrap.Overhead} bytes; found {contentKey.Length}."
        : wrapped.Length < 16 || wrapped.Length % 8 != 0
            ? $"A wrapped key has 16 bytes or more, a multiple of 8; found {wrapped.Length}."
        : null;
}
