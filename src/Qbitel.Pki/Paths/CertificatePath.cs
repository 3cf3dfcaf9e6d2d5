using System.Security.Cryptography.X509Certificates;

namespace Qbitel.Pki.Paths;

/// <summary>
/// Whether a chain of certificates leads to a trusted root: RFC 5280, section 6, as far as our own authorities go.
/// </summary>
/// <remarks>
/// Works for every algorithm of <see cref="CertificateSignature"/> on any platform, which X509Chain does not. Name
/// constraints and policies are not processed: a certificate that carries name constraints, or any critical extension
/// not known here, is refused. Revocation is not looked at.
/// </remarks>
public static class CertificatePath
{
    public const int MaxLength = 8;

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        Oids.BasicConstraints, Oids.KeyUsage, Oids.ExtendedKeyUsage, Oids.SubjectAltName, Oids.SubjectKeyIdentifier,
        Oids.AuthorityKeyIdentifier,
        Oids.AuthorityInfoAccess, Oids.TlsFeature,
    };

    /// <summary>
    /// Null when the chain holds at that time for that purpose, else the first thing that speaks against it.
    /// </summary>
    /// <param name="chain">The certificate in question first, then those above it; the root may be left out.</param>
    /// <param name="at">The time asked about.</param>
    /// <param name="purpose">What the certificate must be for.</param>
    /// <param name="roots">The certificates that are trusted, whatever they say about themselves.</param>
    public static Objection? Check(
        IReadOnlyList<Certificate> chain, IReadOnlyCollection<Certificate> roots, CertificateType purpose,
        DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(roots);
        if (chain.Count == 0) return new Objection("path-length", "there is no certificate");
        if (chain.Count > MaxLength)
            return new Objection("path-length", $"{chain.Count} certificates are more than {MaxLength}");

        List<Certificate> path = [.. chain];
        if (!roots.Contains(path[^1]))
        {
            // The issuer's name finds it, its key proves it.
            Certificate? root = roots.FirstOrDefault(
                known =>
                    path[^1].IssuerName.Span.SequenceEqual(known.SubjectName.Span)
                        && CertificateSignature.Verify(path[^1], known));
            if (root is null) return new Objection("untrusted-root", $"{path[^1]} was not issued by a trusted root");
            path.Add(root);
        }

        for (int depth = 0; depth < path.Count; depth++)
        {
            if (CheckOne(path, depth, purpose, at) is { } objection)
                return objection with { Detail = $"certificate {depth}, {path[depth]}: {objection.Detail}" };
        }

        return null;
    }

    private static Objection? CheckOne(List<Certificate> path, int depth, CertificateType purpose, DateTimeOffset at)
    {
        Certificate certificate = path[depth];
        bool isRoot = depth == path.Count - 1;

        if (at < certificate.NotBefore)
            return new Objection("not-yet-valid", $"it is valid from {certificate.NotBefore:u}");
        if (at > certificate.NotAfter) return new Objection("expired", $"it was valid until {certificate.NotAfter:u}");

        foreach (CertificateExtension extension in certificate.Extensions)
        {
            if (extension.Oid == Oids.NameConstraints)
                return new Objection("name-constraints", "they are not processed here, so it is refused");
            if (extension.IsCritical && !Known.Contains(extension.Oid))
            {
                return new Objection(
                    "unknown-critical-extension", $"the extension {extension.Oid} is critical and not known here");
            }
        }

        if (certificate.ExtendedKeyUsage is { } purposes && !purposes.Contains(
            PurposeOf(purpose), StringComparer.Ordinal)
            && (depth == 0 || !purposes.Contains(Oids.AnyExtendedKeyUsage, StringComparer.Ordinal)))
        {
            return new Objection("extended-key-usage", $"it is not for {purpose}");
        }

        if (depth == 0 && certificate.ExtendedKeyUsage is null)
            return new Objection("extended-key-usage", "it does not say what it is for");
        if (depth > 0 && CheckAuthority(path, depth) is { } notAuthority) return notAuthority;
        if (isRoot) return null;

        Certificate issuer = path[depth + 1];
        if (!certificate.IssuerName.Span.SequenceEqual(issuer.SubjectName.Span))
        {
            return new Objection(
                "name-chaining", $"its issuer is {certificate.Issuer}, the next certificate is of {issuer.Subject}");
        }

        return CertificateSignature.Check(certificate, issuer);
    }

    private static Objection? CheckAuthority(List<Certificate> path, int depth)
    {
        Certificate certificate = path[depth];
        if (!certificate.IsAuthority)
            return new Objection("basic-constraints", "it is no authority, but signed a certificate");
        if (certificate.KeyUsage is not { } usage || !usage.HasFlag(X509KeyUsageFlags.KeyCertSign))
            return new Objection("key-usage", "its key may not sign certificates");

        // Section 6.1.4 (l): self-issued certificates do not count, the last one of the path neither.
        int below = path.Take(depth).Skip(1).Count(intermediate => !intermediate.IsSelfIssued);
        return certificate.PathLength is { } most && below > most
            ? new Objection("path-length", $"{below} authorities follow below it, {most} are allowed")
            : null;
    }

    internal static string PurposeOf(CertificateType type) => type switch
    {
        CertificateType.TlsServer => Oids.ServerAuth,
        CertificateType.TlsClient => Oids.ClientAuth,
        CertificateType.CodeSigning => Oids.CodeSigning,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
