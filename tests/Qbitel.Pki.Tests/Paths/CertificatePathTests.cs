using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Pki.Issuing;
using Qbitel.Pki.Paths;
using static Qbitel.Pki.Tests.TestAuthority;

namespace Qbitel.Pki.Tests.Paths;

/// <summary>What a path must be, one fault at a time.</summary>
public sealed class CertificatePathTests : IAsyncLifetime
{
    private const CertificateType Server = CertificateType.TlsServer;

    private readonly SignatureKey _key = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
    private TestAuthority _authority = null!;
    private IssuedCertificate _leaf = null!;

    private SubjectKey Key => SubjectKey.Of(_key.Algorithm, _key.ExportPublicKey());

    private Certificate Issuing => _authority.Issuing.Certificate.Certificate;

    public async ValueTask InitializeAsync()
    {
        _authority = await CreateAsync(SignatureAlgorithm.EcdsaP384, SignatureAlgorithm.EcdsaP256);
        _leaf = await _authority.IssueAsync(Key);
    }

    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        _key.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void What_we_issue_is_valid_with_and_without_the_root()
    {
        Assert.Null(Check(_leaf.Chain));
        Assert.Null(Check([_leaf.Certificate, Issuing]));
    }

    [Fact]
    public void A_missing_swapped_or_foreign_certificate_breaks_the_path()
    {
        Assert.Equal("untrusted-root", Check([_leaf.Certificate])?.Rule);
        Assert.Equal("untrusted-root", Check([Issuing, _leaf.Certificate])?.Rule);
        Assert.Equal("name-chaining", Check([_leaf.Certificate, .. _authority.Roots])?.Rule);
        Assert.Equal("path-length", Check([])?.Rule);
        Assert.Equal("path-length", Check([.. Enumerable.Repeat(Issuing, CertificatePath.MaxLength + 1)])?.Rule);
        Assert.Equal("untrusted-root", CertificatePath.Check(_leaf.Chain, [], Server, Start)?.Rule);
    }

    [Fact]
    public async Task A_root_of_the_same_name_is_not_the_root()
    {
        using TestAuthority other = await CreateAsync(SignatureAlgorithm.EcdsaP384, SignatureAlgorithm.EcdsaP256);
        Assert.Equal("untrusted-root", CertificatePath.Check(_leaf.Chain, other.Roots, Server, Start)?.Rule);
        Certificate[] mixed = [_leaf.Certificate, other.Issuing.Certificate.Certificate, .. _authority.Roots];
        Assert.Equal("signature", Check(mixed)?.Rule);
        // each is tried
        Assert.Null(
            CertificatePath.Check([_leaf.Certificate, Issuing], [.. other.Roots, .. _authority.Roots], Server, Start));
    }

    [Theory, InlineData(-1, "not-yet-valid"), InlineData(0, null)]
    public void Validity_begins_at_its_first_second(int seconds, string? rule) =>
        Assert.Equal(rule, Check(_leaf.Chain, _leaf.Certificate.NotBefore.AddSeconds(seconds))?.Rule);

    [Theory, InlineData(0, null), InlineData(1, "expired")]
    public void Validity_ends_after_its_last_second(int seconds, string? rule) =>
        Assert.Equal(rule, Check(_leaf.Chain, _leaf.Certificate.NotAfter.AddSeconds(seconds))?.Rule);

