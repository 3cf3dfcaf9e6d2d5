using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using static Qbitel.Pki.Tests.TestAuthority;

namespace Qbitel.Pki.Tests.Issuing;

/// <summary>What we write, read by openssl.</summary>
public sealed class OpenSslReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qbitel-pki-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("ECDSA-P384-SHA384", "ECDSA-P256-SHA256", 3, 0)]
    [InlineData("Ed25519", "Ed25519", 3, 0)]
    [InlineData("ML-DSA-87", "ML-DSA-65", 3, 5)]
    [InlineData("ML-DSA-44", "ML-DSA-44", 3, 5)]
    [InlineData("ML-DSA-65", "ECDSA-P256-SHA256", 3, 5)]
    public async Task Openssl_verifies_our_paths(string root, string issuing, int major, int minor)
    {
        OpenSsl.Require(major, minor);
        using TestAuthority authority = await CreateAsync(
            (SignatureAlgorithm)KeyAlgorithm.Parse(root), (SignatureAlgorithm)KeyAlgorithm.Parse(issuing));
        using RSA rsa = RSA.Create(2048);
        using SignatureKey key = SignatureKeys.Generate((SignatureAlgorithm)KeyAlgorithm.Parse(issuing));
        foreach (SubjectKey subject in (SubjectKey[])[SubjectKey.Of(rsa), SubjectKey.Of(
            key.Algorithm, key.ExportPublicKey())])
        {
            IssuedCertificate leaf = await authority.IssueAsync(subject);
            await WriteAsync(authority, leaf);
            string[] verify =
            [
                "verify", "-x509_strict", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "-purpose", "sslserver",
                "-attime", $"{Start.ToUnixTimeSeconds()}", "-verify_hostname", "pay.bank.internal",
            ];
            Assert.Equal("leaf.pem: OK\n", await OpenSsl.MustAsync(_folder, [.. verify, "leaf.pem"]));

            // The same reader refuses what was altered, so its OK means something.
            byte[] altered = leaf.Der.ToArray();
            altered[^1] ^= 1;
            await File.WriteAllTextAsync(Path.Combine(_folder, "bad.pem"), PemEncoding.WriteString(
                "CERTIFICATE", altered), TestContext.Current.CancellationToken);
            (int code, _) = await OpenSsl.RunAsync(_folder, [.. verify, "bad.pem"]);
            Assert.NotEqual(0, code);
        }
    }

    [Fact]
    public async Task Openssl_shows_the_fields_we_wrote()
    {
        OpenSsl.Require(3, 0);
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP384, SignatureAlgorithm.EcdsaP256);
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        CertPolicy policy = ServerPolicy with
        {
            OcspMustStaple = true,
            OcspUrl = new Uri(
            "http://ocsp.bank.internal/")
        };
        IssuedCertificate leaf = await authority.IssueAsync(
            SubjectKey.Of(key.Algorithm, key.ExportPublicKey()), policy);
        await WriteAsync(authority, leaf);

        string text = await OpenSsl.MustAsync(_folder, "x509", "-in", "leaf.pem", "-noout", "-text");

        Assert.All((string[])
        [
            "Version: 3 (0x2)", "Signature Algorithm: ecdsa-with-SHA256", "Issuer: CN = Test Issuing",
            "Not Before: Nov 24 08:55:00 2026 GMT",
            "Not After : Feb 22 08:54:59 2027 GMT", "Subject: CN = pay.bank.internal",
            "X509v3 Basic Constraints: critical", "CA:FALSE",
            "X509v3 Key Usage: critical", "Digital Signature", "TLS Web Server Authentication",
            "DNS:pay.bank.internal, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
            "OCSP - URI:http://ocsp.bank.internal/",
            "status_request", "X509v3 Authority Key Identifier",
        ], expected =>
            Assert.Contains(expected.Replace(" = ", "=", StringComparison.Ordinal), text.Replace(
                " = ", "=", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Theory, InlineData("ML-DSA-87"), InlineData("MLDSA65-Ed25519-SHA512")]
    public async Task Openssl_of_any_version_parses_certificates_of_algorithms_it_may_not_know(string name)
    {
        OpenSsl.Require(3, 0);
        using TestAuthority authority = await CreateAsync((SignatureAlgorithm)KeyAlgorithm.Parse(name));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "root.pem"), authority.Root.Certificate.ToPem(),
            TestContext.Current.CancellationToken);
        string text = await OpenSsl.MustAsync(_folder, "x509", "-in", "root.pem", "-noout", "-text");
        Assert.Contains("CA:TRUE, pathlen:1", text, StringComparison.Ordinal);

        // And walks the whole structure.
        string tree = await OpenSsl.MustAsync(_folder, "asn1parse", "-in", "root.pem");
        Assert.Contains("BIT STRING", tree, StringComparison.Ordinal);
    }

    private async Task WriteAsync(TestAuthority authority, IssuedCertificate leaf)
    {
        foreach ((string name, Certificate certificate) in ((string, Certificate)[])
            [("leaf", leaf.Certificate), ("issuing", leaf.Above[0]), ("root", authority.Root.Certificate.Certificate)])
        {
            await File.WriteAllTextAsync(
                Path.Combine(_folder, $"{name}.pem"), certificate.ToPem(), TestContext.Current.CancellationToken);
        }
    }
}
