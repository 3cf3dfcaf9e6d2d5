using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Lattices;
using Qbitel.Pki.Issuing;

namespace Qbitel.Pki.Tests.Issuing;

/// <summary>Requests written by the platform and by openssl.</summary>
public sealed class SigningRequestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qbitel-pki-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Key_and_names_are_taken_from_a_request()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(SigningRequest.TryParse(
            Request(key), out SigningRequest? request, out Objection? objection), objection?.ToString());
        Assert.Equal("pay.bank.internal", request.CommonName);
        Assert.Equal(["pay.bank.internal", "localhost"], request.Names.Dns);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), request.Key.Encoded.ToArray());
        CertificateOrder order = request.ToOrder();
        Assert.Null(TestAuthority.ServerPolicy.Check(order));
    }

    [Fact]
    public void Rsa_and_mldsa_requests_of_the_platform_are_read()
    {
        using RSA rsa = RSA.Create(2048);
        byte[] byRsa = new CertificateRequest(
            "CN=rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pss).CreateSigningRequest();
        Assert.True(SigningRequest.TryParse(byRsa, out SigningRequest? request, out _));
        Assert.Equal(2048, request.Key.RsaSize);

        using MLDsa mldsa = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        byte[] byMLDsa = new CertificateRequest("CN=pq", mldsa).CreateSigningRequest();
        Assert.True(SigningRequest.TryParse(byMLDsa, out request, out _));
        Assert.True(request.Key.IsQuantumSafe);
        byMLDsa[^1] ^= 1;
        Assert.False(SigningRequest.TryParse(byMLDsa, out _, out Objection? objection));
        Assert.Equal("proof-of-possession", objection.Rule);
    }

    [Fact]
    public void A_request_for_a_key_the_sender_does_not_hold_is_refused()
    {
        using ECDsa mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa theirs = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(
            new X500DistinguishedName("CN=stolen"), new PublicKey(theirs), HashAlgorithmName.SHA256);
        byte[] signedByMe = request.CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(mine));

        Assert.False(SigningRequest.TryParse(signedByMe, out _, out Objection? objection));
        Assert.Equal("proof-of-possession", objection.Rule);
    }

    [Fact]
    public void Whatever_the_bytes_no_altered_request_is_accepted()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] good = Request(key);
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= (byte)(1 << (at % 8));
            Assert.False(SigningRequest.TryParse(bad, out _, out Objection? objection), $"byte {at}");
            Assert.NotEmpty(objection.Rule);
        }

        for (int length = 0; length < good.Length; length++)
            Assert.False(SigningRequest.TryParse(good.AsMemory(0, length), out _, out _));
        Assert.False(SigningRequest.TryParse((byte[])[.. good, 0], out _, out _));
        Assert.False(SigningRequest.TryParse(new byte[70_000], out _, out _));
        Prop.ForAll<byte[]>(bytes => !SigningRequest.TryParse(
            bytes, out _, out Objection? found) && found is not null).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Names_of_kinds_we_do_not_certify_stop_the_order()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("pay.bank.internal");
        names.AddEmailAddress("ceo@bank.internal");
        CertificateRequest written = new("CN=pay.bank.internal", key, HashAlgorithmName.SHA256);
        written.CertificateExtensions.Add(names.Build());
        Assert.True(SigningRequest.TryParse(written.CreateSigningRequest(), out SigningRequest? request, out _));
        Assert.Equal(1, request.Names.Others);
        Assert.Throws<InvalidOperationException>(request.ToOrder);
    }

    [Theory, InlineData("ed25519", 3, 0), InlineData("mldsa65", 3, 5)]
    public async Task Requests_of_openssl_are_read(string algorithm, int major, int minor)
    {
        OpenSsl.Require(major, minor);
        await OpenSsl.MustAsync(
            _folder, "req", "-new", "-newkey", algorithm, "-nodes", "-keyout", "k.pem", "-subj",
            "/O=Example/CN=pay.bank.internal",
            "-addext", "subjectAltName=DNS:pay.bank.internal,IP:127.0.0.1", "-out", "r.pem");
        string text = await File.ReadAllTextAsync(
            Path.Combine(_folder, "r.pem"), TestContext.Current.CancellationToken);

        Assert.True(SigningRequest.TryParsePem(
            text, out SigningRequest? request, out Objection? objection), objection?.ToString());
        Assert.Equal("pay.bank.internal", request.CommonName);
        Assert.Equal("pay.bank.internal, 127.0.0.1", request.Names.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no pem")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----")]
    public void Text_that_is_no_request_is_refused(string text)
    {
        Assert.False(SigningRequest.TryParsePem(text, out _, out Objection? objection));
        Assert.Equal("certificationRequest", objection.Rule);
    }

    private static byte[] Request(ECDsa key)
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("pay.bank.internal");
        names.AddDnsName("localhost");
        CertificateRequest request = new("CN=pay.bank.internal", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        // asked for, never granted
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSigningRequest();
    }
}
