using System.Formats.Asn1;
using Qbitel.Cryptography.Encodings;

namespace Qbitel.Cryptography.Cms;

/// <summary>
/// Whose key is meant: issuer and serial number of a certificate, or a subject key identifier (RFC 5652, section 5.3).
/// </summary>
internal sealed record CmsIdentifier
{
    private static readonly Asn1Tag KeyIdentifierTag = new(TagClass.ContextSpecific, 0);

    private readonly byte[] _issuer; // DER
    private readonly byte[] _serial; // content of the integer
    private readonly byte[]? _keyIdentifier;

    private CmsIdentifier(byte[] issuer, byte[] serial, byte[]? keyIdentifier)
    {
        _issuer = issuer;
        _serial = serial;
        _keyIdentifier = keyIdentifier;
    }

    public ReadOnlyMemory<byte> KeyIdentifier => _keyIdentifier;

    public bool IsKeyIdentifier => _keyIdentifier is not null;

    public static CmsIdentifier Of(CertificateFields certificate) =>
        new(certificate.Issuer, certificate.Serial, keyIdentifier: null);

    public static CmsIdentifier OfKey(ReadOnlySpan<byte> subjectKeyIdentifier) =>
        new([], [], subjectKeyIdentifier.ToArray());

    public static CmsIdentifier Read(AsnReader reader)
    {
        if (reader.PeekTag().HasSameClassAndValue(KeyIdentifierTag))
        {
            return OfKey(
                reader.ReadOctetString(KeyIdentifierTag));
        }

        AsnReader sequence = reader.ReadSequence();
        byte[] issuer = sequence.ReadEncodedValue().ToArray(), serial = sequence.ReadIntegerBytes().ToArray();
        sequence.ThrowIfNotEmpty();
        return new(issuer, serial, keyIdentifier: null);
    }

    public void Write(AsnWriter writer)
    {
        if (_keyIdentifier is not null)
        {
            writer.WriteOctetString(_keyIdentifier, KeyIdentifierTag);
            return;
        }

        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(_issuer);
            writer.WriteInteger(_serial);
        }
    }

    public bool Names(CertificateFields certificate) => _keyIdentifier is not null
        ? _keyIdentifier.Length > 0 && certificate.SubjectKeyIdentifier.AsSpan().SequenceEqual(_keyIdentifier)
        : certificate.Issuer.AsSpan().SequenceEqual(_issuer) && certificate.Serial.AsSpan().SequenceEqual(_serial);

    public override string ToString() => _keyIdentifier is not null
        ? $"key identifier {Convert.ToHexStringLower(_keyIdentifier)}"
        : $"serial {Convert.ToHexStringLower(_serial)}";
}
