using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Encodings;

namespace Qbitel.Cryptography.Cms;

/// <summary>One signer's part of a message: the SignerInfo of RFC 5652, section 5.3.</summary>
public sealed class CmsSignature
{
    private static readonly Asn1Tag SignedAttributesTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag UnsignedAttributesTag = new(TagClass.ContextSpecific, 1, isConstructed: true);

    private readonly CmsIdentifier _identifier;
    private readonly string _digestOid;
    private readonly string _signatureOid;
    private readonly CmsAttributes? _attributes;
    private readonly byte[] _signature;
    private readonly string _contentType;

    private CmsSignature(
        CmsIdentifier identifier, string digestOid, string signatureOid, CmsAttributes? attributes, byte[] signature,
        string contentType)
    {
        _identifier = identifier;
        _digestOid = digestOid;
        _signatureOid = signatureOid;
        _attributes = attributes;
        _signature = signature;
        _contentType = contentType;
    }

    /// <summary>Null where we do not know it; then nothing verifies.</summary>
    public SignatureAlgorithm? Algorithm => SignatureAlgorithm.All.FirstOrDefault(known => known.Oid == _signatureOid);

    /// <summary>Null where we do not know it; then nothing verifies.</summary>
    public CmsDigest? Digest => CmsDigest.All.FirstOrDefault(known => known.Oid == _digestOid);

    public bool HasSignedAttributes => _attributes is not null;

    /// <summary>What the signer said; true only if the signature verifies, and even then no proof.</summary>
    public DateTimeOffset? SigningTime => _attributes?.SigningTime;

    /// <summary>Whether the signer is the holder of this certificate, as the message says.</summary>
    /// <exception cref="CryptographicException">Not the DER of a certificate.</exception>
    public bool Names(ReadOnlySpan<byte> certificate) => _identifier.Names(CertificateFields.Decode(certificate));

    /// <summary>
    /// True only for a signature by this key over this content; false for anything else, whatever the cause.
    /// </summary>
    /// <remarks>
    /// False too where the digest is weaker than the algorithm (RFC 9882), and where a content signed without
    /// attributes is itself an encoding of attributes: such a signature may have been made of another message.
    /// </remarks>
    public bool Verify(SignatureKey key, ReadOnlyMemory<byte> content)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsOf(key, out CmsDigest? digest)) return false;

        return _attributes is null
            ? !CmsAttributes.LookLike(content) && key.Verify(content.Span, _signature)
            : Verify(key, digest.Of(content.Span));
    }

    /// <summary>
    /// As for a content in memory, of any size; only with signed attributes, which hold a digest of it.
    /// </summary>
    /// <exception cref="CryptographicException">
    /// The signature is over the content itself, which must be in memory.
    /// </exception>
    /// <inheritdoc cref="Verify(SignatureKey, ReadOnlyMemory{byte})" path="/remarks"/>
    public async Task<bool> VerifyAsync(SignatureKey key, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(content);
        if (_attributes is null)
        {
            throw new CryptographicException(
                "CMS: the signature has no signed attributes, so it is over the whole content: give that in memory.");
        }

        if (!IsOf(key, out CmsDigest? digest)) return false;

        Dictionary<CmsDigest, byte[]> values = await CmsContent.DigestAsync(
            content, [digest], copy: null, cancellationToken).ConfigureAwait(false);
        return Verify(key, values[digest]);
    }

    internal static CmsSignature Read(AsnReader outer, string contentType)
    {
        AsnReader reader = outer.ReadSequence();
        if (!reader.TryReadInt32(out int version)) throw new AsnContentException("A signer's version is out of range.");

        CmsIdentifier identifier = CmsIdentifier.Read(reader);
        if (version != (identifier.IsKeyIdentifier ? 3 : 1))
            throw new AsnContentException("A signer's version does not fit the way it is named.");

        string digest = CmsAlgorithms.ReadIdentifier(reader);
        CmsAttributes? attributes = reader.PeekTag().HasSameClassAndValue(SignedAttributesTag)
            ? CmsAttributes.Read(reader.ReadEncodedValue())
            : null;
        string algorithm = CmsAlgorithms.ReadIdentifier(reader);
        byte[] signature = reader.ReadOctetString();
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(UnsignedAttributesTag)) reader.ReadEncodedValue();
        reader.ThrowIfNotEmpty();
        if (attributes is null && contentType != CmsOids.Data)
            throw new AsnContentException("A signer of another content than data has no signed attributes.");

        return new(identifier, digest, algorithm, attributes, signature, contentType);
    }

    /// <param name="signer">Who signs.</param>
    /// <param name="digest">Of the content; null where there are no attributes.</param>
    /// <param name="content">Empty where there are attributes.</param>
    /// <param name="cancellationToken">For the signer.</param>
    internal static async ValueTask<byte[]> MakeAsync(
        CmsSigner signer, byte[]? digest, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        CmsAttributes? attributes = digest is null
            ? null
            : CmsAttributes.Make(CmsOids.Data, digest, signer.SigningTime);
        byte[] signature = await signer.Signer.SignAsync(
            attributes?.Signed ?? content, default, cancellationToken).ConfigureAwait(false);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(signer.Identifier.IsKeyIdentifier ? 3 : 1);
            signer.Identifier.Write(writer);
            CmsAlgorithms.WriteIdentifier(writer, signer.Digest.Oid);
            if (attributes is not null)
            {
                byte[] stored = [.. attributes.Signed];
                stored[0] = 0xA0;
                writer.WriteEncodedValue(stored);
            }

            CmsAlgorithms.WriteIdentifier(writer, signer.Signer.Algorithm.Oid!);
            writer.WriteOctetString(signature);
        }

        return writer.Encode();
    }

    private bool IsOf(SignatureKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CmsDigest? digest)
    {
        digest = Digest;
        return key.Algorithm == Algorithm && digest is not null
            && (_attributes is null || digest.IsSuitableFor(key.Algorithm));
    }

    private bool Verify(SignatureKey key, byte[] digest) =>
        _attributes!.ContentType == _contentType
        && CryptographicOperations.FixedTimeEquals(_attributes.MessageDigest, digest)
        && key.Verify(_attributes.Signed, _signature);
}
