using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Encodings;

/// <summary>One key of every algorithm that has a PKCS#8 form, made once.</summary>
internal static class Samples
{
    public static IEnumerable<string> SignatureNames => SignatureAlgorithm.All
        .Where(algorithm => algorithm.Oid is not null).Select(algorithm => algorithm.Name);

    public static IEnumerable<string> KemNames => KemAlgorithm.All
        .Where(algorithm => algorithm.Oid is not null).Select(algorithm => algorithm.Name);

    public static SignatureKey Signature(string name) =>
        SignatureKeys.Generate((SignatureAlgorithm)KeyAlgorithm.Parse(name));

    public static KemKey Kem(string name) => KemKeys.Generate((KemAlgorithm)KeyAlgorithm.Parse(name));

    /// <summary>A certificate of any key, from an authority on P-256.</summary>
    public static byte[] Certificate(SubjectPublicKey key, byte serial = 1, byte[]? keyIdentifier = null)
    {
        using ECDsa authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(
            new X500DistinguishedName("CN=sample"), PublicKey.CreateFromSubjectPublicKeyInfo(key.Encode(), out _),
            HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509SubjectKeyIdentifierExtension(keyIdentifier ?? [1, 2, 3], critical: false));
        DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 certificate = request.Create(
            new X500DistinguishedName("CN=authority"), X509SignatureGenerator.CreateForECDsa(authority), start,
            start.AddYears(1), [serial]);
        return certificate.RawData;
    }
}
