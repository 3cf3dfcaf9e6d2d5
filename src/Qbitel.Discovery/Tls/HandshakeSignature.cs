using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Discovery.Tls;

/// <summary>Checks the server's signature over the handshake with the key of its certificate.</summary>
internal static class HandshakeSignature
{
    /// <returns>Null where we do not know the scheme.</returns>
    public static bool? Verify(int scheme, CertificateSummary signer, ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> signature)
    {
        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(signer.Der.Span);
            switch (scheme)
            {
                case 0x0804 or 0x0805 or 0x0806 or 0x0809 or 0x080A or 0x080B:
                    return Rsa(certificate, data, signature, Hash(scheme & 0xF), RSASignaturePadding.Pss);
                case 0x0201 or 0x0401 or 0x0501 or 0x0601:
                    return Rsa(certificate, data, signature, Hash(scheme >> 8), RSASignaturePadding.Pkcs1);
                case 0x0203 or 0x0403 or 0x0503 or 0x0603:
                    using (ECDsa? key = certificate.GetECDsaPublicKey())
                    {
                        return key?.VerifyData(data, signature, Hash(scheme >> 8),
                            DSASignatureFormat.Rfc3279DerSequence) ?? false;
                    }

                case 0x0807 or 0x0904 or 0x0905 or 0x0906:
                    SubjectPublicKey info = SubjectPublicKey.Decode(certificate.PublicKey.ExportSubjectPublicKeyInfo());
                    if (info.Algorithm is not SignatureAlgorithm algorithm || algorithm != Algorithm(scheme))
                        return false;
                    using (SignatureKey key = SignatureKeys.ImportPublic(algorithm, info.Key.Span))
                        return key.Verify(data, signature);
                default:
                    return null;
            }
        }
        catch (CryptographicException)
        {
            return false; // a key that cannot be read has signed nothing
        }
    }

    private static bool Rsa(
        X509Certificate2 certificate, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash,
            RSASignaturePadding padding)
    {
        using RSA? key = certificate.GetRSAPublicKey();
        return key?.VerifyData(data, signature, hash, padding) ?? false;
    }

    private static SignatureAlgorithm Algorithm(int scheme) => scheme switch
    {
        0x0904 => SignatureAlgorithm.MLDsa44,
        0x0905 => SignatureAlgorithm.MLDsa65,
        0x0906 => SignatureAlgorithm.MLDsa87,
        _ => SignatureAlgorithm.Ed25519,
    };

    // The hash numbers of TLS 1.2 in the high byte (2, 4, 5, 6), those of PSS in the low half-byte (4 to 6 and 9 to B).
    private static HashAlgorithmName Hash(int number) => number switch
    {
        2 => HashAlgorithmName.SHA1,
        4 or 9 => HashAlgorithmName.SHA256,
        5 or 0xA => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };
}
