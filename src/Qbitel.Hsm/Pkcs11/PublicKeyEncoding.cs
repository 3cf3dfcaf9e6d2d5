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
        ReadOnlySpan<byte> r = Shortest(signature[..(signature.Length / 2)]);
        ReadOnlySpan<byte> s = Shortest(signature[(signature.Length / 2)..]);
        int content = 4 + Sign(r) + r.Length + Sign(s) + s.Length;
        // P-384 at most: one byte of length
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content, 127, nameof(signature));

        byte[] der = new byte[2 + content];
        der[0] = 0x30;
        der[1] = (byte)content;
        Write(s, der.AsSpan(2 + Write(r, der.AsSpan(2))));
        return der;

        static int Sign(ReadOnlySpan<byte> number) => number[0] >> 7;

        static int Write(ReadOnlySpan<byte> number, Span<byte> place)
        {
            place[0] = 0x02;
            place[1] = checked((byte)(Sign(number) + number.Length));
            number.CopyTo(place[(2 + Sign(number))..]);
            return 2 + Sign(number) + number.Length;
        }

        static ReadOnlySpan<byte> Shortest(ReadOnlySpan<byte> number) =>
            number.TrimStart((byte)0) is { IsEmpty: false } shortest ? shortest : number[^1..];
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
