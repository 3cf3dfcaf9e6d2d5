using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Automation.Engine;
using Qbitel.Automation.Keys;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Pki;
using Qbitel.Pki.Issuing;
using Qbitel.Store;

namespace Qbitel.Demo;

/// <summary>The demo bank's certification authority: its key is in the token, its certificate in the store.</summary>
/// <remarks>
/// Classical on purpose: it is what the bank has today, and its replacement is what the posture asks for. The servers'
/// keys live as long as the process, so their certificates are issued at each start; the earlier ones end as renewed.
/// </remarks>
internal sealed class DemoAuthority
{
    // An authority must outlive what it certifies.
    private static readonly TimeSpan LeafValidity = TimeSpan.FromDays(365);

    private readonly AutomationPlatform _platform;
    private readonly CertificateAuthority _authority;

    private DemoAuthority(AutomationPlatform platform, CertificateAuthority authority)
    {
        _platform = platform;
        _authority = authority;
        Certificate = X509CertificateLoader.LoadCertificate(authority.Certificate.Der.Span);
    }

    /// <summary>What its peers must trust.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Takes up the authority of an earlier start, or makes it.</summary>
    public static async Task<DemoAuthority> OpenAsync(AutomationPlatform platform, CancellationToken cancellation)
    {
        KeyRecord key = await platform.Engine.Keys.GenerateKeyAsync(new KeySpecification
        {
            Name = "demo-bank/issuing-authority",
            Policy = new KeyPolicy(KeyType.Signing, SignatureAlgorithm.EcdsaP384, TimeSpan.FromDays(3650),
                requiresHsm: true, dualControl: false),
            PolicyId = "demo",
            RotatesByHand = true,
        }, DemoBank.Presenter, cancellation);
        Signer signer = await platform.Engine.KeyUse.SignerAsync(key.Id, cancellation);

        DateTimeOffset now = platform.Store.Time.GetUtcNow();
        IReadOnlyList<CertificateRecord> known = await platform.Store.ReadAsync(
            (s, ct) => s.ReadCertificatesAsync(key.Id, ct), cancellation);
        CertificateRecord? kept = known.LastOrDefault(c => c.State == CertificateState.Active
            && c.KeyVersion == key.CurrentVersion && c.NotAfter > now + LeafValidity);
        if (kept is not null)
        {
            return new DemoAuthority(platform, CertificateAuthority.Open(
                new IssuedCertificate(Pki.Certificate.Parse(kept.Der), []), signer, platform.Store.Time, logger: null));
        }

        AuthorityProfile profile = new() { CommonName = "Demo Bank Issuing Authority", Organization = "Demo Bank" };
        var made = await CertificateAuthority.CreateRootAsync(
            signer, profile, platform.Store.Time, logger: null, cancellation);
        DemoAuthority authority = new(platform, made);
        await authority.KeepAsync(made.Certificate.Certificate, key, cancellation);
        return authority;
    }

    public async Task<X509Certificate2> IssueAsync(string name, AsymmetricAlgorithm key, CancellationToken cancellation)
    {
        CertificateOrder order = new()
        {
            Key = SubjectKey.Of(key),
            CommonName = name,
            DnsNames = [name],
            Addresses = [IPAddress.Loopback],
        };
        CertPolicy policy = new()
        {
            CertType = CertificateType.TlsServer,
            ValidityDays = (int)LeafValidity.TotalDays,
            AllowedDomains = ["*.bank.internal"],
            AllowedAddresses = [new IPNetwork(IPAddress.Loopback, 32)],
            PqcReady = false,
        };
        Issuance issuance = await _authority.IssueAsync(order, policy, cancellation);
        if (!issuance.IsIssued)
        {
            throw new RefusedException($"The demo certificate for {name} was refused: {issuance.Refusal}.",
                "This is a defect of the demo.");
        }

        Certificate certificate = issuance.Certificate.Certificate;
        await KeepAsync(certificate, key: null, cancellation);
        return X509CertificateLoader.LoadCertificate(certificate.Der.Span);
    }

    private Task KeepAsync(Certificate certificate, KeyRecord? key, CancellationToken cancellation)
    {
        CertificateRecord record = new()
        {
            Id = Guid.CreateVersion7(_platform.Store.Time.GetUtcNow()),
            State = CertificateState.Active,
            Subject = certificate.Subject,
            Issuer = certificate.Issuer,
            SerialNumber = certificate.SerialNumber,
            NotBefore = certificate.NotBefore,
            NotAfter = certificate.NotAfter,
            Der = certificate.Der,
            KeyId = key?.Id,
            KeyVersion = key?.CurrentVersion,
        };
        return _platform.Store.ChangeAsync(async (t, ct) =>
        {
            List<CertificateRecord> earlier = [];
            await foreach (CertificateRecord other in t.ReadCertificatesAsync().WithCancellation(ct))
                if (other.State == CertificateState.Active && other.Subject == record.Subject) earlier.Add(other);

            await t.PutAsync(record, ct);
            foreach (CertificateRecord other in earlier)
                await t.PutAsync(other with { State = CertificateState.Renewed, SuccessorId = record.Id }, ct);
            await t.AppendAsync(DemoAudit.Entry(
                _platform.Store, "certificate.issue", $"certificate:{certificate.SerialNumber}",
                ("subject", certificate.Subject), ("not-after", certificate.NotAfter.ToString("u")),
                ("sha256", Digest.Of(certificate.Der.Span).ToString()),
                ("replaces", string.Join(", ", earlier.Select(c => c.SerialNumber)) is { Length: > 0 } serials
                    ? serials : "none")), ct);
        }, cancellation);
    }
}
