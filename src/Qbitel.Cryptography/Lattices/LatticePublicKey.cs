using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// A SubjectPublicKeyInfo of ML-KEM, ML-DSA or SLH-DSA (RFC 9881, section 4; RFC 9909, section 4; RFC 9935, section 4),
/// pointing into its bytes.
/// </summary>
internal readonly ref struct LatticePublicKey
{
    private LatticePublicKey(string oid, ReadOnlySpan<byte> key)
    {
        Oid = oid;
        Key = key;
    }

    public string Oid { get; }

    public ReadOnlySpan<byte> Key { get; }

    /// <exception cref="CryptographicException">The bytes are not such a structure, or bytes follow it.</exception>
    public static LatticePublicKey Decode(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        try
        {
            DerReader outer = new(subjectPublicKeyInfo);
            DerReader reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();

            DerReader algorithm = reader.ReadSequence();
            string oid = algorithm.ReadObjectIdentifier();
            algorithm.ThrowIfNotEmpty();
            ReadOnlySpan<byte> key = reader.ReadBitString();
            reader.ThrowIfNotEmpty();
            return new LatticePublicKey(oid, key);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The bytes are not a SubjectPublicKeyInfo without parameters.", e);
        }
    }
}
