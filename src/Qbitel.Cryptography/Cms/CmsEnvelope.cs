using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Encodings;

namespace Qbitel.Cryptography.Cms;

/// <summary>
/// A message encrypted to the holders of KEM keys: AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084) and a
/// KEMRecipientInfo each (RFC 9629, RFC 9936).
/// </summary>
/// <remarks>
/// <para>Each recipient alone can open it. The sender is not authenticated. The profile is docs/formats/cms.md.</para>
/// <para>AES-GCM has its tag at the end, so a message is held in memory as a whole: for larger files use
/// <see cref="Envelopes.SealedFile"/>.</para>
/// </remarks>
public sealed class CmsEnvelope
{
    private const int MaxRecipients = 256;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int KeySize = 32;

    private static readonly Asn1Tag OriginatorTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag OtherRecipientTag = new(TagClass.ContextSpecific, 4, isConstructed: true);
    private static readonly Asn1Tag ContentTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag AttributesTag = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag UnauthenticatedTag = new(TagClass.ContextSpecific, 2, isConstructed: true);

    private readonly IReadOnlyList<KemRecipientInfo> _recipients;
    private readonly byte[] _nonce;
    private readonly byte[] _ciphertext;
    private readonly byte[] _tag;
    private readonly byte[] _attributes; // as they are authenticated: DER of the SET

    private CmsEnvelope(
        List<KemRecipientInfo> recipients, byte[] nonce, byte[] ciphertext, byte[] tag, byte[] attributes,
        int otherRecipients)
    {
        _recipients = recipients;
        _nonce = nonce;
        _ciphertext = ciphertext;
        _tag = tag;
        _attributes = attributes;
        OtherRecipients = otherRecipients;
    }

    /// <summary>The KEMs of the recipients: their names, or object identifiers where we do not know them.</summary>
    public IReadOnlyList<string> RecipientAlgorithms =>
        [.. _recipients.Select(
            info => KeyAlgorithm.All.FirstOrDefault(known => known.Oid == info.Kem)?.Name ?? info.Kem)];

    /// <summary>How many recipients have another way to the content key than a KEM, which we do not go.</summary>
    public int OtherRecipients { get; }

