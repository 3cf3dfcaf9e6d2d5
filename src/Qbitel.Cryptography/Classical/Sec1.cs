using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Classical;

/// <summary>The ECPrivateKey structure of SEC 1, C.4 and RFC 5915.</summary>
internal static class Sec1
{
    private static readonly Asn1Tag Parameters = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag PublicKey = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>Gives the platform a key; a public key written beside the scalar must be its own.</summary>
    /// <exception cref="CryptographicException">Not such a key of this curve, or of two keys.</exception>
    public static T Import<T>(
        NamedCurve curve, Func<ECParameters, T> import, ReadOnlySpan<byte> encoded, Func<T, ECPoint> publicPoint)
        where T : IDisposable
    {
        ReadOnlySpan<byte> scalar = Read(curve, encoded, out ReadOnlySpan<byte> point);
        T key = curve.ImportPrivate(import, scalar);
        if (point.IsEmpty || point.SequenceEqual(NamedCurve.Encode(publicPoint(key)))) return key;

        key.Dispose();
        throw new CryptographicException(
            $"{curve.Name} private key: the public key written beside it belongs to another private key.");
    }

    /// <summary>The shortest form of the platform's key, whose own scalar is zeroed. The caller zeroes it.</summary>
    public static byte[] Export(NamedCurve curve, ECParameters parameters)
    {
        try
        {
            return Write(curve, parameters.D);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    /// <summary>The shortest form: scalar and curve, no public key. The caller zeroes it.</summary>
    public static byte[] Write(NamedCurve curve, ReadOnlySpan<byte> scalar)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(curve.Oid);
        byte[] oid = writer.Encode();

        // By hand, because a writer grows its buffer and leaves the scalar in the old one. Lengths are below 128.
        int size = 3 + 2 + scalar.Length + 2 + oid.Length;
        byte[] key = new byte[2 + size];
        ReadOnlySpan<byte> head = [0x30, (byte)size, 0x02, 0x01, 0x01, 0x04, (byte)scalar.Length];
        head.CopyTo(key);
        scalar.CopyTo(key.AsSpan(head.Length));
        ReadOnlySpan<byte> tail = [0xA0, (byte)oid.Length, .. oid];
        tail.CopyTo(key.AsSpan(head.Length + scalar.Length));
        return key;
    }

    /// <summary>The identifier of the curve that is named in a key; null where none is.</summary>
    /// <exception cref="CryptographicException">Not DER.</exception>
    public static string? CurveOf(ReadOnlySpan<byte> key)
    {
        try
        {
            DerReader outer = new(key);
            DerReader reader = outer.ReadSequence();
            reader.ReadInt32();
            reader.ReadOctetString();
            if (!reader.NextIs(Parameters)) return null;

            DerReader parameters = reader.ReadSequence(Parameters);
            return parameters.ReadObjectIdentifier();
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("EC private key: expected an ECPrivateKey of RFC 5915.", e);
        }
    }

    /// <summary>
    /// The scalar in a key, and the public point where one is written; both point into <paramref name="key"/>.
    /// </summary>
    /// <exception cref="CryptographicException">Not DER, or the key of another curve.</exception>
    public static ReadOnlySpan<byte> Read(NamedCurve curve, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> point)
    {
        try
        {
            DerReader outer = new(key);
            DerReader reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();

            int version = reader.ReadInt32();
            ReadOnlySpan<byte> scalar = reader.ReadOctetString();
            string oid = curve.Oid;
            if (reader.NextIs(Parameters))
            {
                DerReader parameters = reader.ReadSequence(Parameters);
                oid = parameters.ReadObjectIdentifier();
                parameters.ThrowIfNotEmpty();
            }

            point = default;
            if (reader.NextIs(PublicKey))
            {
                DerReader publicKey = reader.ReadSequence(PublicKey);
                point = publicKey.ReadBitString();
                publicKey.ThrowIfNotEmpty();
            }

            reader.ThrowIfNotEmpty();
            return version == 1 && scalar.Length == curve.FieldSize && oid == curve.Oid
                ? scalar
                : throw Malformed(curve, inner: null);
        }
        catch (AsnContentException e)
        {
            throw Malformed(curve, e);
        }
    }

    private static CryptographicException Malformed(NamedCurve curve, Exception? inner) =>
        new($"{curve.Name} private key: expected an ECPrivateKey of RFC 5915 on this curve.", inner);
}
