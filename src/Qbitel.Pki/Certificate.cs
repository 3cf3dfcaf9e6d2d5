using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Qbitel.Pki;

/// <summary>
/// An X.509 version 3 certificate, read strictly: one that exists is well-formed DER with well-formed known extensions.
/// </summary>
/// <remarks>
/// Reading proves nothing about who signed it: that is <see cref="Paths.CertificatePath"/>. Immutable.
/// </remarks>
public sealed class Certificate : IEquatable<Certificate>
{
    /// <summary>In bytes; longer input is refused unread.</summary>
    public const int MaxSize = 64 * 1024;

    internal Certificate()
    {
    }

    public required ReadOnlyMemory<byte> Der { get; init; }

    /// <summary>What was signed: bytes of <see cref="Der"/>, never encoded again.</summary>
    public required ReadOnlyMemory<byte> SignedPart { get; init; }

    /// <summary>The AlgorithmIdentifier as DER; the inner and the outer one are equal.</summary>
    public required ReadOnlyMemory<byte> SignatureAlgorithm { get; init; }

    public required string SignatureAlgorithmOid { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Upper-case hexadecimal without leading zeros of the encoding.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>The name as DER: names are compared byte by byte.</summary>
    public required ReadOnlyMemory<byte> IssuerName { get; init; }

    public required ReadOnlyMemory<byte> SubjectName { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Inclusive.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    public required ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; init; }

    public required IReadOnlyList<CertificateExtension> Extensions { get; init; }

    /// <summary>May sign certificates, as far as basic constraints say.</summary>
    public bool IsAuthority { get; internal init; }

    /// <summary>How many authorities may follow below; null without a limit.</summary>
    public int? PathLength { get; internal init; }

    /// <summary>Null when the extension is absent.</summary>
    public X509KeyUsageFlags? KeyUsage { get; internal init; }

    /// <summary>Null when the extension is absent.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsage { get; internal init; }

    public SubjectNames Names { get; internal init; } = SubjectNames.None;

    /// <summary>Empty when the extension is absent.</summary>
    public ReadOnlyMemory<byte> SubjectKeyIdentifier { get; internal init; }

    /// <summary>Empty when the extension is absent. A hint for finding the issuer, not a proof.</summary>
    public ReadOnlyMemory<byte> AuthorityKeyIdentifier { get; internal init; }

    /// <summary>The same name as issuer and subject. Not yet a proof that it signed itself.</summary>
    public bool IsSelfIssued => IssuerName.Span.SequenceEqual(SubjectName.Span);

    public string Issuer => new X500DistinguishedName(IssuerName.Span).Name;

    public string Subject => new X500DistinguishedName(SubjectName.Span).Name;

    public static bool TryParse(
        ReadOnlyMemory<byte> der, [NotNullWhen(true)] out Certificate? certificate,
        [NotNullWhen(false)] out Objection? objection) =>
        CertificateReader.TryRead(der, out certificate, out objection);

    /// <exception cref="CryptographicException">Not a certificate; the message names the field.</exception>
    public static Certificate Parse(ReadOnlyMemory<byte> der) =>
        TryParse(der, out Certificate? certificate, out Objection? objection)
        ? certificate
        : throw new CryptographicException($"Not a certificate: {objection}.");

    public string ToPem() => PemEncoding.WriteString("CERTIFICATE", Der.Span) + "\n";

    public bool Equals(Certificate? other) => other is not null && Der.Span.SequenceEqual(other.Der.Span);

    public override bool Equals(object? obj) => Equals(obj as Certificate);

    public override int GetHashCode() => SerialNumber.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"{(Subject.Length > 0 ? Subject : Names.ToString())} ({SerialNumber})";
}
