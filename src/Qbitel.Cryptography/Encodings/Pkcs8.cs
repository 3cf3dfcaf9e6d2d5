using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Encodings;

/// <summary>Private keys of every algorithm as PKCS#8: the OneAsymmetricKey of RFC 5958.</summary>
/// <remarks>
/// ML-DSA and ML-KEM by RFC 9881 and 9935, with every check there is; Ed25519 and X25519 by RFC 8410; ECDSA keys as
/// ECPrivateKey (RFC 5915); all others carry the raw private key in the octet string, as their drafts say.
/// </remarks>
public static class Pkcs8
{
    private const string EcPublicKey = "1.2.840.10045.2.1";
    private const string X25519Oid = "1.3.101.110";

    private static readonly Asn1Tag AttributesTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag PublicKeyTag = new(TagClass.ContextSpecific, 1);

    /// <summary>The DER. The caller zeroes it.</summary>
    /// <exception cref="ArgumentException">
    /// The algorithm has no object identifier, or only one form and another was asked for.
    /// </exception>
    /// <exception cref="CryptographicException">
    /// The key has no private half, or no seed though both forms were asked for.
    /// </exception>
    public static byte[] Encode(SignatureKey key, PrivateKeyForm form = PrivateKeyForm.Shortest)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key is MLDsaKey lattice && key.HasPrivateKey)
        {
            return EncodeLattice(
                key.Algorithm.Oid!, form, lattice.ExportPkcs8, lattice.ExportExpanded, key.ExportPrivateKey);
        }

        RequireShortest(key.Algorithm, form);
        byte[] raw = key.ExportPrivateKey();
        return key.Algorithm == SignatureAlgorithm.Ed25519 ? EncodeNested(key.Algorithm.Oid!, raw)
            : CurveOf(key.Algorithm) is { } curve ? Encode(EcPublicKey, curve, raw)
            : Encode(OidOf(key.Algorithm), parameters: null, raw);
    }

    /// <inheritdoc cref="Encode(SignatureKey, PrivateKeyForm)"/>
    public static byte[] Encode(KemKey key, PrivateKeyForm form = PrivateKeyForm.Shortest)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key is MLKemKey lattice && key.HasPrivateKey)
        {
            return EncodeLattice(
                key.Algorithm.Oid!, form, lattice.ExportPkcs8, lattice.ExportExpanded, key.ExportPrivateKey);
        }

        RequireShortest(key.Algorithm, form);
        return Encode(OidOf(key.Algorithm), parameters: null, key.ExportPrivateKey());
    }

    /// <inheritdoc cref="Encode(SignatureKey, PrivateKeyForm)"/>
    public static byte[] Encode(X25519Key key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return EncodeNested(X25519Oid, key.ExportPrivateKey());
    }

    /// <summary>The DER of a key that was read.</summary>
    /// <inheritdoc cref="Encode(SignatureKey, PrivateKeyForm)"/>
    public static byte[] Encode(StoredKey key, PrivateKeyForm form = PrivateKeyForm.Shortest)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Signature is not null ? Encode(key.Signature, form)
            : key.Kem is not null ? Encode(key.Kem, form)
            : Encode(key.Agreement!);
    }

    /// <exception cref="CryptographicException">
    /// Not the DER of a private key of a known algorithm, or the key is not valid, or a public key or an expanded key
    /// beside it is of another one.
    /// </exception>
    public static StoredKey Decode(ReadOnlySpan<byte> pkcs8)
    {
        try
        {
            DerReader outer = new(pkcs8);
            DerReader reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();

            int version = reader.ReadInt32();
            if (version is not (0 or 1)) throw new AsnContentException("The version is neither 0 nor 1.");

            DerReader identifier = reader.ReadSequence();
            string oid = identifier.ReadObjectIdentifier();
            string? curve = oid == EcPublicKey ? identifier.ReadObjectIdentifier() : null;
            identifier.ThrowIfNotEmpty();
            ReadOnlySpan<byte> privateKey = reader.ReadOctetString();
            if (reader.NextIs(AttributesTag)) reader.Skip();
            ReadOnlySpan<byte> publicKey = default;
            if (version == 1 && reader.NextIs(PublicKeyTag)) publicKey = reader.ReadBitString(PublicKeyTag);
            reader.ThrowIfNotEmpty();

            StoredKey key = Import(oid, curve, privateKey, pkcs8);
            if (publicKey.IsEmpty || publicKey.SequenceEqual(key.ExportPublicKey())) return key;

            key.Dispose();
            throw new CryptographicException("PKCS#8: the public key beside the private key is of another one.");
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("Not the DER of a PKCS#8 private key.", e);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("PKCS#8: the private key has the wrong length.", e);
        }
    }

    internal static string? CurveOf(KeyAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.EcdsaP256 ? NamedCurve.P256.Oid
        : algorithm == SignatureAlgorithm.EcdsaP384 ? NamedCurve.P384.Oid
        : null;

    private static StoredKey Import(
        string oid, string? curve, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> pkcs8)
    {
        const KeyFileFormat format = KeyFileFormat.Pkcs8;
        if (oid == X25519Oid) return new(X25519Key.ImportPrivate(Nested(privateKey))) { Format = format };

        KeyAlgorithm algorithm = KeyAlgorithm.All.FirstOrDefault(known => known is not CipherAlgorithm
            && (curve is null ? known.Oid == oid && CurveOf(known) is null : CurveOf(known) == curve))
            ?? throw new CryptographicException(
                $"PKCS#8: a private key of an unknown algorithm: {(curve is null ? oid : $"ECDSA on curve {curve}")}.");
        if (algorithm == SignatureAlgorithm.Ed25519) privateKey = Nested(privateKey);
        StoredKey key = algorithm switch
        {
            SignatureAlgorithm signature => new(MLDsaParameters.Of(oid) is not null
                ? LatticeKeys.ImportPkcs8(signature, pkcs8)
                : SignatureKeys.ImportPrivate(signature, privateKey)),
            _ => new(MLKemParameters.Of(oid) is not null
                ? LatticeKeys.ImportPkcs8((KemAlgorithm)algorithm, pkcs8)
                : KemKeys.ImportPrivate((KemAlgorithm)algorithm, privateKey)),
        };
        return key.As(format);
    }

    // The CurvePrivateKey of RFC 8410, section 7: an octet string within the octet string.
    private static ReadOnlySpan<byte> Nested(ReadOnlySpan<byte> privateKey)
    {
        DerReader reader = new(privateKey);
        ReadOnlySpan<byte> key = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return key;
    }

    private static byte[] EncodeNested(string oid, byte[] raw)
    {
        byte[] nested = [0x04, checked((byte)raw.Length), .. raw];
        CryptographicOperations.ZeroMemory(raw);
        return Encode(oid, parameters: null, nested);
    }

    private static byte[] EncodeLattice(
        string oid, PrivateKeyForm form, Func<byte[]> shortest, Func<byte[]> expanded, Func<byte[]> seed)
    {
        if (form == PrivateKeyForm.Shortest) return shortest();

        byte[] long1 = expanded(), short1 = [];
        AsnWriter choice = Writer(long1.Length + 128);
        try
        {
            if (form == PrivateKeyForm.Both)
            {
                short1 = seed();
                using (choice.PushSequence())
                {
                    choice.WriteOctetString(short1);
                    choice.WriteOctetString(long1);
                }
            }
            else
            {
                choice.WriteOctetString(long1);
            }

            return Encode(oid, parameters: null, choice.Encode());
        }
        finally
        {
            choice.Reset(); // which zeroes it
            CryptographicOperations.ZeroMemory(long1);
            CryptographicOperations.ZeroMemory(short1);
        }
    }

    private static byte[] Encode(string oid, string? parameters, byte[] privateKey)
    {
        AsnWriter writer = Writer(privateKey.Length);
        try
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    if (parameters is not null) writer.WriteObjectIdentifier(parameters);
                }

                writer.WriteOctetString(privateKey);
            }

            return writer.Encode();
        }
        finally
        {
            writer.Reset();
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    // Large enough from the start: a writer that grows leaves copies of the key in its old buffers.
    private static AsnWriter Writer(int size) => new(AsnEncodingRules.DER, size + 256);

    private static string OidOf(KeyAlgorithm algorithm) => algorithm.Oid
        ?? throw new ArgumentException(
            $"No standard gives private keys of {algorithm} an object identifier.", nameof(algorithm));

    private static void RequireShortest(KeyAlgorithm algorithm, PrivateKeyForm form)
    {
        if (form != PrivateKeyForm.Shortest)
            throw new ArgumentException($"Private keys of {algorithm} have one form only.", nameof(form));
    }
}
