using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Pki.Paths;

namespace Qbitel.Pki.Issuing;

/// <summary>A PKCS#10 request (RFC 2986) whose sender has proved that it holds the private key.</summary>
/// <remarks>
/// Only the key, the common name and the alternative names are taken from it: what the certificate may do is the
/// policy's.
/// </remarks>
public sealed class SigningRequest
{
    private const int MaxSize = 64 * 1024;

    private static readonly Asn1Tag Attributes = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private SigningRequest(SubjectKey key, string? commonName, SubjectNames names)
    {
        Key = key;
        CommonName = commonName;
        Names = names;
    }

    public SubjectKey Key { get; }

    public string? CommonName { get; }

    public SubjectNames Names { get; }

    /// <summary>False for anything that is not a request, or whose signature is not by the key in it.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> der, [NotNullWhen(true)] out SigningRequest? request,
        [NotNullWhen(false)] out Objection? objection)
    {
        (request, objection) = (null, null);
        if (der.Length > MaxSize)
        {
            objection = new Objection(
                "certificationRequest", $"{der.Length} bytes are more than the {MaxSize} we read");
            return false;
        }

        string field = "certificationRequest";
        try
        {
            request = Read(der, ref field, out objection);
            return request is not null;
        }
        catch (AsnContentException e)
        {
            objection = new Objection(field, e.Message);
            return false;
        }
    }

    /// <summary>As <see cref="TryParse"/>, for the text form (<c>BEGIN CERTIFICATE REQUEST</c>).</summary>
    public static bool TryParsePem(
        string text, [NotNullWhen(true)] out SigningRequest? request, [NotNullWhen(false)] out Objection? objection)
    {
        ArgumentNullException.ThrowIfNull(text);
        request = null;
        if (text.Length <= 2 * MaxSize && PemEncoding.TryFind(text, out PemFields pem)
            && text[pem.Label] is "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST")
        {
            return TryParse(Convert.FromBase64String(text[pem.Base64Data]), out request, out objection);
        }

        objection = new Objection("certificationRequest", "there is no PEM block of a CERTIFICATE REQUEST");
        return false;
    }

    /// <exception cref="InvalidOperationException">
    /// It asks for names of kinds that are never certified here.
    /// </exception>
    public CertificateOrder ToOrder() => Names.Others == 0
        ? new CertificateOrder { Key = Key, CommonName = CommonName, DnsNames = Names.Dns, Addresses = Names.Addresses }
        : throw new InvalidOperationException(
            $"The request asks for {Names.Others} names that are neither hosts nor addresses.");

    private static SigningRequest? Read(ReadOnlyMemory<byte> der, ref string field, out Objection? objection)
    {
        AsnReader outer = new(der, AsnEncodingRules.DER);
        AsnReader request = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        ReadOnlyMemory<byte> signedPart = request.PeekEncodedValue();
        AsnReader info = request.ReadSequence();
        field = "signatureAlgorithm";
        ReadOnlyMemory<byte> algorithm = request.ReadEncodedValue();
        field = "signature";
        if (!request.TryReadPrimitiveBitString(out int unused, out ReadOnlyMemory<byte> signature) || unused != 0)
            throw new AsnContentException("A bit string is not made of whole bytes.");
        request.ThrowIfNotEmpty();

        field = "certificationRequestInfo.version";
        if (!info.TryReadInt32(out int version) || version != 0) throw new AsnContentException("Not version 1.");
        field = "certificationRequestInfo.subject";
        string? commonName = CommonNameOf(info.ReadSequence());
        field = "certificationRequestInfo.subjectPKInfo";
        if (!SubjectKey.TryDecode(info.ReadEncodedValue(), out SubjectKey? key, out objection)) return null;
        field = "certificationRequestInfo.attributes";
        SubjectNames names = NamesOf(info.ReadSetOf(skipSortOrderValidation: true, Attributes), ref field);
        info.ThrowIfNotEmpty();

        objection = CertificateSignature.Check(signedPart, algorithm, signature, key.Encoded);
        if (objection is not null)
        {
            objection = new Objection("proof-of-possession", objection.Detail);
            return null;
        }

        return new SigningRequest(key, commonName, names);
    }

    private static string? CommonNameOf(AsnReader name)
    {
        string? commonName = null;
        while (name.HasData)
        {
            AsnReader part = name.ReadSetOf();
            while (part.HasData)
            {
                AsnReader attribute = part.ReadSequence();
                if (attribute.ReadObjectIdentifier() == Oids.CommonName)
                {
                    if (commonName is not null) throw new AsnContentException("Two common names.");
                    UniversalTagNumber kind = (UniversalTagNumber)attribute.PeekTag().TagValue;
                    if (kind is not (UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString))
                        throw new AsnContentException("The common name is neither a UTF8String nor a PrintableString.");
                    commonName = attribute.ReadCharacterString(kind);
                }
                else
                {
                    attribute.ReadEncodedValue();
                }

                attribute.ThrowIfNotEmpty();
            }
        }

        return commonName;
    }

    private static SubjectNames NamesOf(AsnReader attributes, ref string field)
    {
        SubjectNames? names = null;
        while (attributes.HasData)
        {
            AsnReader attribute = attributes.ReadSequence();
            string oid = attribute.ReadObjectIdentifier();
            AsnReader values = attribute.ReadSetOf();
            attribute.ThrowIfNotEmpty();
            // a challenge password, for example, says nothing about the certificate
            if (oid != Oids.ExtensionRequest) continue;

            if (names is not null) throw new AsnContentException("Two lists of extensions.");
            names = SubjectNames.None;
            foreach (
                CertificateExtension extension in CertificateReader.ReadExtensions(values.ReadSequence(), ref field))
            {
                if (extension.Oid == Oids.SubjectAltName) names = CertificateReader.ReadNames(extension.Value);
            }

            values.ThrowIfNotEmpty();
        }

        return names ?? SubjectNames.None;
    }
}
