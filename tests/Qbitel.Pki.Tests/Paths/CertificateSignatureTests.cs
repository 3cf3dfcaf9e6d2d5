using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Pki.Paths;

namespace Qbitel.Pki.Tests.Paths;

/// <summary>Signatures by the platform and by openssl, which we did not write.</summary>
public sealed class CertificateSignatureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qbitel-pki-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("SHA256", false)]
    [InlineData("SHA384", false)]
    [InlineData("SHA512", false)]
    [InlineData("SHA256", true)]
    [InlineData("SHA384", true)]
    [InlineData("SHA512", true)]
    public void Rsa_signatures_of_the_platform_verify(string hash, bool pss)
    {
        using RSA key = RSA.Create(2048);
        using RSA other = RSA.Create(2048);
        Certificate certificate = SelfSigned(new CertificateRequest(
            "CN=rsa", key, new HashAlgorithmName(hash), pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));

        Assert.Null(CertificateSignature.Check(certificate, certificate));
        Assert.Equal("signature", CertificateSignature.Check(
            certificate, SelfSigned(
                new CertificateRequest("CN=rsa", other, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))?.Rule);
    }

    [Theory, InlineData("nistP256", "SHA256"), InlineData(
        "nistP384", "SHA384"), InlineData("nistP521", "SHA512"), InlineData("nistP256", "SHA512")]
    public void Ecdsa_signatures_of_the_platform_verify(string curve, string hash)
    {
        using ECDsa key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        using ECDsa other = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        Certificate certificate = SelfSigned(new CertificateRequest("CN=ec", key, new HashAlgorithmName(hash)));

        Assert.Null(CertificateSignature.Check(certificate, certificate));
        Assert.Equal("signature", CertificateSignature.Check(
            certificate, SelfSigned(new CertificateRequest("CN=ec", other, HashAlgorithmName.SHA256)))?.Rule);
    }

    [Fact]
    public void A_key_of_another_kind_than_the_signature_is_refused()
    {
        using RSA rsa = RSA.Create(2048);
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Certificate byRsa = SelfSigned(
            new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Certificate byEc = SelfSigned(new CertificateRequest("CN=x", ec, HashAlgorithmName.SHA256));
        Assert.Equal("signature", CertificateSignature.Check(byRsa, byEc)?.Rule);
        Assert.Equal("signature", CertificateSignature.Check(byEc, byRsa)?.Rule);
    }

    [Theory]
    [InlineData("rsa:2048", "-sha1", "signature-algorithm")]
    [InlineData("rsa:1024", "-sha256", "signature")]
    [InlineData("rsa:2048", "-sha224", "signature-algorithm")]
    public async Task Weak_signatures_of_openssl_are_refused_by_name(string key, string hash, string rule)
    {
        OpenSsl.Require(3, 0);
        await OpenSsl.MustAsync(
            _folder, "req", "-x509", "-newkey", key, "-nodes", "-keyout", "k.pem", hash, "-subj", "/CN=weak", "-out",
            "c.pem");
        Assert.Equal(rule, CertificateSignature.Check(Read("c.pem"), Read("c.pem"))?.Rule);
    }

    [Fact]
    public async Task Ed25519_of_openssl_verifies()
    {
        OpenSsl.Require(3, 0);
        await OpenSsl.MustAsync(
            _folder, "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "k.pem", "-subj", "/CN=ed", "-out",
            "c.pem");
        Assert.Null(CertificateSignature.Check(Read("c.pem"), Read("c.pem")));
    }

    [Fact]
    public async Task A_curve_given_by_its_parameters_is_refused()
    {
        OpenSsl.Require(3, 0);
        await OpenSsl.MustAsync(
            _folder, "ecparam", "-name", "prime256v1", "-genkey", "-param_enc", "explicit", "-out", "k.pem");
        (int code, string output) = await OpenSsl.RunAsync(
            _folder, "req", "-x509", "-new", "-key", "k.pem", "-sha256", "-subj", "/CN=ec", "-out", "c.pem");
        Assert.True(code == 0, output);
        Assert.Equal("signature", CertificateSignature.Check(Read("c.pem"), Read("c.pem"))?.Rule);
    }

    [Theory, InlineData("mldsa44"), InlineData("mldsa65"), InlineData("mldsa87")]
    public async Task MLDsa_of_openssl_verifies(string name)
    {
        OpenSsl.Require(3, 5);
        await OpenSsl.MustAsync(
            _folder, "req", "-x509", "-newkey", name, "-nodes", "-keyout", "k.pem", "-subj", "/CN=pq", "-out", "c.pem");
        Certificate certificate = Read("c.pem");
        Assert.Null(CertificateSignature.Check(certificate, certificate));
        Assert.True(SubjectKey.Decode(certificate.SubjectPublicKeyInfo).IsQuantumSafe);
    }

    private static Certificate SelfSigned(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(
            TestAuthority.Start, TestAuthority.Start.AddDays(1));
        return Certificate.Parse(certificate.RawData);
    }

    private Certificate Read(string file)
    {
        string text = File.ReadAllText(Path.Combine(_folder, file));
        return Certificate.Parse(Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]));
    }
}
