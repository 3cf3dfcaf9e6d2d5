using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Cms;

/// <summary>
/// A message with signatures: SignedData (RFC 5652) with ML-DSA (RFC 9882), SLH-DSA (RFC 9814), composite ML-DSA,
/// Ed25519
/// (RFC 8419) or ECDSA.
/// </summary>
/// <remarks>
/// The profile is docs/formats/cms.md. Who a certificate belongs to, and whether it is to be trusted, is not asked
/// here: that is the business of the room above.
/// </remarks>
public sealed class CmsSignedData
{
    private const int MaxSigners = 64;
    private const int MaxCertificates = 256;

    private static readonly Asn1Tag ExplicitTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag CertificatesTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag RevocationsTag = new(TagClass.ContextSpecific, 1, isConstructed: true);

    private CmsSignedData(
        ReadOnlyMemory<byte>? content, IReadOnlyList<ReadOnlyMemory<byte>> certificates,
        IReadOnlyList<CmsSignature> signatures)
    {
        Content = content;
        Certificates = certificates;
        Signatures = signatures;
    }

    /// <summary>Null where the message is detached from its content.</summary>
    public ReadOnlyMemory<byte>? Content { get; }

    /// <summary>As found, unverified and in no order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; }

    public IReadOnlyList<CmsSignature> Signatures { get; }

    /// <returns>DER.</returns>
    /// <param name="content">What is signed.</param>
    /// <param name="signers">1 to 64.</param>
    /// <param name="isDetached">Leaves the content out of the message.</param>
    /// <param name="certificates">Further ones to put in, such as those of the authorities.</param>
    /// <param name="cancellationToken">For the signers.</param>
    public static async Task<byte[]> SignAsync(
        ReadOnlyMemory<byte> content, IReadOnlyList<CmsSigner> signers, bool isDetached = false,
        IEnumerable<ReadOnlyMemory<byte>>? certificates = null, CancellationToken cancellationToken = default)
    {
        Require(signers);
        List<byte[]> infos = [];
        foreach (CmsSigner signer in signers)
        {
            byte[]? digest = signer.HasSignedAttributes ? signer.Digest.Of(content.Span) : null;
            if (digest is null && CmsAttributes.LookLike(content))
            {
                throw new CryptographicException(
                    "CMS: the content is itself an encoding of signed attributes; sign it with signed attributes.");
            }

            infos.Add(await CmsSignature.MakeAsync(signer, digest, content, cancellationToken).ConfigureAwait(false));
        }

        return Write(isDetached ? (ReadOnlyMemory<byte>?)null : content, signers, infos, certificates);
    }

    /// <summary>A detached message for a content of any size, which is read to its end.</summary>
    /// <exception cref="ArgumentException">A signer wants no signed attributes, which hold the digest.</exception>
    public static async Task<byte[]> SignDetachedAsync(
        Stream content, IReadOnlyList<CmsSigner> signers, IEnumerable<ReadOnlyMemory<byte>>? certificates = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        RequireAttributes(signers);
        Dictionary<CmsDigest, byte[]> digests = await CmsContent.DigestAsync(
            content, signers.Select(signer => signer.Digest), copy: null, cancellationToken).ConfigureAwait(false);
        List<byte[]> infos = await MakeAsync(signers, digests, cancellationToken).ConfigureAwait(false);
        return Write(content: null, signers, infos, certificates);
    }

