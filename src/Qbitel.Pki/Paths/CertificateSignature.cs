using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Pki.Paths;

/// <summary>
/// Signatures on certificates and requests, found by object identifier: ML-DSA, composite ML-DSA, Ed25519, ECDSA, RSA.
/// </summary>
/// <remarks>
/// Everything else, SHA-1 included, is refused by name. The key must be of the kind the signature says.
/// </remarks>
public static class CertificateSignature
{
    // RFC 4055, section 3.1: one hash for message and mask, salt as long as the hash; the NULL is there or not.
    private static readonly IReadOnlyList<(byte[] Parameters, HashAlgorithmName Hash)> PssParameters =
    [
        (Pss(Oids.Sha256, 32, withNull: true), HashAlgorithmName.SHA256),
        (Pss(Oids.Sha256, 32, withNull: false), HashAlgorithmName.SHA256),
        (Pss(Oids.Sha384, 48, withNull: true), HashAlgorithmName.SHA384),
        (Pss(Oids.Sha384, 48, withNull: false), HashAlgorithmName.SHA384),
        (Pss(Oids.Sha512, 64, withNull: true), HashAlgorithmName.SHA512),
        (Pss(Oids.Sha512, 64, withNull: false), HashAlgorithmName.SHA512),
    ];

    /// <summary>The issuer's key made the certificate's signature. Names and dates are not looked at.</summary>
    public static bool Verify(Certificate certificate, Certificate issuer) => Check(certificate, issuer) is null;

    /// <summary>Null when <see cref="Verify"/> holds, else why not.</summary>
    public static Objection? Check(Certificate certificate, Certificate issuer)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(issuer);
        return Check(
            certificate.SignedPart, certificate.SignatureAlgorithm, certificate.Signature, issuer.SubjectPublicKeyInfo);
    }

    internal static Objection? Check(
        ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> signature,
        ReadOnlyMemory<byte> signerKeyInfo)
    {
        string oid;
        ReadOnlyMemory<byte> parameters;
        try
        {
            AsnReader reader = new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence();
            oid = reader.ReadObjectIdentifier();
            parameters = reader.HasData ? reader.ReadEncodedValue() : default;
            reader.ThrowIfNotEmpty();
        }
        catch (AsnContentException e)
        {
            return new Objection("signatureAlgorithm", e.Message);
        }

        try
        {
            bool? valid = oid switch
            {
                Oids.EcdsaSha256 => Ecdsa(HashAlgorithmName.SHA256),
                Oids.EcdsaSha384 => Ecdsa(HashAlgorithmName.SHA384),
                Oids.EcdsaSha512 => Ecdsa(HashAlgorithmName.SHA512),
                Oids.RsaSha256 => Pkcs1(HashAlgorithmName.SHA256),
                Oids.RsaSha384 => Pkcs1(HashAlgorithmName.SHA384),
                Oids.RsaSha512 => Pkcs1(HashAlgorithmName.SHA512),
                Oids.RsaPss => PssSignature(),
                _ => SignatureAlgorithm.All.FirstOrDefault(known => known.Oid == oid) is { } known ? Ours(known) : null,
            };

            return valid switch
            {
                null => new Objection("signature-algorithm", $"signatures of {oid} are not accepted"),
                false =>
                    new Objection("signature", $"the signature ({oid}) is not by the issuer's key over these bytes"),
                true => null,
            };
        }
        catch (CryptographicException e)
        {
            return new Objection("signature", $"the issuer's key cannot verify a signature of {oid}: {e.Message}");
        }

        // RFC 9881, RFC 8410 and the composite draft: no parameters, and the key carries the same identifier.
        bool Ours(SignatureAlgorithm expected)
        {
            if (!parameters.IsEmpty || !SubjectPublicKey.TryDecode(
                signerKeyInfo.Span, out SubjectPublicKey? info) || info.Algorithm != expected)
            {
                return false;
            }

            using SignatureKey key = SignatureKeys.ImportPublic(expected, info.Key.Span);
            return key.Verify(data.Span, signature.Span);
        }

        // RFC 5758, section 3.2: no parameters. Named curves only: explicit ones let a forger choose the generator.
        bool Ecdsa(HashAlgorithmName hash)
        {
            if (!parameters.IsEmpty || CurveOf(signerKeyInfo) is not (Oids.P256 or Oids.P384 or Oids.P521))
                return false;

            using ECDsa key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(signerKeyInfo.Span, out _);
            return key.VerifyData(data.Span, signature.Span, hash, DSASignatureFormat.Rfc3279DerSequence);
        }

        // RFC 4055, section 5: the parameters are NULL; some leave them out.
        bool Pkcs1(HashAlgorithmName hash) =>
            (parameters.IsEmpty || parameters.Span.SequenceEqual("\u0005\0"u8)) && Rsa(hash, RSASignaturePadding.Pkcs1);

        bool PssSignature()
        {
            HashAlgorithmName hash = PssParameters
                .FirstOrDefault(known => known.Parameters.AsSpan().SequenceEqual(parameters.Span)).Hash;
            return hash.Name is not null && Rsa(hash, RSASignaturePadding.Pss);
        }

        bool Rsa(HashAlgorithmName hash, RSASignaturePadding padding)
        {
            if (!SubjectKey.TryDecode(signerKeyInfo, out SubjectKey? known, out _) || known.RsaSize == 0) return false;

            using RSA key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(signerKeyInfo.Span, out _);
            return key.VerifyData(data.Span, signature.Span, hash, padding);
        }
    }

    private static string? CurveOf(ReadOnlyMemory<byte> keyInfo)
    {
        try
        {
            AsnReader algorithm = new AsnReader(keyInfo, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            return algorithm.ReadObjectIdentifier() == Oids.EcPublicKey ? algorithm.ReadObjectIdentifier() : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static byte[] Pss(string hash, int saltSize, bool withNull)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) Hash();
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.Mgf1);
                Hash();
            }

            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
                writer.WriteInteger(saltSize);
        }

        return writer.Encode();

        void Hash()
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(hash);
                if (withNull) writer.WriteNull();
            }
        }
    }
}
