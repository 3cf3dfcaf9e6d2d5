using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>A PKCS#8 private key of SLH-DSA: its octet string holds the raw key (RFC 9909, section 6).</summary>
/// <remarks>It points into the bytes it was read from.</remarks>
internal readonly ref struct SlhDsaPrivateKeyInfo
{
    private static readonly Asn1Tag AttributesTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag PublicKeyTag = new(TagClass.ContextSpecific, 1);

    private SlhDsaPrivateKeyInfo(string oid, ReadOnlySpan<byte> key, ReadOnlySpan<byte> publicKey)
    {
        Oid = oid;
        Key = key;
        PublicKey = publicKey;
    }

    public string Oid { get; }

    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Of a version 2 structure (RFC 5958), or empty; the importer checks that it is the key's own.</summary>
    public ReadOnlySpan<byte> PublicKey { get; }

    /// <exception cref="CryptographicException">The bytes are not such a structure, or bytes follow it.</exception>
    public static SlhDsaPrivateKeyInfo Decode(ReadOnlySpan<byte> pkcs8)
    {
        try
        {
            DerReader outer = new(pkcs8);
            DerReader reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();

            int version = reader.ReadInt32();
            if (version is not (0 or 1)) throw new AsnContentException("The version is neither 0 nor 1.");

            DerReader algorithm = reader.ReadSequence();
            string oid = algorithm.ReadObjectIdentifier();
            algorithm.ThrowIfNotEmpty();

            ReadOnlySpan<byte> key = reader.ReadOctetString(), publicKey = default;
            if (reader.NextIs(AttributesTag)) reader.Skip();
            if (version == 1 && reader.NextIs(PublicKeyTag)) publicKey = reader.ReadBitString(PublicKeyTag);
            reader.ThrowIfNotEmpty();
            return new SlhDsaPrivateKeyInfo(oid, key, publicKey);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The bytes are no PKCS#8 of a key without parameters.", e);
        }
    }

    /// <summary>Writes a key, version 0; false if the destination is too small.</summary>
    public static bool TryEncode(
        string oid, SlhDsaSigningKey key, Span<byte> destination, out int bytesWritten)
    {
        AsnWriter prefix = new(AsnEncodingRules.DER);
        prefix.WriteInteger(0);
        using (prefix.PushSequence()) prefix.WriteObjectIdentifier(oid);

        int size = key.PublicHalf.Parameters.PrivateKeySize; // 128 at most
        int header = size < 0x80 ? 2 : 3, content = prefix.GetEncodedLength() + header + size;
        int outer = content < 0x80 ? 2 : 3;
        bytesWritten = 0;
        if (destination.Length < outer + content) return false;

        bytesWritten = outer + content;
        destination = destination[..bytesWritten];
        WriteHeader(destination, 0x30, content);
        prefix.Encode(destination[outer..]);
        WriteHeader(destination[^(header + size)..], 0x04, size);
        key.Encode(destination[^size..]);
        return true;
    }

    private static void WriteHeader(Span<byte> destination, byte tag, int length)
    {
        destination[0] = tag;
        if (length >= 0x80) destination[1] = 0x81;
        destination[length < 0x80 ? 1 : 2] = (byte)length;
    }
}
