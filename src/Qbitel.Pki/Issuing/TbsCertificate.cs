using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;

namespace Qbitel.Pki.Issuing;

/// <summary>
/// The part of a certificate that gets signed: RFC 5280, section 4.1.2, written once and signed as written.
/// </summary>
internal sealed record TbsCertificate
{
    private const int SerialSize = 16;

    public required SignatureAlgorithm SignatureAlgorithm { get; init; }

    public required ReadOnlyMemory<byte> Issuer { get; init; }

    public required ReadOnlyMemory<byte> Subject { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required SubjectKey Key { get; init; }

    public required IReadOnlyList<X509Extension> Extensions { get; init; }

    public byte[] Encode()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) writer.WriteInteger(2); // version 3
            writer.WriteInteger(FreshSerial());
            WriteAlgorithm(writer, SignatureAlgorithm);
            writer.WriteEncodedValue(Issuer.Span);
            using (writer.PushSequence())
            {
                WriteTime(writer, NotBefore);
                WriteTime(writer, NotAfter);
            }

            writer.WriteEncodedValue(Subject.Span);
            writer.WriteEncodedValue(Key.Encoded.Span);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            using (writer.PushSequence())
            {
                foreach (X509Extension extension in Extensions)
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(extension.Oid!.Value!);
                        if (extension.Critical) writer.WriteBoolean(value: true);
                        writer.WriteOctetString(extension.RawData);
                    }
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>The whole certificate: the signed part, the algorithm once more, the signature.</summary>
    public static byte[] Assemble(byte[] tbs, SignatureAlgorithm algorithm, byte[] signature)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(tbs);
            WriteAlgorithm(writer, algorithm);
            writer.WriteBitString(signature);
        }

        return writer.Encode();
    }

    // RFC 9881, section 3; RFC 5758, section 3.2; RFC 8410, section 3; the composite draft: no parameters in all of
    // them.
    private static void WriteAlgorithm(AsnWriter writer, SignatureAlgorithm algorithm)
    {
        using (writer.PushSequence()) writer.WriteObjectIdentifier(algorithm.Oid!);
    }

    // Section 4.1.2.5: two digits for the year through 2049, four from 2050.
    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.Year < 2050) writer.WriteUtcTime(time, twoDigitYearMax: 2049);
        else writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    }

    // 126 random bits: the top one is 0 so that the number is positive, the next is 1 so that it always has 16 bytes.
    private static byte[] FreshSerial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialSize);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
