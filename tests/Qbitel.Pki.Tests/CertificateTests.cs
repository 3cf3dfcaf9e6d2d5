using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Pki.Issuing;
using Qbitel.Pki.Paths;
using Qbitel.Testing;

namespace Qbitel.Pki.Tests;

/// <summary>Reading certificates: those of others, and what is not one.</summary>
public sealed class CertificateTests
{
    public static readonly TheoryData<string> MLDsa = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];
    public static readonly TheoryData<string> Composite = [.. CompositeRows()];

    [Theory, MemberData(nameof(MLDsa))]
    public void Certificates_of_rfc_9881_are_read_and_verify(string name)
    {
        string path = SharedFiles.Path($"vectors/pqc/rfc9881-mldsa/{name}.crt");
        Certificate certificate = Certificate.Parse(PemBytes(File.ReadAllText(path)));

        Assert.True(certificate.IsSelfIssued);
        Assert.Equal(name, SubjectKey.Decode(certificate.SubjectPublicKeyInfo).ToString());
        Assert.Null(CertificateSignature.Check(certificate, certificate));
        AlteredIsRefused(certificate);
    }

    [Theory, InlineData("512"), InlineData("768"), InlineData("1024")]
    public void Certificates_of_rfc_9935_are_read_though_we_issue_none(string size)
    {
        string path = SharedFiles.Path($"vectors/pqc/rfc9935-mlkem/ML-KEM-{size}.crt");
        Certificate certificate = Certificate.Parse(PemBytes(File.ReadAllText(path)));
        Assert.Equal(X509KeyUsageFlags.KeyEncipherment, certificate.KeyUsage);
        Assert.False(SubjectKey.TryDecode(certificate.SubjectPublicKeyInfo, out _, out _));
    }

    [Theory, MemberData(nameof(Composite))]
    public void Composite_certificates_of_the_draft_are_read_and_verify(string name)
    {
        Assert.SkipWhen(name.Length == 0, "third-party vectors are absent");
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(SharedFiles.Path("vectors/pqc/composite-sig/test-vectors.json")));
        JsonElement test = document.RootElement.GetProperty("tests").EnumerateArray().Single(
            t => t.GetProperty("tcId").GetString() == name);
        Certificate certificate = Certificate.Parse(test.GetProperty("x5c").GetBytesFromBase64());

        Objection? objection = CertificateSignature.Check(certificate, certificate);
        if (SignatureAlgorithm.All.Any(algorithm => algorithm.Oid == certificate.SignatureAlgorithmOid))
        {
            Assert.Null(objection);
            AlteredIsRefused(certificate);
        }
        else
        {
            Assert.Equal("signature-algorithm", objection?.Rule);
        }
    }

    [Fact]
    public async Task What_the_platform_reads_from_ours_is_what_we_read()
    {
        using TestAuthority authority = await TestAuthority.CreateAsync(SignatureAlgorithm.EcdsaP256);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Certificate ours = (await authority.IssueAsync(SubjectKey.Of(key))).Certificate;
        using X509Certificate2 theirs = X509CertificateLoader.LoadCertificate(ours.Der.Span);

        Assert.Equal(theirs.SerialNumber, ours.SerialNumber);
        Assert.Equal(theirs.Subject, ours.Subject);
        Assert.Equal(theirs.Issuer, ours.Issuer);
        Assert.Equal(theirs.NotBefore.ToUniversalTime(), ours.NotBefore.UtcDateTime);
        Assert.Equal(theirs.NotAfter.ToUniversalTime(), ours.NotAfter.UtcDateTime);
        Assert.Equal(theirs.SignatureAlgorithm.Value, ours.SignatureAlgorithmOid);
        Assert.Equal(theirs.Extensions.Count, ours.Extensions.Count);
        Assert.Equal(theirs.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages, ours.KeyUsage);
        X509SubjectAlternativeNameExtension names =
            theirs.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(names.EnumerateDnsNames(), ours.Names.Dns);
        Assert.Equal(names.EnumerateIPAddresses(), ours.Names.Addresses);
        Assert.Equal(Convert.ToHexString(ours.SubjectKeyIdentifier.Span),
            theirs.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier);
        Assert.True(ours.AuthorityKeyIdentifier.Span.SequenceEqual(
            theirs.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.Span));
    }

    [Fact]
    public void What_the_platform_writes_is_read()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=platform", key, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 3, true));
        using X509Certificate2 theirs = request.CreateSelfSigned(TestAuthority.Start, TestAuthority.Start.AddYears(40));

        Certificate ours = Certificate.Parse(theirs.RawData);

        Assert.True(ours.IsAuthority);
        Assert.Equal(3, ours.PathLength);
        Assert.Equal(2066, ours.NotAfter.Year);
        Assert.Null(CertificateSignature.Check(ours, ours));
        Assert.Equal(theirs.ExportCertificatePem() + "\n", ours.ToPem());
    }

    [Fact]
    public async Task Whatever_the_bytes_reading_ends_in_a_certificate_or_an_objection()
    {
        using TestAuthority authority = await TestAuthority.CreateAsync(SignatureAlgorithm.Ed25519);
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.Ed25519);
        byte[] good = (await authority.IssueAsync(SubjectKey.Of(key.Algorithm, key.ExportPublicKey()))).Der.ToArray();
        Certificate issuer = authority.Issuing.Certificate.Certificate;

        for (int length = 0; length < good.Length; length++)
            Assert.False(Certificate.TryParse(good.AsMemory(0, length), out _, out _));
        Assert.False(Certificate.TryParse((byte[])[.. good, 0], out _, out _));
        Assert.False(Certificate.TryParse(new byte[Certificate.MaxSize + 1], out _, out Objection? tooLong));
        Assert.Equal("certificate", tooLong!.Rule);
        for (int at = 0; at < good.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] bad = [.. good];
                bad[at] ^= (byte)(1 << bit);
                if (Certificate.TryParse(bad, out Certificate? read, out Objection? objection))
                    Assert.False(CertificateSignature.Verify(read, issuer), $"{at}.{bit}");
                else Assert.NotEmpty(objection.Rule);
            }
        }

        Prop.ForAll<byte[]>(bytes => Certificate.TryParse(
            bytes, out _, out Objection? found) || found is not null).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("tbsCertificate.version", "A003020102", "A003020101")]
    [InlineData("tbsCertificate.signature", "300506032B6570", "300506032B6571")]
    [InlineData("signatureAlgorithm", "300506032B6570", "300706032B65700500")]
    public async Task A_malformed_field_is_named(string field, string from, string to)
    {
        using TestAuthority authority = await TestAuthority.CreateAsync(SignatureAlgorithm.Ed25519);
        string good = Convert.ToHexString(authority.Root.Certificate.Der.Span);
        bool last = field == "signatureAlgorithm";
        int at = last ? good.LastIndexOf(from, StringComparison.Ordinal) : good.IndexOf(from, StringComparison.Ordinal);
        string bad = good[..at] + to + good[(at + from.Length)..];
        byte[] bytes = Convert.FromHexString(bad);
        if (last) bytes[3] += 2; // the outer length

        Assert.False(Certificate.TryParse(bytes, out _, out Objection? objection));
        Assert.Equal(last ? "tbsCertificate.signature" : field, objection.Rule);
    }

    [Fact]
    public async Task Two_extensions_of_a_kind_and_other_faults_of_an_authority_are_refused()
    {
        using TestAuthority authority = await TestAuthority.CreateAsync(SignatureAlgorithm.EcdsaP256);
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        SubjectKey subject = SubjectKey.Of(key.Algorithm, key.ExportPublicKey());
        X509Extension basic = TestAuthority.Basic(authority: false);

        await RefusedAsync("twice", [basic, basic]);
        await RefusedAsync("empty", []);
        await RefusedAsync(
            "path length", [new X509Extension(Oids.BasicConstraints, [0x30, 0x03, 0x02, 0x01, 0x00], true)]);
        await RefusedAsync(
            "default value", [new X509Extension(Oids.BasicConstraints, [0x30, 0x03, 0x01, 0x01, 0x00], true)]);
        await RefusedAsync("usages", [new X509Extension(Oids.KeyUsage, [0x03, 0x01, 0x00], true)]);
        await RefusedAsync("last bit", [new X509Extension(Oids.KeyUsage, [0x03, 0x02, 0x00, 0x80], true)]);
        await RefusedAsync("names is empty", [new X509Extension(Oids.SubjectAltName, [0x30, 0x00], true)]);
        await RefusedAsync(
            "address", [new X509Extension(Oids.SubjectAltName, [0x30, 0x05, 0x87, 0x03, 1, 2, 3], true)]);
        await RefusedAsync("purposes", [new X509Extension(Oids.ExtendedKeyUsage, [0x30, 0x00], true)]);
        await RefusedAsync("ends before", [basic], tbs => tbs with { NotAfter = tbs.NotBefore.AddSeconds(-1) });

        async Task RefusedAsync(
            string detail, X509Extension[] extensions, Func<TbsCertificate,
            TbsCertificate>? change = null)
        {
            CryptographicException refused = await Assert.ThrowsAsync<CryptographicException>(
                () =>
                    TestAuthority.ForgeAsync(
                        authority.Issuing.Certificate.Certificate, authority.IssuingSigner, subject, "leaf", extensions,
                        change));
            Assert.Contains(detail, refused.Message, StringComparison.Ordinal);
            Assert.Contains("tbsCertificate.", refused.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>One byte in the signed part, one in the first and one in the last half of the signature.</summary>
    private static void AlteredIsRefused(Certificate certificate)
    {
        int signature = certificate.Der.Length - certificate.Signature.Length;
        foreach (int at in (int[])[20, signature, signature + 100, certificate.Der.Length - 1])
        {
            byte[] altered = certificate.Der.ToArray();
            altered[at] ^= 1;
            if (Certificate.TryParse(altered, out Certificate? read, out _))
                Assert.False(CertificateSignature.Verify(read, certificate), $"byte {at}");
        }
    }

    private static IEnumerable<string> CompositeRows()
    {
        if (!SharedFiles.TryFind("vectors/pqc/composite-sig/test-vectors.json", out string path)) return [""];
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.GetProperty("tests").EnumerateArray().Select(
            t => t.GetProperty("tcId").GetString()!)];
    }

    private static byte[] PemBytes(string text) => Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]);
}
