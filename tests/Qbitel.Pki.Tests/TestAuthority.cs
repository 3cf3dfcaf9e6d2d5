using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Pki.Issuing;
using Qbitel.Testing;

namespace Qbitel.Pki.Tests;

/// <summary>A root, an issuing authority below it, and what tests ask of them.</summary>
internal sealed class TestAuthority : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, 500, TimeSpan.Zero);

    private readonly SignatureKey _rootKey;
    private readonly SignatureKey _issuingKey;

    private TestAuthority(SignatureKey rootKey, SignatureKey issuingKey)
    {
        _rootKey = rootKey;
        _issuingKey = issuingKey;
    }

    public required CertificateAuthority Root { get; init; }

    public required CertificateAuthority Issuing { get; init; }

    public required ManualTime Time { get; init; }

    public Signer RootSigner => new LocalSigner(_rootKey);

    public Signer IssuingSigner => new LocalSigner(_issuingKey);

    public IReadOnlyCollection<Certificate> Roots => [Root.Certificate.Certificate];

    public static CertPolicy ServerPolicy { get; } = new()
    {
        CertType = CertificateType.TlsServer,
        AllowedDomains = ["*.bank.internal", "localhost"],
        AllowedAddresses = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")],
        PqcReady = false,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<TestAuthority> CreateAsync(SignatureAlgorithm root, SignatureAlgorithm issuing)
    {
        SignatureKey rootKey = SignatureKeys.Generate(root);
        SignatureKey issuingKey = SignatureKeys.Generate(issuing);
        ManualTime time = new(Start);
        CertificateAuthority rootAuthority = await CertificateAuthority.CreateRootAsync(
            new LocalSigner(rootKey), new AuthorityProfile { CommonName = "Test Root", Organization = "Example Bank" },
            time, null, Stop);
        return new TestAuthority(rootKey, issuingKey)
        {
            Root = rootAuthority,
            Issuing = await rootAuthority.CreateIssuingAsync(
                new LocalSigner(issuingKey), new AuthorityProfile { CommonName = "Test Issuing" }, Stop),
            Time = time,
        };
    }

    public static Task<TestAuthority> CreateAsync(SignatureAlgorithm both) => CreateAsync(both, both);

    public static CertificateOrder Order(SubjectKey key) => new()
    {
        Key = key,
        CommonName = "pay.bank.internal",
        DnsNames = ["pay.bank.internal", "localhost"],
        Addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback],
    };

    public async Task<IssuedCertificate> IssueAsync(SubjectKey key, CertPolicy? policy = null)
    {
        Issuance issuance = await Issuing.IssueAsync(Order(key), policy ?? ServerPolicy, Stop);
        Assert.True(issuance.IsIssued, issuance.Refusal?.ToString());
        return issuance.Certificate;
    }

    /// <summary>
    /// A leaf that no policy would allow, signed all the same: what a broken or hostile authority makes.
    /// </summary>
    public static async Task<Certificate> ForgeAsync(
        Certificate by, Signer signer, SubjectKey key, string name, IReadOnlyList<X509Extension> extensions,
        Func<TbsCertificate, TbsCertificate>? change = null)
    {
        TbsCertificate tbs = new()
        {
            SignatureAlgorithm = signer.Algorithm,
            Issuer = by.SubjectName,
            Subject = new X500DistinguishedName($"CN={name}").RawData,
            NotBefore = Start.AddMinutes(-1),
            NotAfter = Start.AddDays(1),
            Key = key,
            Extensions = extensions,
        };
        byte[] signedPart = (change?.Invoke(tbs) ?? tbs).Encode();
        byte[] signature = await signer.SignAsync(signedPart, ReadOnlyMemory<byte>.Empty, Stop);
        return Certificate.Parse(TbsCertificate.Assemble(signedPart, signer.Algorithm, signature));
    }

    public static X509BasicConstraintsExtension Basic(bool authority, int? pathLength = null) =>
        new(authority, pathLength is not null, pathLength ?? 0, critical: true);

    public static X509KeyUsageExtension Usage(X509KeyUsageFlags usage) => new(usage, critical: true);

    public static X509EnhancedKeyUsageExtension For(params string[] purposes)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence()) foreach (string purpose in purposes) writer.WriteObjectIdentifier(purpose);
        return new X509EnhancedKeyUsageExtension(new AsnEncodedData(writer.Encode()), critical: false);
    }

    public void Dispose()
    {
        _rootKey.Dispose();
        _issuingKey.Dispose();
    }
}
