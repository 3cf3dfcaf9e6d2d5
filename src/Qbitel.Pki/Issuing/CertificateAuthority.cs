using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Cryptography;
using Qbitel.Pki.Paths;

namespace Qbitel.Pki.Issuing;

/// <summary>A private certification authority whose key is somewhere else: in a token, a device, a cloud.</summary>
/// <remarks>
/// A root certifies issuing authorities, an issuing authority certifies hosts, clients and signers of code. The
/// authority keeps no list of what it issued: whoever asks stores the result. Safe for concurrent use.
/// </remarks>
public sealed partial class CertificateAuthority
{
    private const int RootYears = 10;
    private const int IssuingYears = 5;

    private static readonly TimeSpan Backdated = TimeSpan.FromMinutes(5); // for clocks that are behind

    private readonly Signer _signer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private CertificateAuthority(IssuedCertificate certificate, Signer signer, TimeProvider time, ILogger? logger)
    {
        Certificate = certificate;
        _signer = signer;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
    }

    public IssuedCertificate Certificate { get; }

    public SignatureAlgorithm Algorithm => _signer.Algorithm;

    /// <summary>Makes an authority that certifies itself; one more authority may stand below it.</summary>
    public static async ValueTask<CertificateAuthority> CreateRootAsync(
        Signer signer, AuthorityProfile profile, TimeProvider time, ILogger? logger,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(time);
        SubjectKey key = SubjectKey.Of(signer);
        byte[] name = Name(profile);
        DateTimeOffset now = time.GetUtcNow();
        TbsCertificate tbs = new()
        {
            SignatureAlgorithm = signer.Algorithm,
            Issuer = name,
            Subject = name,
            NotBefore = Second(now - Backdated),
            NotAfter = End(now, profile.Validity ?? TimeSpan.FromDays(RootYears * 365)),
            Key = key,
            Extensions = AuthorityExtensions(key, pathLength: 1),
        };

        Certificate root = await SignAsync(tbs, signer, issuer: null, cancellationToken);
        return new CertificateAuthority(new IssuedCertificate(root, []), signer, time, logger);
    }

    /// <summary>Takes up an authority made before. The signer must hold the certificate's key.</summary>
    /// <exception cref="ArgumentException">The certificate is of no authority, or of another key.</exception>
    public static CertificateAuthority Open(
        IssuedCertificate certificate, Signer signer, TimeProvider time, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(time);
        if (!certificate.Certificate.IsAuthority || certificate.Certificate.SubjectKeyIdentifier.IsEmpty)
            throw new ArgumentException($"{certificate} is no authority with a key identifier.", nameof(certificate));
        if (!certificate.Certificate.SubjectPublicKeyInfo.Span.SequenceEqual(SubjectKey.Of(signer).Encoded.Span))
            throw new ArgumentException($"The signer's key is not the one in {certificate}.", nameof(signer));

        return new CertificateAuthority(certificate, signer, time, logger);
    }

    /// <summary>Certifies another authority, which may certify everything but authorities.</summary>
    /// <exception cref="InvalidOperationException">
    /// This authority may not, or would end before the other one.
    /// </exception>
    public async ValueTask<CertificateAuthority> CreateIssuingAsync(
        Signer signer, AuthorityProfile profile, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (Certificate.Certificate.PathLength == 0)
            throw new InvalidOperationException($"{Certificate} may not certify authorities.");

        SubjectKey key = SubjectKey.Of(signer);
        byte[] name = Name(profile);
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset end = End(now, profile.Validity ?? TimeSpan.FromDays(IssuingYears * 365));
        if (Lasts(now, end) is { } objection) throw new InvalidOperationException(objection.ToString());
        if (name.AsSpan().SequenceEqual(Certificate.Certificate.SubjectName.Span))
            throw new ArgumentException("An authority below needs another name than this one.", nameof(profile));

        Certificate issuing = await SignAsync(
            Below(
                key, name, now, end,
                AuthorityExtensions(key, pathLength: 0)), _signer, Certificate.Certificate, cancellationToken);
        return new CertificateAuthority(new IssuedCertificate(issuing, Certificate.Chain), signer, _time, _logger);
    }

    /// <summary>Certifies what the policy allows, and nothing else.</summary>
    public async ValueTask<Issuance> IssueAsync(
        CertificateOrder order, CertPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(policy);
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset end = End(now, TimeSpan.FromDays(policy.ValidityDays));
        Objection? refusal = policy.Check(order) ?? Lasts(now, end);
        if (refusal is null && policy.PqcReady && Certificate.Chain.FirstOrDefault(c => !IsQuantumSafe(c)) is { } weak)
        {
            refusal = new Objection("pqc-ready",
                $"a quantum computer can sign as {weak}: use authorities with ML-DSA or composite keys");
        }

        if (refusal is not null)
        {
            LogRefused(Certificate, refusal);
            return Issuance.Refused(refusal);
        }

        byte[] name = order.CommonName is null ? Name([]) : Name([(Oids.CommonName, order.CommonName)]);
        Certificate leaf = await SignAsync(
            Below(
                order.Key, name, now, end,
                LeafExtensions(order, policy)), _signer, Certificate.Certificate, cancellationToken);
        LogIssued(Certificate, leaf);
        return Issuance.Of(new IssuedCertificate(leaf, Certificate.Chain));
    }

