using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// A PKCS#8 private key of ML-KEM or ML-DSA: a seed, an expanded key, or both (RFC 9881, section 6; RFC 9935, section
/// 6).
/// </summary>
/// <remarks>It points into the bytes it was read from. A form that is absent is empty.</remarks>
internal readonly ref struct LatticePrivateKey
{
    private static readonly Asn1Tag SeedTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag AttributesTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag PublicKeyTag = new(TagClass.ContextSpecific, 1);

    private LatticePrivateKey(
        string oid, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> expandedKey, ReadOnlySpan<byte> publicKey)
    {
        Oid = oid;
        Seed = seed;
        ExpandedKey = expandedKey;
        PublicKey = publicKey;
    }

    public string Oid { get; }

    public ReadOnlySpan<byte> Seed { get; }

    public ReadOnlySpan<byte> ExpandedKey { get; }

    /// <summary>
    /// The public key of a version 2 structure (RFC 5958); the importer checks that it is the one the private key
    /// makes.
    /// </summary>
    public ReadOnlySpan<byte> PublicKey { get; }

    /// <exception cref="CryptographicException">The bytes are not such a structure, or bytes follow it.</exception>
    public static LatticePrivateKey Decode(ReadOnlySpan<byte> pkcs8)
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
            algorithm.ThrowIfNotEmpty(); // both RFCs: parameters MUST be absent

            DerReader choice = new(reader.ReadOctetString());
            if (reader.NextIs(AttributesTag)) reader.Skip();
            ReadOnlySpan<byte> seed = default, expandedKey = default, publicKey = default;
            if (version == 1 && reader.NextIs(PublicKeyTag)) publicKey = reader.ReadBitString(PublicKeyTag);
            reader.ThrowIfNotEmpty();

            if (choice.NextIs(SeedTag))
            {
                seed = choice.ReadOctetString(SeedTag);
            }
            else if (choice.NextIs(Asn1Tag.PrimitiveOctetString))
            {
                expandedKey = choice.ReadOctetString();
            }
            else
            {
                DerReader both = choice.ReadSequence();
                seed = both.ReadOctetString();
                expandedKey = both.ReadOctetString();
                both.ThrowIfNotEmpty();
                if (seed.IsEmpty || expandedKey.IsEmpty) throw new AsnContentException("One of both forms is empty.");
            }

            choice.ThrowIfNotEmpty();
            return new LatticePrivateKey(oid, seed, expandedKey, publicKey);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The bytes are no PKCS#8 with a seed, an expanded key, or both.", e);
        }
    }

    /// <summary>
    /// Writes the form that <paramref name="isSeed"/> names, version 0; false if the destination is too small.
    /// </summary>
    /// <remarks>By hand, since a writer that grows leaves copies of the key in its old buffers.</remarks>
    public static bool TryEncode(
        string oid, ReadOnlySpan<byte> key, bool isSeed, Span<byte> destination, out int bytesWritten)
    {
        AsnWriter prefix = new(AsnEncodingRules.DER);
        prefix.WriteInteger(0);
        using (prefix.PushSequence()) prefix.WriteObjectIdentifier(oid);

        int choice = HeaderSize(key.Length) + key.Length;
        int content = prefix.GetEncodedLength() + HeaderSize(choice) + choice;
        bytesWritten = 0;
        if (destination.Length < HeaderSize(content) + content) return false;

        bytesWritten = HeaderSize(content) + content;
        Span<byte> rest = WriteHeader(destination, 0x30, content);
        rest = rest[prefix.Encode(rest)..];
        rest = WriteHeader(rest, 0x04, choice);
        rest = WriteHeader(rest, isSeed ? (byte)0x80 : (byte)0x04, key.Length);
        key.CopyTo(rest);
        return true;
    }

    private static int HeaderSize(int length) => length < 0x80 ? 2 : length < 0x100 ? 3 : 4;

    private static Span<byte> WriteHeader(Span<byte> destination, byte tag, int length)
    {
        int size = HeaderSize(length);
        destination[0] = tag;
        if (size > 2) destination[1] = (byte)(0x80 + size - 2);
        int first = size > 2 ? 2 : 1;
        for (int i = size - 1, rest = length; i >= first; i--, rest >>= 8) destination[i] = (byte)(rest & 0xFF);
        return destination[size..];
    }
}
