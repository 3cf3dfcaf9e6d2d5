using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Encodings;

/// <summary>
/// What a certificate says of whose key it is (RFC 5280), read without trust: nothing of it has been verified.
/// </summary>
internal sealed class CertificateFields
{
    private const string SubjectKeyIdentifierOid = "2.5.29.14";

    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag IssuerIdTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag SubjectIdTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3, isConstructed: true);

    private CertificateFields(byte[] serial, byte[] issuer, byte[] publicKeyInfo, byte[] subjectKeyIdentifier)
    {
        Serial = serial;
        Issuer = issuer;
        PublicKeyInfo = publicKeyInfo;
        SubjectKeyIdentifier = subjectKeyIdentifier;
    }

    /// <summary>The content of the integer.</summary>
    public byte[] Serial { get; }

    /// <summary>The DER of the name.</summary>
    public byte[] Issuer { get; }

    public byte[] PublicKeyInfo { get; }

    /// <summary>Empty where the certificate has none.</summary>
    public byte[] SubjectKeyIdentifier { get; }

    /// <exception cref="CryptographicException">The key is of an unknown algorithm, or malformed.</exception>
    public SubjectPublicKey PublicKey => SubjectPublicKey.Decode(PublicKeyInfo);

    /// <exception cref="CryptographicException">Not the DER of a certificate.</exception>
    public static CertificateFields Decode(ReadOnlySpan<byte> certificate)
    {
        try
        {
            DerReader outer = new(certificate);
            DerReader whole = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            DerReader reader = whole.ReadSequence();
            whole.ReadSequence();
            whole.ReadBitString();
            whole.ThrowIfNotEmpty();

            if (reader.NextIs(VersionTag)) reader.Skip();
            byte[] serial = reader.ReadInteger().ToArray();
            reader.ReadSequence(); // signature
            byte[] issuer = reader.ReadEncodedValue().ToArray();
            reader.ReadSequence(); // validity
            reader.ReadSequence(); // subject
            byte[] publicKeyInfo = reader.ReadEncodedValue().ToArray();
            if (reader.NextIs(IssuerIdTag)) reader.Skip();
            if (reader.NextIs(SubjectIdTag)) reader.Skip();
            byte[] subjectKeyIdentifier = [];
            if (reader.NextIs(ExtensionsTag))
            {
                DerReader explicitTag = reader.ReadSequence(ExtensionsTag);
                DerReader extensions = explicitTag.ReadSequence();
                explicitTag.ThrowIfNotEmpty();
                while (!extensions.IsEmpty)
                {
                    DerReader extension = extensions.ReadSequence();
                    if (extension.ReadObjectIdentifier() != SubjectKeyIdentifierOid) continue;

                    if (extension.NextIs(Asn1Tag.Boolean)) extension.Skip();
                    DerReader value = new(extension.ReadOctetString());
                    subjectKeyIdentifier = value.ReadOctetString().ToArray();
                    value.ThrowIfNotEmpty();
                }
            }

            reader.ThrowIfNotEmpty();
            return new(serial, issuer, publicKeyInfo, subjectKeyIdentifier);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("Not the DER of a certificate.", e);
        }
    }
}