    /// <summary>
    /// A message with a content of any size inside, written as it passes: BER with indefinite lengths.
    /// </summary>
    /// <remarks>On failure what was written is no message.</remarks>
    /// <exception cref="ArgumentException">A signer wants no signed attributes, which hold the digest.</exception>
    public static async Task SignAsync(
        Stream content, Stream destination, IReadOnlyList<CmsSigner> signers,
        IEnumerable<ReadOnlyMemory<byte>>? certificates = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(destination);
        RequireAttributes(signers);

        // ContentInfo, its [0], SignedData; then the encapsulated content, its [0] and an octet string of pieces.
        byte[] head =
        [
            0x30, 0x80, .. Encoded(writer => writer.WriteObjectIdentifier(CmsOids.SignedData)), 0xA0, 0x80, 0x30, 0x80,
            .. Encoded(writer => WriteHead(writer, signers)),
            0x30, 0x80, .. Encoded(writer => writer.WriteObjectIdentifier(CmsOids.Data)), 0xA0, 0x80, 0x24, 0x80,
        ];
        await destination.WriteAsync(head, cancellationToken).ConfigureAwait(false);
        byte[] pieceHead = [0x04, 0x84, 0, 0, 0, 0];
        Dictionary<CmsDigest, byte[]> digests = await CmsContent.DigestAsync(
            content, signers.Select(signer => signer.Digest), Copy, cancellationToken).ConfigureAwait(false);
        List<byte[]> infos = await MakeAsync(signers, digests, cancellationToken).ConfigureAwait(false);
        byte[] tail =
        [
            0, 0, 0, 0, 0, 0, .. Encoded(writer => WriteTail(writer, signers, infos, certificates)), 0, 0, 0, 0, 0, 0,
        ];
        await destination.WriteAsync(tail, cancellationToken).ConfigureAwait(false);

        async ValueTask Copy(ReadOnlyMemory<byte> piece)
        {
            BinaryPrimitives.WriteInt32BigEndian(pieceHead.AsSpan(2), piece.Length);
            await destination.WriteAsync(pieceHead, cancellationToken).ConfigureAwait(false);
            await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads a message, of which nothing has been verified yet.</summary>
    /// <param name="message">BER or DER, also with indefinite lengths as streaming writers make it.</param>
    /// <exception cref="CryptographicException">Not such a message.</exception>
    public static CmsSignedData Decode(ReadOnlyMemory<byte> message)
    {
        try
        {
            return Read(CmsAlgorithms.ReadContent(message, CmsOids.SignedData));
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("CMS: not a well-formed SignedData. " + e.Message, e);
        }
    }

    /// <summary>The certificate in the message that a signer names; null where there is none.</summary>
    public ReadOnlyMemory<byte>? CertificateOf(CmsSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        foreach (ReadOnlyMemory<byte> certificate in Certificates)
        {
            try
            {
                if (signature.Names(certificate.Span)) return certificate;
            }
            catch (CryptographicException)
            {
                // A certificate that nobody can read names nobody.
            }
        }

        return null;
    }

    private static CmsSignedData Read(AsnReader reader)
    {
        if (!reader.TryReadInt32(out int version) || version is < 1 or > 5)
            throw new AsnContentException("The version of a SignedData is not 1 to 5.");

        reader.ReadSetOf(skipSortOrderValidation: true); // digest algorithms: each signer names its own
        AsnReader encapsulated = reader.ReadSequence();
        string contentType = encapsulated.ReadObjectIdentifier();
        ReadOnlyMemory<byte>? content = null;
        if (encapsulated.HasData)
        {
            AsnReader explicitTag = encapsulated.ReadSequence(ExplicitTag);
            content = explicitTag.ReadOctetString();
            explicitTag.ThrowIfNotEmpty();
        }

        encapsulated.ThrowIfNotEmpty();
        List<ReadOnlyMemory<byte>> certificates = [];
        if (reader.PeekTag().HasSameClassAndValue(CertificatesTag))
        {
            AsnReader set = reader.ReadSetOf(skipSortOrderValidation: true, CertificatesTag);
            while (set.HasData)
            {
                bool isCertificate = set.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence);
                ReadOnlyMemory<byte> value = set.ReadEncodedValue();
                if (isCertificate) certificates.Add(value);
                if (certificates.Count > MaxCertificates)
                    throw new AsnContentException($"There are more than {MaxCertificates} certificates.");
            }
        }

        if (reader.PeekTag().HasSameClassAndValue(RevocationsTag)) reader.ReadEncodedValue();
        List<CmsSignature> signatures = [];
        AsnReader infos = reader.ReadSetOf(skipSortOrderValidation: true);
        while (infos.HasData)
        {
            if (signatures.Count == MaxSigners)
            {
                throw new AsnContentException(
                    $"There are more than {MaxSigners} signers.");
            }

            signatures.Add(CmsSignature.Read(infos, contentType));
        }

        reader.ThrowIfNotEmpty();
        return new(content, certificates, signatures);
    }

    private static async Task<List<byte[]>> MakeAsync(
        IReadOnlyList<CmsSigner> signers, Dictionary<CmsDigest, byte[]> digests, CancellationToken cancellationToken)
    {
        List<byte[]> infos = [];
        foreach (CmsSigner signer in signers)
        {
            infos.Add(await CmsSignature.MakeAsync(
                signer, digests[signer.Digest], default, cancellationToken).ConfigureAwait(false));
        }

        return infos;
    }

    private static byte[] Write(
        ReadOnlyMemory<byte>? content, IReadOnlyList<CmsSigner> signers, List<byte[]> infos,
        IEnumerable<ReadOnlyMemory<byte>>? certificates) => Encoded(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsOids.SignedData);
            using (writer.PushSequence(ExplicitTag))
            using (writer.PushSequence())
            {
                WriteHead(writer, signers);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(CmsOids.Data);
                    if (content is not null)
                    {
                        using (writer.PushSequence(ExplicitTag)) writer.WriteOctetString(content.Value.Span);
                    }
                }

                WriteTail(writer, signers, infos, certificates);
            }
        }
    });

    private static void WriteHead(AsnWriter writer, IReadOnlyList<CmsSigner> signers)
    {
        writer.WriteInteger(signers.Any(signer => signer.Identifier.IsKeyIdentifier) ? 3 : 1);
        using (writer.PushSetOf())
        {
            foreach (CmsDigest digest in signers.Select(signer => signer.Digest).Distinct())
                CmsAlgorithms.WriteIdentifier(writer, digest.Oid);
        }
    }

    private static void WriteTail(
        AsnWriter writer, IReadOnlyList<CmsSigner> signers, List<byte[]> infos,
        IEnumerable<ReadOnlyMemory<byte>>? certificates)
    {
        List<byte[]> all = [];
        IEnumerable<ReadOnlyMemory<byte>> own = signers.Select(signer => signer.Certificate);
        foreach (ReadOnlyMemory<byte> certificate in own.Concat(certificates ?? []))
        {
            if (!certificate.IsEmpty && !all.Exists(known => known.AsSpan().SequenceEqual(certificate.Span)))
                all.Add(certificate.ToArray());
        }

        if (all.Count > 0)
        {
            using (writer.PushSetOf(CertificatesTag))
            {
                foreach (byte[] certificate in all) writer.WriteEncodedValue(certificate);
            }
        }

        using (writer.PushSetOf())
        {
            foreach (byte[] info in infos) writer.WriteEncodedValue(info);
        }
    }

    private static byte[] Encoded(Action<AsnWriter> write)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    private static void RequireAttributes(IReadOnlyList<CmsSigner> signers)
    {
        Require(signers);
        if (signers.Any(signer => !signer.HasSignedAttributes))
        {
            throw new ArgumentException("A signer of a stream needs signed attributes, which hold its digest.",
                nameof(signers));
        }
    }

    private static void Require(IReadOnlyList<CmsSigner> signers)
    {
        ArgumentNullException.ThrowIfNull(signers);
        if (signers.Count is 0 or > MaxSigners)
            throw new ArgumentException($"A message has 1 to {MaxSigners} signers.", nameof(signers));
    }
}