    /// <summary>
    /// Signs, then checks with the public key what the device returned: a faulty signature is never handed out.
    /// </summary>
    private static async ValueTask<Certificate> SignAsync(
        TbsCertificate tbs, Signer signer, Certificate? issuer, CancellationToken cancellationToken)
    {
        byte[] signedPart = tbs.Encode();
        byte[] signature = await signer.SignAsync(signedPart, ReadOnlyMemory<byte>.Empty, cancellationToken);
        Certificate certificate = Pki.Certificate.Parse(
            TbsCertificate.Assemble(signedPart, signer.Algorithm, signature));
        return CertificateSignature.Check(certificate, issuer ?? certificate) is { } objection
            ? throw new CryptographicException($"The signer returned a signature that does not verify: {objection}.")
            : certificate;
    }

    private static bool IsQuantumSafe(Certificate authority) =>
        SubjectKey.Decode(authority.SubjectPublicKeyInfo).IsQuantumSafe;

    private TbsCertificate Below(
        SubjectKey key, byte[] name, DateTimeOffset now, DateTimeOffset end, IReadOnlyList<X509Extension> extensions)
    {
        Certificate issuer = Certificate.Certificate;
        DateTimeOffset start = Second(now - Backdated);
        X509AuthorityKeyIdentifierExtension issuerKey =
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuer.SubjectKeyIdentifier.Span);
        return new TbsCertificate
        {
            SignatureAlgorithm = _signer.Algorithm,
            Issuer = issuer.SubjectName,
            Subject = name,
            NotBefore = start > issuer.NotBefore ? start : issuer.NotBefore,
            NotAfter = end,
            Key = key,
            Extensions = [.. extensions, issuerKey],
        };
    }

    private Objection? Lasts(DateTimeOffset now, DateTimeOffset end)
    {
        Certificate own = Certificate.Certificate;
        return now < own.NotBefore || now > own.NotAfter
            ? new Objection("authority-validity", $"{own} is valid from {own.NotBefore:u} to {own.NotAfter:u}")
            : end > own.NotAfter
                ? new Objection(
                    "authority-validity",
                    $"{own} ends {own.NotAfter:u}, before the {end:u} asked for: renew it or ask for less")
                : null;
    }

    private static List<X509Extension> AuthorityExtensions(SubjectKey key, int pathLength) =>
    [
        new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: true, pathLength, critical: true),
        new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true),
        KeyIdentifier(key),
    ];

    private static List<X509Extension> LeafExtensions(CertificateOrder order, CertPolicy policy)
    {
        // RFC 9881, section 5: signature keys sign. RSA of TLS 1.2 may also transport keys.
        bool transports = order.Key.RsaSize > 0 && policy.CertType == CertificateType.TlsServer;
        X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature | (
            transports ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.None);
        List<X509Extension> extensions =
        [
            new X509BasicConstraintsExtension(
                certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true),
            new X509KeyUsageExtension(usage, critical: true),
            new X509EnhancedKeyUsageExtension([new Oid(CertificatePath.PurposeOf(policy.CertType))], critical: false),
            KeyIdentifier(order.Key),
        ];

        if (order.DnsNames.Count + order.Addresses.Count > 0)
        {
            SubjectAlternativeNameBuilder names = new();
            foreach (string name in order.DnsNames.Distinct(StringComparer.OrdinalIgnoreCase)) names.AddDnsName(name);
            foreach (IPAddress address in order.Addresses.Distinct()) names.AddIpAddress(address);
            extensions.Add(names.Build(critical: order.CommonName is null)); // critical where it is the only name
        }

        if (policy.OcspUrl is { } ocsp)
            extensions.Add(new X509AuthorityInformationAccessExtension([ocsp.AbsoluteUri], caIssuersUris: null));
        if (policy.OcspMustStaple)
            extensions.Add(new X509Extension(Oids.TlsFeature, [0x30, 0x03, 0x02, 0x01, 0x05], critical: false));
        return extensions;
    }

    // RFC 7093, section 2, method 1: the leftmost 160 bits of SHA-256 over the key's bits.
    private static X509SubjectKeyIdentifierExtension KeyIdentifier(SubjectKey key) =>
        new(SHA256.HashData(key.Bits.Span).AsSpan(0, 20), critical: false);

    private static byte[] Name(AuthorityProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (profile.CommonName.Length is 0 or > 64 || profile.Organization is { Length: 0 or > 64 })
            throw new ArgumentException("The names of an authority have 1 to 64 characters.", nameof(profile));

        return profile.Organization is { } organization
            ? Name([("2.5.4.10", organization), (Oids.CommonName, profile.CommonName)])
            : Name([(Oids.CommonName, profile.CommonName)]);
    }

    // RFC 5280, section 4.1.2.4: UTF8String.
    private static byte[] Name((string Oid, string Value)[] parts)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach ((string oid, string value) in parts)
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }

        return writer.Encode();
    }

    private static DateTimeOffset Second(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    // Both ends count (RFC 5280, section 4.1.2.5), so a validity of one day ends a second earlier.
    private static DateTimeOffset End(DateTimeOffset now, TimeSpan validity) =>
        Second(now - Backdated + validity - TimeSpan.FromSeconds(1));

    [LoggerMessage(3000, LogLevel.Information, "{Authority} issued {Certificate}")]
    private partial void LogIssued(IssuedCertificate authority, Certificate certificate);

    [LoggerMessage(3001, LogLevel.Warning, "{Authority} refused a certificate: {Refusal}")]
    private partial void LogRefused(IssuedCertificate authority, Objection refusal);
}
