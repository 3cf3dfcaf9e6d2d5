using System.Net;

namespace Qbitel.Pki;

/// <summary>What may be certified, for how long and how. A value that exists is consistent.</summary>
public sealed record CertPolicy
{
    private const int MaxValidityDays = 3_650;
    private const int MaxNames = 100;
    private const int MaxCommonNameSize = 64; // RFC 5280, appendix A: ub-common-name

    public required CertificateType CertType { get; init; }

    /// <summary>Default 90.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 3,650.</exception>
    public int ValidityDays
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValidityDays);
            field = value;
        }
    } = 90;

    /// <summary>
    /// Host names that may be certified; <c>*.bank.internal</c> allows exactly one more label. Default none.
    /// </summary>
    /// <exception cref="ArgumentException">An entry is no host name or pattern.</exception>
    public IReadOnlyList<string> AllowedDomains
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.FirstOrDefault(domain => !DnsName.IsValid(domain)) is { } wrong)
                throw new ArgumentException($"'{wrong}' is no host name or *.host.name pattern.", nameof(value));
            field = [.. value];
        }
    } = [];

    /// <summary>Networks whose addresses may be certified. Default none.</summary>
    public IReadOnlyList<IPNetwork> AllowedAddresses { get; init; } = [];

    /// <summary>
    /// Certify <c>*.host.name</c> itself, where <see cref="AllowedDomains"/> has exactly that entry. Default false.
    /// </summary>
    public bool AllowWildcards { get; init; }

    /// <summary>The certificate must carry a signature that no quantum computer forges. Default true.</summary>
    public bool PqcReady { get; init; } = true;

    /// <summary>Servers must staple an OCSP answer. Needs <see cref="OcspUrl"/>. Default false.</summary>
    public bool OcspMustStaple { get; init; }

    /// <summary>Written into the certificate; somebody must answer there.</summary>
    public Uri? OcspUrl { get; init; }

    /// <summary>What speaks against certifying this; null when nothing does.</summary>
    public Objection? Check(CertificateOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (OcspMustStaple && OcspUrl is null)
        {
            return new Objection(
                "ocsp-must-staple", "there is no OCSP address to staple from: set OcspUrl, or do not ask for stapling");
        }

        if (OcspUrl is { } url && url.Scheme != Uri.UriSchemeHttp)
        {
            return new Objection(
                "ocsp-url", $"'{url}' is not an http address; an answer is signed, and https would need itself");
        }

        if (order.CommonName is { } name && (name.Length is 0 or > MaxCommonNameSize || name.Any(char.IsControl)))
        {
            return new Objection(
                "common-name", $"it has {name.Length} characters, 1 to {MaxCommonNameSize} printable ones are allowed");
        }

        return CertType == CertificateType.CodeSigning ? CheckCodeSigning(order) : CheckTls(order);
    }

    private static Objection? CheckCodeSigning(CertificateOrder order) =>
        order.CommonName is null ? new Objection("common-name", "a certificate for code signing names who signs")
        : order.DnsNames.Count + order.Addresses.Count > 0
            ? new Objection("subject-alt-name", "a certificate for code signing names no hosts")
        : null;

    private Objection? CheckTls(CertificateOrder order)
    {
        int count = order.DnsNames.Count + order.Addresses.Count;
        if (count is 0 or > MaxNames)
            return new Objection("subject-alt-name", $"{count} names are asked for, 1 to {MaxNames} are allowed");
        if (order.CommonName is { } common
            && !order.DnsNames.Contains(common, StringComparer.OrdinalIgnoreCase)
            && !order.Addresses.Any(address => address.ToString() == common))
        {
            return new Objection("common-name", $"'{common}' is not one of the subject alternative names");
        }

        return order.DnsNames.Select(CheckName).Concat(
            order.Addresses.Select(CheckAddress)).FirstOrDefault(objection => objection is not null);
    }

    private Objection? CheckName(string name)
    {
        if (!DnsName.IsValid(name)) return new Objection("subject-alt-name", $"'{name}' is no host name");
        if (!DnsName.IsWildcard(name))
        {
            return AllowedDomains.Any(pattern => DnsName.Matches(pattern, name))
                ? null : new Objection("allowed-domains",
                $"'{name}' is matched by none of: {string.Join(", ", AllowedDomains)}");
        }

        return AllowWildcards
            && AllowedDomains.Contains(name, StringComparer.OrdinalIgnoreCase) ? null : new Objection("wildcard",
            $"'{name}' would cover many hosts: it needs AllowWildcards and exactly this entry in AllowedDomains");
    }

    private Objection? CheckAddress(IPAddress address) =>
        AllowedAddresses.Any(network => network.Contains(address)) ? null : new Objection("allowed-addresses",
            $"{address} is in none of: {string.Join(", ", AllowedAddresses)}");
}
