using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>The example keys and certificates of RFC 9881 and RFC 9935.</summary>
internal static class RfcKeys
{
    public static string MLKem(string file) => Read($"rfc9935-mlkem/{file}");

    public static string MLDsa(string file) => Read($"rfc9881-mldsa/{file}");

    /// <summary>The bytes of the first PEM object in a text.</summary>
    public static byte[] Der(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);

    /// <summary>The raw public key in a certificate.</summary>
    public static byte[] CertificateKey(string pem)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Der(pem));
        return certificate.PublicKey.EncodedKeyValue.RawData;
    }

    /// <summary>The two parts of a certificate that its signature relates (RFC 5280, section 4.1).</summary>
    public static (byte[] ToBeSigned, byte[] Signature) CertificateSignature(string pem)
    {
        AsnReader certificate = new AsnReader(Der(pem), AsnEncodingRules.DER).ReadSequence();
        byte[] toBeSigned = certificate.ReadEncodedValue().ToArray();
        certificate.ReadSequence();
        return (toBeSigned, certificate.ReadBitString(out _));
    }

    private static string Read(string path) => File.ReadAllText(SharedFiles.Path($"vectors/pqc/{path}"));
}
