using System.Formats.Asn1;

namespace Qbitel.Cryptography.Cms;

/// <summary>The signed attributes of a signer (RFC 5652, sections 5.3 and 11).</summary>
internal sealed class CmsAttributes
{
    private const int MaxCount = 64;

    private CmsAttributes(byte[] signed, string contentType, byte[] messageDigest, DateTimeOffset? signingTime)
    {
        Signed = signed;
        ContentType = contentType;
        MessageDigest = messageDigest;
        SigningTime = signingTime;
    }

    /// <summary>What is signed: the DER of the SET, not of the [0] that it is stored as.</summary>
    public byte[] Signed { get; }

    public string ContentType { get; }

    public byte[] MessageDigest { get; }

    public DateTimeOffset? SigningTime { get; }

    public static CmsAttributes Make(string contentType, byte[] messageDigest, DateTimeOffset? signingTime)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            Attribute(CmsOids.ContentType, value => value.WriteObjectIdentifier(contentType));
            Attribute(CmsOids.MessageDigest, value => value.WriteOctetString(messageDigest));

            // Section 11.3: two digits of the year until 2049.
            if (signingTime?.UtcDateTime.Year is >= 1950 and < 2050)
            {
                Attribute(CmsOids.SigningTime, value => value.WriteUtcTime(signingTime.Value));
            }
            else if (signingTime is not null)
            {
                Attribute(CmsOids.SigningTime, value =>
                    value.WriteGeneralizedTime(signingTime.Value, omitFractionalSeconds: true));
            }
        }

        return new(writer.Encode(), contentType, messageDigest, signingTime);

        void Attribute(string oid, Action<AsnWriter> write)
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(oid);
                using (writer.PushSetOf()) write(writer);
            }
        }
    }

    /// <param name="stored">Tag, length and content, with any tag.</param>
    public static CmsAttributes Read(ReadOnlyMemory<byte> stored)
    {
        byte[] signed = AsSet(stored);
        AsnReader set = new AsnReader(signed, AsnEncodingRules.BER).ReadSetOf(skipSortOrderValidation: true);
        string? contentType = null;
        byte[]? messageDigest = null;
        DateTimeOffset? signingTime = null;
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (set.HasData)
        {
            AsnReader attribute = set.ReadSequence();
            string oid = attribute.ReadObjectIdentifier();
            if (!seen.Add(oid) || seen.Count > MaxCount)
                throw new AsnContentException("A signed attribute is there twice, or there are too many.");

            AsnReader values = attribute.ReadSetOf(skipSortOrderValidation: true);
            attribute.ThrowIfNotEmpty();
            switch (oid)
            {
                case CmsOids.ContentType:
                    contentType = values.ReadObjectIdentifier();
                    break;
                case CmsOids.MessageDigest:
                    messageDigest = values.ReadOctetString();
                    break;
                case CmsOids.SigningTime:
                    signingTime = values.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime)
                        ? values.ReadUtcTime()
                        : values.ReadGeneralizedTime();
                    break;
                default:
                    continue;
            }

            values.ThrowIfNotEmpty();
        }

        return contentType is not null && messageDigest is not null
            ? new(signed, contentType, messageDigest, signingTime)
            : throw new AsnContentException("The signed attributes lack the content type or the digest.");
    }

    /// <summary>A stored set with the tag that it is signed or authenticated with.</summary>
    public static byte[] AsSet(ReadOnlyMemory<byte> stored)
    {
        const byte indefinite = 0x80, setTag = 0x31;
        byte[] signed = stored.ToArray();
        if (signed.Length < 2 || signed[1] == indefinite)
            throw new AsnContentException("The signed attributes are not DER.");

        signed[0] = setTag;
        return signed;
    }

    /// <summary>Whether a content is itself what a signer of attributes signs.</summary>
    public static bool LookLike(ReadOnlyMemory<byte> content)
    {
        try
        {
            if (content.IsEmpty || content.Span[0] != 0x31) return false;

            Read(content);
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
