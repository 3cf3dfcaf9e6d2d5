using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm;
using Qbitel.Hsm.Software;
using Qbitel.Pki.Issuing;
using Qbitel.Pki.Paths;
using static Qbitel.Pki.Tests.TestAuthority;

namespace Qbitel.Pki.Tests.Issuing;

public sealed class CertificateAuthorityTests : IDisposable
{
    // A large RSA half takes seconds to make, three times here; one of 2,048 bits stands for them.
    public static readonly TheoryData<string> Algorithms =
    [
        .. SignatureAlgorithm.All.Select(a => a.Name).Where(name =>
            !name.Contains("RSA3072", StringComparison.Ordinal) && !name.Contains("RSA4096", StringComparison.Ordinal)),
    ];

    private readonly SignatureKey _key = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private SubjectKey Key => SubjectKey.Of(_key.Algorithm, _key.ExportPublicKey());

    public void Dispose() => _key.Dispose();

    [Theory, MemberData(nameof(Algorithms))]
    public async Task Root_issuing_authority_and_leaf_of_every_algorithm_make_a_valid_path(string name)
    {
        SignatureAlgorithm algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        using TestAuthority authority = await CreateAsync(algorithm);
        using SignatureKey leafKey = SignatureKeys.Generate(algorithm);

        IssuedCertificate leaf = await authority.IssueAsync(SubjectKey.Of(algorithm, leafKey.ExportPublicKey()));

        Assert.Null(CertificatePath.Check(leaf.Chain, authority.Roots, CertificateType.TlsServer, Start));
        foreach (Certificate certificate in leaf.Chain)
        {
            Assert.Equal(algorithm.Oid, certificate.SignatureAlgorithmOid);
            // RFC 9881, RFC 5758, RFC 8410 and the composite draft: an identifier and nothing else.
            Assert.Equal(certificate.SignatureAlgorithm.Length - 2, certificate.SignatureAlgorithm.Span[1]);
            Assert.Equal(0x06, certificate.SignatureAlgorithm.Span[2]);
            Assert.Equal(certificate.SignatureAlgorithm.Length - 4, certificate.SignatureAlgorithm.Span[3]);
            // a second reader
            using X509Certificate2 read = X509CertificateLoader.LoadCertificate(certificate.Der.Span);
            Assert.Equal(certificate.SerialNumber, read.SerialNumber);
        }
    }