    [Fact]
    public async Task An_expired_authority_breaks_the_path_of_a_certificate_that_is_not()
    {
        Certificate late = await ForgeAsync(
            [Basic(false), For(Oids.ServerAuth)], tbs => tbs with { NotAfter = Issuing.NotAfter.AddYears(1) });
        Objection? objection = Check([late, Issuing], Issuing.NotAfter.AddDays(1));
        Assert.Equal("expired", objection?.Rule);
        Assert.StartsWith("certificate 1,", objection!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_is_good_for_its_purpose_only()
    {
        Assert.Equal("extended-key-usage", CertificatePath.Check(
            _leaf.Chain, _authority.Roots, CertificateType.TlsClient, Start)?.Rule);
        Assert.Equal("extended-key-usage", Check([Issuing])?.Rule); // an authority is no server
    }

    [Fact]
    public async Task An_any_purpose_is_not_a_purpose_of_a_leaf()
    {
        Certificate any = await ForgeAsync([Basic(false), For(Oids.AnyExtendedKeyUsage)]);
        Assert.Equal("extended-key-usage", Check([any, Issuing])?.Rule);
    }

    [Fact]
    public async Task A_certificate_that_is_no_authority_certifies_nobody()
    {
        Signer leafSigner = new LocalSigner(_key);
        Assert.Throws<ArgumentException>(() => CertificateAuthority.Open(_leaf, leafSigner, _authority.Time, null));
        Certificate forged = await ForgeLeafBelowAsync(_leaf.Certificate);
        Assert.Equal("basic-constraints", Check([forged, .. _leaf.Chain])?.Rule);
    }

    [Fact]
    public async Task An_authority_below_the_path_length_is_refused()
    {
        // The issuing authority may have none below it, but makes one.
        Certificate below = await ForgeAsync([Basic(true), Usage(X509KeyUsageFlags.KeyCertSign)]);
        Certificate leaf = await ForgeLeafBelowAsync(below);
        Assert.Equal("path-length", Check([leaf, below, Issuing])?.Rule);
    }

    [Fact]
    public async Task An_authority_whose_key_may_not_sign_certificates_is_refused()
    {
        Certificate root = _authority.Root.Certificate.Certificate;
        foreach (X509Extension[] extensions in (X509Extension[][])
            [[Basic(true)], [Basic(true), Usage(X509KeyUsageFlags.CrlSign)]])
        {
            Certificate below = await TestAuthority.ForgeAsync(root, _authority.RootSigner, Key, "Below", extensions);
            Certificate leaf = await ForgeLeafBelowAsync(below);
            Assert.Equal("key-usage", Check([leaf, below])?.Rule);
        }
    }

    [Fact]
    public async Task Critical_extensions_we_do_not_know_and_name_constraints_are_refused()
    {
        Certificate unknown = await ForgeAsync(
            [Basic(false), For(Oids.ServerAuth), new X509Extension("1.2.3.4", [0x05, 0x00], critical: true)]);
        Assert.Equal("unknown-critical-extension", Check([unknown, Issuing])?.Rule);
        Certificate harmless = await ForgeAsync(
            [Basic(false), For(Oids.ServerAuth), new X509Extension("1.2.3.4", [0x05, 0x00], critical: false)]);
        Assert.Null(Check([harmless, Issuing]));
        Certificate constrained = await ForgeAsync([Basic(false), For(Oids.ServerAuth), new X509Extension(
            Oids.NameConstraints, [0x30, 0x00], critical: false)]);
        Assert.Equal("name-constraints", Check([constrained, Issuing])?.Rule);
    }

    [Fact]
    public async Task Each_half_of_a_composite_signature_must_hold()
    {
        using TestAuthority composite = await CreateAsync(SignatureAlgorithm.MLDsa65Ed25519);
        IssuedCertificate leaf = await composite.IssueAsync(Key, ServerPolicy with { PqcReady = true });
        Assert.Null(CertificatePath.Check(leaf.Chain, composite.Roots, Server, Start));

        int signature = leaf.Der.Length - SignatureAlgorithm.MLDsa65Ed25519.SignatureSize;
        foreach (int at in (int[])[signature, leaf.Der.Length - 1])
        {
            byte[] altered = leaf.Der.ToArray();
            altered[at] ^= 1;
            Certificate read = Certificate.Parse(altered);
            Assert.Equal(
                "signature", CertificatePath.Check([read, .. leaf.Above], composite.Roots, Server, Start)?.Rule);
        }
    }

    [Theory]
    [InlineData("ML-DSA-87", "ML-DSA-65")]
    [InlineData("ML-DSA-65", "ECDSA-P256-SHA256")]
    [InlineData("MLDSA87-ECDSA-P384-SHA512", "MLDSA65-ECDSA-P256-SHA512")]
    public async Task Paths_of_mixed_algorithms_hold(string root, string issuing)
    {
        using TestAuthority authority = await CreateAsync(
            (SignatureAlgorithm)KeyAlgorithm.Parse(root), (SignatureAlgorithm)KeyAlgorithm.Parse(issuing));
        IssuedCertificate leaf = await authority.IssueAsync(Key);
        Assert.Null(CertificatePath.Check(leaf.Chain, authority.Roots, Server, Start));
    }

    private Objection? Check(IReadOnlyList<Certificate> chain, DateTimeOffset? at = null) =>
        CertificatePath.Check(chain, _authority.Roots, Server, at ?? Start);

    private Task<Certificate> ForgeAsync(
        X509Extension[] extensions, Func<TbsCertificate, TbsCertificate>? change = null) =>
        TestAuthority.ForgeAsync(Issuing, _authority.IssuingSigner, Key, "forged.bank.internal", extensions, change);

    /// <summary>A server certificate by our own key, which the certificate above it names.</summary>
    private Task<Certificate> ForgeLeafBelowAsync(Certificate above) => TestAuthority.ForgeAsync(
        above, new LocalSigner(_key), Key, "evil.bank.internal", [Basic(false), For(Oids.ServerAuth)]);
}
