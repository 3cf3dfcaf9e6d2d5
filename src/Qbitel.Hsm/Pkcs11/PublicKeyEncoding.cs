using System.Formats.Asn1;
using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>Public keys and ECDSA signatures, between the forms of PKCS#11 and those of the standards we use.</summary>
internal static class PublicKeyEncoding
{
    /// <summary>The encoded public key; null where the object does not hold one of this algorithm.</summary>
    public static byte[]? Read(Session session, ulong publicKey, KeyMechanism mechanism)
    {
        int size = mechanism.Algorithm is SignatureAlgorithm signature ? signature.PublicKeySize
            : ((KemAlgorithm)mechanism.Algorithm).EncapsulationKeySize;
        byte[]? value = mechanism.Curve is null
            ? session.Attribute(publicKey, Cka.Value)
            : Point(session.Attribute(publicKey, Cka.EcPoint), size);
        return value?.Length == size ? value : null;
    }

    /// <summary>PKCS#11 says r and s one after the other; certificates and messages say DER (RFC 3279).</summary>
    public static byte[] EcdsaToDer(ReadOnlySpan<byte> signature)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Write(writer, signature[..(signature.Length / 2)]);
            Write(writer, signature[(signature.Length / 2)..]);
        }

        return writer.Encode();

        static void Write(AsnWriter writer, ReadOnlySpan<byte> number)
        {
            ReadOnlySpan<byte> shortest = number.TrimStart((byte)0);
            writer.WriteIntegerUnsigned(shortest.IsEmpty ? [0] : shortest);
        }
    }

    public static byte[] Curve(string oid)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }

    // The point is a DER octet string (section 6.3.3); some modules give the point itself, for Edwards curves a bit
    // string.
    private static byte[]? Point(byte[]? value, int size)
    {
        if (value is null || value.Length == size) return value;
        try
        {
            Asn1Tag tag = Asn1Tag.Decode(value, out _);
            return tag == Asn1Tag.PrimitiveBitString
                ? AsnDecoder.ReadBitString(value, AsnEncodingRules.DER, out _, out _)
                : AsnDecoder.ReadOctetString(value, AsnEncodingRules.DER, out _);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
