using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Keys;

/// <summary>
/// A public key with its algorithm, as certificates carry it: the SubjectPublicKeyInfo of RFC 5280, section 4.1.2.7.
/// </summary>
/// <remarks>
/// The algorithm is found by its exact identifier. ECDSA keys are id-ecPublicKey on a named curve (RFC 5480); all
/// others have no parameters and carry the raw key (RFC 8410, 9881, 9909, 9935; the drafts of X-Wing and the
/// composites).
/// </remarks>
public sealed class SubjectPublicKey
{
    private const string EcPublicKey = "1.2.840.10045.2.1";

    /// <exception cref="ArgumentException">
    /// The algorithm is a cipher, or no standard gives it an identifier for public keys.
    /// </exception>
    /// <exception cref="CryptographicException">The key has the wrong length.</exception>
    public SubjectPublicKey(KeyAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        int size = algorithm switch
        {
            SignatureAlgorithm { Oid: not null } signature => signature.PublicKeySize,
            KemAlgorithm { Oid: not null } kem => kem.EncapsulationKeySize,
            _ => throw new ArgumentException(
                $"No standard gives public keys of {algorithm} an object identifier.", nameof(algorithm)),
        };
        KeySize.Require(algorithm, "public", size, key);
        Algorithm = algorithm;
        Key = key.ToArray();
    }

    public KeyAlgorithm Algorithm { get; }

    /// <summary>
    /// The raw key, as <see cref="SignatureKeys.ImportPublic"/> and <see cref="KemKeys"/> take it.
    /// </summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <exception cref="ArgumentException">No standard gives the algorithm an identifier.</exception>
    public static SubjectPublicKey Of(SignatureKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(key.Algorithm, key.ExportPublicKey());
    }

    /// <exception cref="ArgumentException">No standard gives the algorithm an identifier.</exception>
    public static SubjectPublicKey Of(KemKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(key.Algorithm, key.ExportEncapsulationKey());
    }

    /// <exception cref="CryptographicException">Not the DER of a public key of a known algorithm.</exception>
    public static SubjectPublicKey Decode(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        try
        {
            DerReader outer = new(subjectPublicKeyInfo);
            DerReader reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();

            DerReader identifier = reader.ReadSequence();
            string oid = identifier.ReadObjectIdentifier();
            string? curve = oid == EcPublicKey ? identifier.ReadObjectIdentifier() : null;
            identifier.ThrowIfNotEmpty();
            ReadOnlySpan<byte> key = reader.ReadBitString();
            reader.ThrowIfNotEmpty();

            return Find(oid, curve) is { } algorithm
                ? new SubjectPublicKey(algorithm, key)
                : throw new CryptographicException(
                    $"Public key of an unknown algorithm: {(curve is null ? oid : $"ECDSA on curve {curve}")}.");
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("Not the DER of a SubjectPublicKeyInfo.", e);
        }
    }

    public static bool TryDecode(ReadOnlySpan<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out SubjectPublicKey? key)
    {
        try
        {
            key = Decode(subjectPublicKeyInfo);
            return true;
        }
        catch (CryptographicException)
        {
            key = null;
            return false;
        }
    }

    /// <summary>The DER of the SubjectPublicKeyInfo.</summary>
    public byte[] Encode()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                string? curve = CurveOf(Algorithm);
                writer.WriteObjectIdentifier(curve is null ? Algorithm.Oid! : EcPublicKey);
                if (curve is not null) writer.WriteObjectIdentifier(curve);
            }

            writer.WriteBitString(Key.Span);
        }

        return writer.Encode();
    }

    public override string ToString() => $"{Algorithm} public key";

    private static KeyAlgorithm? Find(string oid, string? curve) => curve is not null
        ? SignatureAlgorithm.All.FirstOrDefault(algorithm => CurveOf(algorithm) == curve)
        : KeyAlgorithm.All.FirstOrDefault(algorithm =>
            algorithm is not CipherAlgorithm && algorithm.Oid == oid && CurveOf(algorithm) is null);

    private static string? CurveOf(KeyAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.EcdsaP256 ? NamedCurve.P256.Oid
        : algorithm == SignatureAlgorithm.EcdsaP384 ? NamedCurve.P384.Oid
        : null;
}
