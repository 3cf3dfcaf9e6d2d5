using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>
/// Why our keys are the platform's types: its X.509 code signs with them, with or without an implementation of its own.
/// </summary>
public sealed class CertificateTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("ML-DSA-44")]
    [InlineData("ML-DSA-65")]
    [InlineData("ML-DSA-87")]
    public void The_platform_issues_a_certificate_with_our_key(string name)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(name switch
        {
            "ML-DSA-44" => MLDsaAlgorithm.MLDsa44,
            "ML-DSA-65" => MLDsaAlgorithm.MLDsa65,
            _ => MLDsaAlgorithm.MLDsa87,
        });
        CertificateRequest request = new("CN=test", key);
        using X509Certificate2 certificate = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForMLDsa(key), Start, Start.AddDays(1), [1, 2, 3]);

        (byte[] toBeSigned, byte[] signature) = RfcKeys.CertificateSignature(certificate.ExportCertificatePem());
        Assert.True(key.VerifyData(toBeSigned, signature));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void The_platform_makes_a_request_with_our_key()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        byte[] request = new CertificateRequest("CN=test", key).CreateSigningRequest();
        (byte[] toBeSigned, byte[] signature) =
            RfcKeys.CertificateSignature(PemEncoding.WriteString("CERTIFICATE REQUEST", request));
        Assert.True(key.VerifyData(toBeSigned, signature));
    }
}
