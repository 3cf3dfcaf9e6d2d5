namespace Qbitel.Pki;

/// <summary>A certificate with those above it, the root last. A self-signed one has none above.</summary>
public sealed class IssuedCertificate
{
    /// <exception cref="ArgumentException">The names do not chain, or the last one is no root.</exception>
    public IssuedCertificate(Certificate certificate, IReadOnlyList<Certificate> above)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(above);
        Certificate below = certificate;
        foreach (Certificate issuer in above)
        {
            if (!below.IssuerName.Span.SequenceEqual(issuer.SubjectName.Span))
                throw new ArgumentException($"{below} was not issued by {issuer}.", nameof(above));
            below = issuer;
        }

        if (!below.IsSelfIssued)
            throw new ArgumentException($"The chain ends with {below}, which is no root.", nameof(above));

        Certificate = certificate;
        Above = [.. above];
    }

    public Certificate Certificate { get; }

    /// <summary>The issuer first, the root last.</summary>
    public IReadOnlyList<Certificate> Above { get; }

    public ReadOnlyMemory<byte> Der => Certificate.Der;

    /// <summary>Itself and those above it.</summary>
    public IReadOnlyList<Certificate> Chain => [Certificate, .. Above];

    /// <summary>
    /// What a TLS server sends: the certificate and those above it, without the root, which the other side must have.
    /// </summary>
    public string ToPem() =>
        string.Concat(Chain.Where((c, index) => index == 0 || !c.IsSelfIssued).Select(c => c.ToPem()));

    public override string ToString() => Certificate.ToString();
}
