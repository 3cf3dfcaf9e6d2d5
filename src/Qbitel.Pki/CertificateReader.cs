using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Qbitel.Pki;

/// <summary>
/// RFC 5280, section 4.1, by the letter: DER only, version 3 only, every field in its range, no extension twice.
/// </summary>
internal static class CertificateReader
{
    private const int MaxSerialSize = 20; // section 4.1.2.2
    private const int MaxExtensions = 64;
    private const int MaxNames = 1_000;

    private static readonly Asn1Tag Explicit0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Explicit3 = new(TagClass.ContextSpecific, 3, isConstructed: true);

    public static bool TryRead(
        ReadOnlyMemory<byte> der, [NotNullWhen(true)] out Certificate? certificate,
        [NotNullWhen(false)] out Objection? objection)
    {
        (certificate, objection) = (null, null);
        if (der.Length > Certificate.MaxSize)
        {
            objection = new Objection(
                "certificate", $"{der.Length} bytes are more than the {Certificate.MaxSize} we read");
            return false;
        }

        string field = "certificate";
        try
        {
            certificate = Read(der, ref field);
            return true;
        }
        catch (AsnContentException e)
        {
            objection = new Objection(field, e.Message);
            return false;
        }
    }

    /// <summary>GeneralNames of a subject alternative name.</summary>
    public static SubjectNames ReadNames(ReadOnlyMemory<byte> value)
    {
        List<string> dns = [];
        List<IPAddress> addresses = [];
        int others = 0;
        AsnReader names = Sequence(value);
        if (!names.HasData) throw new AsnContentException("A list of names is empty.");
        while (names.HasData)
        {
            if (dns.Count + addresses.Count + others == MaxNames)
                throw new AsnContentException($"More than {MaxNames} names.");

            Asn1Tag tag = names.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue > 8)
                throw new AsnContentException("A name of no known kind.");
            if (tag.TagValue == 2)
            {
                dns.Add(
                    names.ReadCharacterString(UniversalTagNumber.IA5String, new Asn1Tag(TagClass.ContextSpecific, 2)));
            }
            else if (tag.TagValue == 7)
            {
                byte[] address = names.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 7));
                if (address.Length is not (4 or 16))
                    throw new AsnContentException($"An address of {address.Length} bytes.");
                addresses.Add(new IPAddress(address));
            }
            else
            {
                names.ReadEncodedValue();
                others++;
            }
        }

        return new SubjectNames(dns, addresses, others);
    }

    /// <summary>SEQUENCE OF Extension, none twice.</summary>
    public static List<CertificateExtension> ReadExtensions(AsnReader reader, ref string field)
    {
        string list = field;
        List<CertificateExtension> extensions = [];
        if (!reader.HasData) throw new AsnContentException("The list of extensions is empty.");
        while (reader.HasData)
        {
            field = $"{list}[{extensions.Count}]";
            if (extensions.Count == MaxExtensions)
                throw new AsnContentException($"More than {MaxExtensions} extensions.");

            AsnReader extension = reader.ReadSequence();
            string oid = extension.ReadObjectIdentifier();
            bool critical = false;
            if (extension.PeekTag() == Asn1Tag.Boolean)
            {
                critical = extension.ReadBoolean();
                if (!critical) throw new AsnContentException("A default value is written, which DER forbids.");
            }

            byte[] value = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (extensions.Exists(known => known.Oid == oid))
                throw new AsnContentException($"The extension {oid} occurs twice.");
            extensions.Add(new CertificateExtension(oid, critical, value));
        }

        field = list;
        return extensions;
    }

    private static Certificate Read(ReadOnlyMemory<byte> der, ref string field)
    {
        AsnReader outer = new(der, AsnEncodingRules.DER);
        AsnReader certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();

        ReadOnlyMemory<byte> signedPart = certificate.PeekEncodedValue();
        AsnReader tbs = certificate.ReadSequence();
        field = "signatureAlgorithm";
        ReadOnlyMemory<byte> outerAlgorithm = certificate.PeekEncodedValue();
        string algorithmOid = certificate.ReadSequence().ReadObjectIdentifier();
        field = "signatureValue";
        ReadOnlyMemory<byte> signature = WholeBytes(certificate);
        certificate.ThrowIfNotEmpty();

        field = "tbsCertificate.version";
        AsnReader version = tbs.ReadSequence(Explicit0);
        if (!version.TryReadInt32(out int number) || number != 2) throw new AsnContentException("Not version 3.");
        version.ThrowIfNotEmpty();

        field = "tbsCertificate.serialNumber";
        ReadOnlyMemory<byte> serial = tbs.ReadIntegerBytes();
        bool positive = (serial.Span[0] & 0x80) == 0 && serial.Span.ContainsAnyExcept((byte)0);
        if (!positive || serial.Length > MaxSerialSize)
            throw new AsnContentException("Not a positive number of at most 20 bytes.");

        field = "tbsCertificate.signature";
        if (!tbs.ReadEncodedValue().Span.SequenceEqual(outerAlgorithm.Span))
        {
            throw new AsnContentException(
                "The signature algorithm inside the signed part is another one than outside.");
        }

        field = "tbsCertificate.issuer";
        ReadOnlyMemory<byte> issuer = Name(tbs);
        if (issuer.Length == 2) throw new AsnContentException("The issuer has no name.");

        field = "tbsCertificate.validity";
        AsnReader validity = tbs.ReadSequence();
        DateTimeOffset notBefore = Time(validity);
        DateTimeOffset notAfter = Time(validity);
        validity.ThrowIfNotEmpty();
        if (notAfter < notBefore) throw new AsnContentException("It ends before it begins.");

        field = "tbsCertificate.subject";
        ReadOnlyMemory<byte> subject = Name(tbs);

        field = "tbsCertificate.subjectPublicKeyInfo";
        ReadOnlyMemory<byte> key = tbs.PeekEncodedValue();
        AsnReader keyReader = tbs.ReadSequence();
        keyReader.ReadSequence().ReadObjectIdentifier();
        WholeBytes(keyReader);
        keyReader.ThrowIfNotEmpty();

        field = "tbsCertificate.extensions";
        AsnReader tagged = tbs.ReadSequence(Explicit3);
        tbs.ThrowIfNotEmpty();
        List<CertificateExtension> extensions = ReadExtensions(tagged.ReadSequence(), ref field);
        tagged.ThrowIfNotEmpty();

        (bool isAuthority, int? pathLength) = (false, null);
        X509KeyUsageFlags? usage = null;
        List<string>? purposes = null;
        SubjectNames names = SubjectNames.None;
        (byte[] ownKey, byte[] issuerKey) = ([], []);
        for (int i = 0; i < extensions.Count; i++)
        {
            field = $"tbsCertificate.extensions[{i}]";
            ReadOnlyMemory<byte> value = extensions[i].Value;
            switch (extensions[i].Oid)
            {
                case Oids.BasicConstraints: (isAuthority, pathLength) = BasicConstraints(value); break;
                case Oids.KeyUsage: usage = Usage(value); break;
                case Oids.ExtendedKeyUsage: purposes = Purposes(value); break;
                case Oids.SubjectAltName: names = ReadNames(value); break;
                case Oids.SubjectKeyIdentifier: ownKey = OctetString(value); break;
                case Oids.AuthorityKeyIdentifier: issuerKey = AuthorityKey(value); break;
                default: break;
            }
        }

        field = "tbsCertificate.subject";
        if (subject.Length == 2 && names.Count == 0) throw new AsnContentException("No name at all.");

        return new Certificate
        {
            Der = der,
            SignedPart = signedPart,
            SignatureAlgorithm = outerAlgorithm,
            SignatureAlgorithmOid = algorithmOid,
            Signature = signature,
            SerialNumber = Convert.ToHexString(serial.Span.TrimStart((byte)0)),
            IssuerName = issuer,
            SubjectName = subject,
            NotBefore = notBefore,
            NotAfter = notAfter,
            SubjectPublicKeyInfo = key,
            Extensions = extensions,
            IsAuthority = isAuthority,
            PathLength = pathLength,
            KeyUsage = usage,
            ExtendedKeyUsage = purposes,
            Names = names,
            SubjectKeyIdentifier = ownKey,
            AuthorityKeyIdentifier = issuerKey,
        };
    }

    // Section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050, both to the second.
    private static DateTimeOffset Time(AsnReader reader)
    {
        if (reader.PeekTag() == Asn1Tag.UtcTime) return reader.ReadUtcTime(twoDigitYearMax: 2049);

        if (reader.PeekContentBytes().Length != 15)
            throw new AsnContentException("A time is not written to the second.");
        DateTimeOffset time = reader.ReadGeneralizedTime();
        return time.Year >= 2050
            ? time : throw new AsnContentException("A time before 2050 is written as GeneralizedTime.");
    }

    private static ReadOnlyMemory<byte> Name(AsnReader reader)
    {
        ReadOnlyMemory<byte> name = reader.PeekEncodedValue();
        AsnReader parts = reader.ReadSequence();
        while (parts.HasData)
        {
            AsnReader part = parts.ReadSetOf();
            if (!part.HasData) throw new AsnContentException("A part of a name is empty.");
            while (part.HasData)
            {
                AsnReader attribute = part.ReadSequence();
                attribute.ReadObjectIdentifier();
                attribute.ReadEncodedValue();
                attribute.ThrowIfNotEmpty();
            }
        }

        return name;
    }

    private static (bool IsAuthority, int? PathLength) BasicConstraints(ReadOnlyMemory<byte> value)
    {
        AsnReader reader = Sequence(value);
        bool isAuthority = false;
        if (reader.HasData && reader.PeekTag() == Asn1Tag.Boolean)
        {
            isAuthority = reader.ReadBoolean();
            if (!isAuthority) throw new AsnContentException("A default value is written, which DER forbids.");
        }

        if (!reader.HasData) return (isAuthority, null);
        if (!isAuthority || !reader.TryReadInt32(out int length) || length < 0)
            throw new AsnContentException("A path length that cannot be.");
        reader.ThrowIfNotEmpty();
        return (true, length);
    }

    private static X509KeyUsageFlags Usage(ReadOnlyMemory<byte> value)
    {
        AsnReader reader = new(value, AsnEncodingRules.DER);
        if (!reader.TryReadPrimitiveBitString(
            out int unused, out ReadOnlyMemory<byte> bits) || bits.Length is not (1 or 2))
        {
            throw new AsnContentException("Not a list of 1 to 9 usages.");
        }

        reader.ThrowIfNotEmpty();
        if ((bits.Span[^1] >> unused & 1) == 0)
            throw new AsnContentException("The last bit of a list is 0, which DER forbids.");
        return (X509KeyUsageFlags)(bits.Span[0] | (bits.Length == 2 ? bits.Span[1] << 8 : 0));
    }

    private static List<string> Purposes(ReadOnlyMemory<byte> value)
    {
        AsnReader reader = Sequence(value);
        List<string> purposes = [];
        if (!reader.HasData) throw new AsnContentException("The list of purposes is empty.");
        while (reader.HasData) purposes.Add(reader.ReadObjectIdentifier());
        return purposes;
    }

    private static byte[] OctetString(ReadOnlyMemory<byte> value)
    {
        AsnReader reader = new(value, AsnEncodingRules.DER);
        byte[] bytes = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return bytes.Length > 0 ? bytes : throw new AsnContentException("A key identifier is empty.");
    }

    // Section 4.2.1.1: the key identifier; issuer and serial number beside it are not used.
    private static byte[] AuthorityKey(ReadOnlyMemory<byte> value)
    {
        AsnReader reader = Sequence(value);
        Asn1Tag keyIdentifier = new(TagClass.ContextSpecific, 0);
        byte[] key = reader.HasData && reader.PeekTag() == keyIdentifier ? reader.ReadOctetString(keyIdentifier) : [];
        while (reader.HasData) reader.ReadEncodedValue();
        return key;
    }

    private static AsnReader Sequence(ReadOnlyMemory<byte> value)
    {
        AsnReader reader = new(value, AsnEncodingRules.DER);
        AsnReader content = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        return content;
    }

    private static ReadOnlyMemory<byte> WholeBytes(AsnReader reader) =>
        reader.TryReadPrimitiveBitString(out int unused, out ReadOnlyMemory<byte> bytes) && unused == 0
            ? bytes
            : throw new AsnContentException("A bit string is not made of whole bytes.");
}