    [Fact]
    public async Task An_authority_is_marked_as_one()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP384, SignatureAlgorithm.EcdsaP256);
        Certificate root = authority.Root.Certificate.Certificate;
        Certificate issuing = authority.Issuing.Certificate.Certificate;

        Assert.Equal("CN=Test Root, O=Example Bank", root.Subject);
        Assert.True(root.IsSelfIssued);
        Assert.True(root.AuthorityKeyIdentifier.IsEmpty);
        Assert.Equal((true, 1), (root.IsAuthority, root.PathLength));
        Assert.Equal((true, 0), (issuing.IsAuthority, issuing.PathLength));
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, root.KeyUsage);
        Assert.True(issuing.AuthorityKeyIdentifier.Span.SequenceEqual(root.SubjectKeyIdentifier.Span));
        Assert.All((Certificate[])[root, issuing], certificate => Assert.All(
            certificate.Extensions.Where(e => e.Oid is Oids.BasicConstraints or Oids.KeyUsage), e =>
                Assert.True(e.IsCritical)));
    }

    [Fact]
    public async Task A_leaf_says_what_the_policy_says()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        Certificate leaf = (await authority.IssueAsync(Key)).Certificate;

        Assert.False(leaf.IsAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, leaf.KeyUsage);
        Assert.Equal([Oids.ServerAuth], leaf.ExtendedKeyUsage);
        Assert.Equal(["pay.bank.internal", "localhost"], leaf.Names.Dns);
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], leaf.Names.Addresses);
        Assert.Equal("CN=pay.bank.internal", leaf.Subject);
        // RFC 7093, method 1
        Assert.Equal(SHA256.HashData(_key.ExportPublicKey())[..20], leaf.SubjectKeyIdentifier.ToArray());
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 8, 55, 0, TimeSpan.Zero), leaf.NotBefore);
        Assert.Equal(TimeSpan.FromDays(90), leaf.NotAfter.AddSeconds(1) - leaf.NotBefore);
        Assert.DoesNotContain(leaf.Extensions, e => e.Oid is Oids.AuthorityInfoAccess or Oids.TlsFeature);
    }

    [Fact]
    public async Task Serial_numbers_have_16_random_bytes_and_are_positive()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        HashSet<string> serials = new(StringComparer.Ordinal);
        for (int i = 0; i < 50; i++)
        {
            Certificate leaf = (await authority.IssueAsync(Key)).Certificate;
            Assert.Equal(32, leaf.SerialNumber.Length);
            Assert.InRange(Convert.FromHexString(leaf.SerialNumber)[0], 0x40, 0x7F);
            Assert.True(serials.Add(leaf.SerialNumber));
        }
    }

    [Fact]
    public async Task Without_a_common_name_the_alternative_names_are_critical()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        Issuance issuance = await authority.Issuing.IssueAsync(
            Order(Key) with { CommonName = null }, ServerPolicy, Stop);
        Certificate leaf = issuance.Certificate!.Certificate;
        Assert.Equal("", leaf.Subject);
        Assert.True(leaf.Extensions.Single(e => e.Oid == Oids.SubjectAltName).IsCritical);
        Assert.Null(
            CertificatePath.Check(issuance.Certificate.Chain, authority.Roots, CertificateType.TlsServer, Start));
    }

    [Fact]
    public async Task Rsa_keys_of_servers_may_transport_keys()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        using RSA rsa = RSA.Create(2048);
        Certificate leaf = (await authority.IssueAsync(SubjectKey.Of(rsa))).Certificate;
        Assert.Equal(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, leaf.KeyUsage);
    }

    [Fact]
    public async Task Stapling_is_written_as_rfc_7633_says()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        CertPolicy policy = ServerPolicy with
        {
            OcspMustStaple = true,
            OcspUrl = new Uri(
            "http://ocsp.bank.internal/q")
        };
        Certificate leaf = (await authority.IssueAsync(Key, policy)).Certificate;
        Assert.Equal(
            "3003020105", Convert.ToHexString(leaf.Extensions.Single(e => e.Oid == Oids.TlsFeature).Value.Span));
        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(leaf.Der.Span);
        Assert.Equal(
            ["http://ocsp.bank.internal/q"],
            read.Extensions.OfType<X509AuthorityInformationAccessExtension>().Single().EnumerateOcspUris());
    }

    [Fact]
    public async Task What_the_policy_refuses_is_not_signed()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        CountingSigner counting = new(authority.IssuingSigner);
        CertificateAuthority issuing = CertificateAuthority.Open(
            authority.Issuing.Certificate, counting, authority.Time, null);

        Issuance refused = await issuing.IssueAsync(
            Order(Key) with { DnsNames = ["pay.bank.internal", "evilbank.internal"] }, ServerPolicy, Stop);

        Assert.False(refused.IsIssued);
        Assert.Equal("allowed-domains", refused.Refusal.Rule);
        Assert.Equal(0, counting.Signatures);
    }

    [Theory]
    [InlineData("ML-DSA-87", "ML-DSA-65", true)]
    [InlineData("MLDSA65-Ed25519-SHA512", "MLDSA65-Ed25519-SHA512", true)]
    [InlineData("ML-DSA-87", "ECDSA-P256-SHA256", false)]
    [InlineData("ECDSA-P384-SHA384", "ML-DSA-65", false)]
    public async Task A_pqc_ready_certificate_needs_quantum_safe_authorities_up_to_the_root(
        string root, string issuing, bool issued)
    {
        using TestAuthority authority = await CreateAsync(
            (SignatureAlgorithm)KeyAlgorithm.Parse(root), (SignatureAlgorithm)KeyAlgorithm.Parse(issuing));
        Issuance issuance = await authority.Issuing.IssueAsync(Order(Key), ServerPolicy with { PqcReady = true }, Stop);
        Assert.Equal(issued, issuance.IsIssued);
        if (!issued) Assert.Equal("pqc-ready", issuance.Refusal!.Rule);
    }

    [Fact]
    public async Task An_authority_certifies_nothing_that_outlives_it()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        authority.Time.Advance(TimeSpan.FromDays((5 * 365) - 89));
        Issuance late = await authority.Issuing.IssueAsync(Order(Key), ServerPolicy, Stop);
        Assert.Equal("authority-validity", late.Refusal?.Rule);
        Assert.True(
            (await authority.Issuing.IssueAsync(Order(Key), ServerPolicy with { ValidityDays = 30 }, Stop)).IsIssued);

        authority.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal("authority-validity", (await authority.Issuing.IssueAsync(
            Order(Key), ServerPolicy with { ValidityDays = 1 }, Stop)).Refusal?.Rule);
    }

    [Fact]
    public async Task An_issuing_authority_certifies_no_authority()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        using SignatureKey below = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () =>
                await authority.Issuing.CreateIssuingAsync(
                    new LocalSigner(below), new AuthorityProfile { CommonName = "Below" }, Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await authority.Root.CreateIssuingAsync(
            new LocalSigner(below),
            new AuthorityProfile { CommonName = "Too long", Validity = TimeSpan.FromDays(4_000) }, Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await authority.Root.CreateIssuingAsync(
            new LocalSigner(below), new AuthorityProfile { CommonName = "Test Root", Organization = "Example Bank" },
            Stop));
    }

    [Fact]
    public async Task A_faulty_signature_is_not_handed_out()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        foreach (Func<byte[], byte[]> fault in (
            Func<byte[], byte[]>[])[good => new byte[good.Length], good => [.. good[..^1], (byte)(good[^1] ^ 1)]])
        {
            CertificateAuthority faulty = CertificateAuthority.Open(
                authority.Issuing.Certificate, new FaultySigner(authority.IssuingSigner, fault), authority.Time, null);
            CryptographicException refused = await Assert.ThrowsAsync<CryptographicException>(
                async () => await faulty.IssueAsync(Order(Key), ServerPolicy, Stop));
            Assert.Contains("does not verify", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_key_does_not_take_up_an_authority()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        Assert.Throws<ArgumentException>(
            () => CertificateAuthority.Open(authority.Issuing.Certificate, authority.RootSigner, authority.Time, null));
    }

    [Fact]
    public async Task A_chain_is_written_without_its_root()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        IssuedCertificate leaf = await authority.IssueAsync(Key);
        X509Certificate2Collection read = [];
        read.ImportFromPem(leaf.ToPem());
        Assert.Equal([leaf.Certificate.SerialNumber, leaf.Above[0].SerialNumber], read.Select(c => c.SerialNumber));
        Assert.Equal(authority.Root.Certificate.Certificate.ToPem(), authority.Root.Certificate.ToPem());
        Assert.Throws<ArgumentException>(() => new IssuedCertificate(leaf.Certificate, []));
        Assert.Throws<ArgumentException>(() => new IssuedCertificate(leaf.Certificate, [.. leaf.Above.Reverse()]));
    }

    [Fact]
    public async Task Cancelling_stops_before_the_signature()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP256);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () =>
                await authority.Issuing.IssueAsync(Order(Key), ServerPolicy, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Authorities_live_in_a_token_and_are_taken_up_after_a_restart()
    {
        string root = Directory.CreateTempSubdirectory("qbitel-pki-").FullName;
        try
        {
            string keyFile = Path.Combine(root, "token.secret");
            TokenSecret.CreateKeyFile(keyFile);
            SoftwareTokenOptions options = new() { Folder = Path.Combine(root, "token") };
            (TokenKeyId rootId, TokenKeyId issuingId) = (Id(1), Id(2));
            Testing.ManualTime time = new(Start);
            IssuedCertificate issuingCertificate;
            using TokenSecret secret = TokenSecret.FromKeyFile(keyFile);
            await using (SoftwareToken token = await SoftwareToken.CreateAsync(options, secret, time, null, Stop))
            {
                Signer rootSigner = token.SignerFor(
                    await token.GenerateKeyAsync(rootId, SignatureAlgorithm.MLDsa87, Stop));
                Signer issuingSigner = token.SignerFor(
                    await token.GenerateKeyAsync(issuingId, SignatureAlgorithm.MLDsa65, Stop));
                CertificateAuthority top = await CertificateAuthority.CreateRootAsync(
                    rootSigner, new AuthorityProfile { CommonName = "Token Root" }, time, null, Stop);
                issuingCertificate = (await top.CreateIssuingAsync(
                    issuingSigner, new AuthorityProfile { CommonName = "Token Issuing" }, Stop)).Certificate;
            }

            await using SoftwareToken again = await SoftwareToken.OpenAsync(options, secret, time, null, Stop);
            HsmKey issuingKey = (await again.FindAsync(issuingId, Stop))!;
            CertificateAuthority issuing = CertificateAuthority.Open(
                issuingCertificate, again.SignerFor(issuingKey), time, null);
            Issuance issuance = await issuing.IssueAsync(Order(Key), ServerPolicy with { PqcReady = true }, Stop);

            Assert.Null(CertificatePath.Check(
                issuance.Certificate!.Chain, [issuingCertificate.Above[^1]], CertificateType.TlsServer, Start));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        static TokenKeyId Id(int version) =>
            TokenKeyId.Derive(new KeyId(Guid.Parse("01998f00-0000-7000-8000-0000000000ca")), version);
    }

    private sealed class CountingSigner(Signer inner) : Signer
    {
        public int Signatures { get; private set; }

        public override SignatureAlgorithm Algorithm => inner.Algorithm;

        public override ReadOnlyMemory<byte> PublicKey => inner.PublicKey;

        public override ValueTask<byte[]> SignAsync(
            ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
        {
            Signatures++;
            return inner.SignAsync(data, context, cancellationToken);
        }
    }

    private sealed class FaultySigner(Signer inner, Func<byte[], byte[]> fault) : Signer
    {
        public override SignatureAlgorithm Algorithm => inner.Algorithm;

        public override ReadOnlyMemory<byte> PublicKey => inner.PublicKey;

        public override async ValueTask<byte[]> SignAsync(
            ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken) =>
            fault(await inner.SignAsync(data, context, cancellationToken));
    }
}
