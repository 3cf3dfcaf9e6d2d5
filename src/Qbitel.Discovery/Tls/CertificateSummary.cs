using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Qbitel.Discovery.Tls;

/// <summary>What a certificate says of itself; nobody has vouched for it.</summary>
public sealed record CertificateSummary
{
    public required ReadOnlyMemory<byte> Der { get; init; }

    public required string Subject { get; init; }

    public required string Issuer { get; init; }

    /// <summary>Upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The algorithm of the public key, dotted decimal.</summary>
    public required string KeyOid { get; init; }

    /// <summary>
    /// Its name, e.g. <c>RSA</c>, <c>EC secp256r1</c>, <c>ML-DSA-65</c>; or the identifier where we know none.
    /// </summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>The curve of an EC key, dotted decimal.</summary>
    public string? KeyCurve { get; init; }

    /// <summary>Modulus or field size; null where bits say nothing (ML-DSA).</summary>
    public int? KeySizeBits { get; init; }

    /// <summary>The algorithm the certificate is signed with, dotted decimal.</summary>
    public required string SignatureOid { get; init; }

    public required string SignatureAlgorithm { get; init; }

    // RFC 3279, 4055, 5480, 5758, 8410; the identifiers of the post-quantum algorithms come from Qbitel.Cryptography.
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.1"] = "RSA",
        ["1.2.840.113549.1.1.10"] = "RSASSA-PSS",
        ["1.2.840.113549.1.1.5"] = "sha1WithRSAEncryption",
        ["1.2.840.113549.1.1.11"] = "sha256WithRSAEncryption",
        ["1.2.840.113549.1.1.12"] = "sha384WithRSAEncryption",
        ["1.2.840.113549.1.1.13"] = "sha512WithRSAEncryption",
        ["1.2.840.10045.2.1"] = "EC",
        ["1.2.840.10045.4.3.2"] = "ecdsa-with-SHA256",
        ["1.2.840.10045.4.3.3"] = "ecdsa-with-SHA384",
        ["1.2.840.10045.4.3.4"] = "ecdsa-with-SHA512",
        ["1.3.101.112"] = "Ed25519",
        ["1.3.101.113"] = "Ed448",
    };

    private static readonly Dictionary<string, (string Name, int Bits)> Curves = new(StringComparer.Ordinal)
    {
        ["1.2.840.10045.3.1.7"] = ("secp256r1", 256),
        ["1.3.132.0.34"] = ("secp384r1", 384),
        ["1.3.132.0.35"] = ("secp521r1", 521),
        ["1.3.132.0.10"] = ("secp256k1", 256),
        ["1.3.36.3.3.2.8.1.1.7"] = ("brainpoolP256r1", 256),
        ["1.3.36.3.3.2.8.1.1.11"] = ("brainpoolP384r1", 384),
    };

    /// <exception cref="CryptographicException">Not one certificate in DER.</exception>
    public static CertificateSummary Parse(ReadOnlySpan<byte> der)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        if (!certificate.RawDataMemory.Span.SequenceEqual(der))
            throw new CryptographicException("The certificate is not in DER, or something follows it.");

        string keyOid = certificate.PublicKey.Oid.Value ?? "";
        (string keyName, int? bits, string? curve) = Key(keyOid, certificate.PublicKey);
        return new CertificateSummary
        {
            Der = der.ToArray(),
            Subject = certificate.Subject,
            Issuer = certificate.Issuer,
            SerialNumber = certificate.SerialNumber,
            NotBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime()),
            NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime()),
            KeyOid = keyOid,
            KeyAlgorithm = keyName,
            KeyCurve = curve,
            KeySizeBits = bits,
            SignatureOid = certificate.SignatureAlgorithm.Value ?? "",
            SignatureAlgorithm = NameOf(certificate.SignatureAlgorithm.Value ?? ""),
        };
    }

    public static string NameOf(string oid) =>
        Names.TryGetValue(oid, out string? name) ? name
        : Cryptography.KeyAlgorithm.All.FirstOrDefault(a => a.Oid == oid)?.Name ?? oid;

    private static (string Name, int? Bits, string? Curve) Key(string oid, PublicKey key)
    {
        try
        {
            switch (oid)
            {
                case "1.2.840.113549.1.1.1" or "1.2.840.113549.1.1.10":
                    AsnReader rsa = new AsnReader(key.EncodedKeyValue.RawData, AsnEncodingRules.DER).ReadSequence();
                    return (NameOf(oid), (int)rsa.ReadInteger().GetBitLength(), null);
                case "1.2.840.10045.2.1":
                    string curve = new AsnReader(key.EncodedParameters?.RawData ?? [], AsnEncodingRules.DER)
                        .ReadObjectIdentifier();
                    return Curves.TryGetValue(curve, out (string Name, int Bits) known)
                        ? ($"EC {known.Name}", known.Bits, curve) : ($"EC {curve}", null, curve);
                default:
                    return (NameOf(oid), oid == "1.3.101.112" ? 256 : null, null);
            }
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The public key of the certificate is malformed.", e);
        }
    }
}