    /// <returns>DER.</returns>
    /// <exception cref="ArgumentException">No recipient, or more than 256.</exception>
    public static byte[] Encrypt(ReadOnlySpan<byte> content, IReadOnlyCollection<CmsRecipient> recipients)
    {
        ArgumentNullException.ThrowIfNull(recipients);
        if (recipients.Count is 0 or > MaxRecipients)
            throw new ArgumentException($"A message has 1 to {MaxRecipients} recipients.", nameof(recipients));

        byte[] key = RandomNumberGenerator.GetBytes(KeySize), nonce = RandomNumberGenerator.GetBytes(NonceSize);
        byte[] ciphertext = new byte[content.Length], tag = new byte[TagSize];
        try
        {
            using AesGcm cipher = new(key, TagSize);
            cipher.Encrypt(nonce, content, ciphertext, tag);

            AsnWriter writer = new(AsnEncodingRules.DER, content.Length + (recipients.Count * 2048) + 1024);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(CmsOids.AuthEnvelopedData);
                using (writer.PushSequence(OriginatorTag)) // the explicit tag of ContentInfo, [0] as well
                using (writer.PushSequence())
                {
                    writer.WriteInteger(0);
                    using (writer.PushSetOf())
                    {
                        foreach (CmsRecipient recipient in recipients)
                        {
                            using (writer.PushSequence(OtherRecipientTag))
                            {
                                writer.WriteObjectIdentifier(CmsOids.KemRecipient);
                                KemRecipientInfo.Write(writer, recipient, key);
                            }
                        }
                    }

                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(CmsOids.Data);
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(CmsOids.Aes256Gcm);
                            using (writer.PushSequence())
                            {
                                writer.WriteOctetString(nonce);
                                writer.WriteInteger(TagSize);
                            }
                        }

                        writer.WriteOctetString(ciphertext, ContentTag);
                    }

                    writer.WriteOctetString(tag);
                }
            }

            return writer.Encode();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Reads a message, of which nothing has been authenticated yet.</summary>
    /// <param name="message">BER or DER, also with indefinite lengths as streaming writers make it.</param>
    /// <exception cref="CryptographicException">
    /// Not such a message, or one with another cipher than AES-256-GCM.
    /// </exception>
    public static CmsEnvelope Decode(ReadOnlyMemory<byte> message)
    {
        try
        {
            return Read(CmsAlgorithms.ReadContent(message, CmsOids.AuthEnvelopedData));
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("CMS: not a well-formed AuthEnvelopedData. " + e.Message, e);
        }
    }

    /// <summary>Decrypts with a key in this process. The caller zeroes the content where it is secret.</summary>
    /// <param name="key">A recipient's.</param>
    /// <param name="certificate">
    /// Finds the key's part of the message; without it all parts for the key's algorithm are tried.
    /// </param>
    /// <exception cref="CryptographicException">
    /// The message is not for this key, or was changed; the message of the exception does not say which.
    /// </exception>
    public byte[] Decrypt(KemKey key, ReadOnlySpan<byte> certificate = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        foreach (KemRecipientInfo info in CandidatesFor(key.Algorithm, certificate))
        {
            byte[] secret = new byte[key.Algorithm.SharedSecretSize];
            try
            {
                key.Decapsulate(info.Ciphertext, secret);
                if (TryDecrypt(info, secret, out byte[] content)) return content;
            }
            catch (CryptographicException) when (key.HasPrivateKey)
            {
                // A classical half that is no valid point: not ours, like any other.
            }
            finally
            {
                CryptographicOperations.ZeroMemory(secret);
            }
        }

        throw Refused();
    }

    /// <summary>
    /// Decrypts with a key only <paramref name="decapsulate"/> can reach: in a token, a device, a cloud. It gets the
    /// KEM's ciphertext and returns the shared secret, which is zeroed here.
    /// </summary>
    /// <inheritdoc cref="Decrypt(KemKey, ReadOnlySpan{byte})"/>
    public async ValueTask<byte[]> DecryptAsync(
        KemAlgorithm algorithm, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<byte[]>> decapsulate,
        ReadOnlyMemory<byte> certificate = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(decapsulate);
        foreach (KemRecipientInfo info in CandidatesFor(algorithm, certificate.Span))
        {
            byte[] secret = await decapsulate(info.Ciphertext, cancellationToken).ConfigureAwait(false);
            bool decrypted = TryDecrypt(info, secret, out byte[] content);
            CryptographicOperations.ZeroMemory(secret);
            if (decrypted) return content;
        }

        throw Refused();
    }

    private static CmsEnvelope Read(AsnReader reader)
    {
        if (!reader.TryReadInt32(out int version) || version != 0)
            throw new AsnContentException("The version of an AuthEnvelopedData is not 0.");

        if (reader.PeekTag().HasSameClassAndValue(OriginatorTag)) reader.ReadEncodedValue();

        List<KemRecipientInfo> recipients = [];
        int others = 0;
        AsnReader infos = reader.ReadSetOf(skipSortOrderValidation: true);
        while (infos.HasData)
        {
            if (recipients.Count + others == MaxRecipients)
                throw new CryptographicException($"CMS: the message has more than {MaxRecipients} recipients.");

            if (!infos.PeekTag().HasSameClassAndValue(OtherRecipientTag))
            {
                infos.ReadEncodedValue();
                others++;
                continue;
            }

            AsnReader other = infos.ReadSequence(OtherRecipientTag);
            if (other.ReadObjectIdentifier() == CmsOids.KemRecipient)
            {
                recipients.Add(KemRecipientInfo.Read(other));
                other.ThrowIfNotEmpty();
            }
            else
            {
                others++;
            }
        }

        AsnReader content = reader.ReadSequence();
        content.ReadObjectIdentifier(); // the type of what is inside
        AsnReader cipher = content.ReadSequence();
        string oid = cipher.ReadObjectIdentifier();
        if (oid != CmsOids.Aes256Gcm)
        {
            throw new CryptographicException(
                $"CMS: the content cipher is {oid}; expected AES-256-GCM ({CmsOids.Aes256Gcm}).");
        }

        AsnReader parameters = cipher.ReadSequence();
        cipher.ThrowIfNotEmpty();
        byte[] nonce = parameters.ReadOctetString();
        int tagSize = 12; // the default of RFC 5084, section 3.2
        if (parameters.HasData && !parameters.TryReadInt32(out tagSize))
            throw new AsnContentException("The size of the tag is out of range.");

        parameters.ThrowIfNotEmpty();
        byte[] ciphertext = content.ReadOctetString(ContentTag);
        content.ThrowIfNotEmpty();

        byte[] attributes = [];
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(AttributesTag))
            attributes = CmsAttributes.AsSet(reader.ReadEncodedValue());

        byte[] tag = reader.ReadOctetString();
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(UnauthenticatedTag)) reader.ReadEncodedValue();
        reader.ThrowIfNotEmpty();
        return nonce.Length == NonceSize && tagSize is >= 12 and <= TagSize && tag.Length == tagSize
            ? new(recipients, nonce, ciphertext, tag, attributes, others)
            : throw new AsnContentException(
                "The nonce has not 12 bytes, or the tag not 12 to 16 as its parameter says.");
    }

    private List<KemRecipientInfo> CandidatesFor(KemAlgorithm algorithm, ReadOnlySpan<byte> certificate)
    {
        CertificateFields? fields = certificate.IsEmpty ? null : CertificateFields.Decode(certificate);
        List<KemRecipientInfo> found =
        [
            .. _recipients.Where(info => info.Kem == algorithm.Oid && info.Ciphertext.Length == algorithm.CiphertextSize
                && (fields is null || info.Identifier.Names(fields))),
        ];
        if (found.Count > 0) return found;

        string whose = fields is null ? "" : " of this certificate";
        string others = OtherRecipients > 0 ? $", {OtherRecipients} without a KEM." : ".";
        throw new CryptographicException(
            $"CMS: the message has no recipient with {algorithm}{whose}. It has: "
            + string.Join(", ", RecipientAlgorithms.Take(8)) + others);
    }

    private bool TryDecrypt(KemRecipientInfo info, ReadOnlySpan<byte> secret, out byte[] content)
    {
        content = new byte[_ciphertext.Length];
        byte[]? key = info.Unwrap(secret);
        if (key is null) return false;

        try
        {
            if (key.Length != KeySize) return false;

            using AesGcm cipher = new(key, _tag.Length);
            cipher.Decrypt(_nonce, _ciphertext, _tag, content, _attributes);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false; // which has zeroed the content
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static CryptographicException Refused() =>
        new("CMS: the message does not open: it is not for this key, or it was changed.");
}
