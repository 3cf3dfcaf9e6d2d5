using System.Security.Cryptography;
using Qbitel.Cryptography.Encodings;

namespace Qbitel.Cryptography.Cms;

/// <summary>Somebody who signs a message, and how.</summary>
public sealed class CmsSigner
{
    /// <summary>Signs with the key of a certificate, which goes into the message.</summary>
    /// <exception cref="ArgumentException">The certificate is of another key.</exception>
    /// <exception cref="CryptographicException">
    /// Not the DER of a certificate with a key of a known algorithm.
    /// </exception>
    public CmsSigner(Signer signer, ReadOnlyMemory<byte> certificate)
        : this(signer, Identify(signer, certificate)) => Certificate = certificate;

    private CmsSigner(Signer signer, CmsIdentifier identifier)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.Algorithm.Oid is null)
        {
            throw new ArgumentException(
                $"No standard gives {signer.Algorithm} an identifier to put into a message.", nameof(signer));
        }

        Signer = signer;
        Identifier = identifier;
        Digest = CmsDigest.DefaultFor(signer.Algorithm);
    }

    public Signer Signer { get; }

    /// <summary>Empty where the signer is named by a key identifier.</summary>
    public ReadOnlyMemory<byte> Certificate { get; }

    /// <summary>By default the one of the algorithm's standard.</summary>
    /// <exception cref="ArgumentException">It is too weak for the algorithm.</exception>
    public CmsDigest Digest
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!value.IsSuitableFor(Signer.Algorithm))
            {
                throw new ArgumentException(
                    $"{value} is too weak for {Signer.Algorithm}, or not the digest of its standard.", nameof(value));
            }
            field = value;
        }
    }

    /// <summary>By default true: the signature is over attributes, which hold the digest of the content.</summary>
    /// <remarks>Without them the signature is over the content itself, and holds no time.</remarks>
    public bool HasSignedAttributes { get; init; } = true;

    /// <summary>By default none. Nobody vouches for it but the signer.</summary>
    public DateTimeOffset? SigningTime { get; init; }

    internal CmsIdentifier Identifier { get; }

    /// <summary>
    /// Signs with a key that the reader knows by an identifier; no certificate goes into the message.
    /// </summary>
    /// <exception cref="ArgumentException">The identifier is empty.</exception>
    public static CmsSigner ByKeyIdentifier(Signer signer, ReadOnlySpan<byte> subjectKeyIdentifier)
    {
        if (subjectKeyIdentifier.IsEmpty)
            throw new ArgumentException("The key identifier is empty.", nameof(subjectKeyIdentifier));

        return new(signer, CmsIdentifier.OfKey(subjectKeyIdentifier));
    }

    private static CmsIdentifier Identify(Signer signer, ReadOnlyMemory<byte> certificate)
    {
        ArgumentNullException.ThrowIfNull(signer);
        CertificateFields fields = CertificateFields.Decode(certificate.Span);
        return fields.PublicKey.Algorithm == signer.Algorithm
            && fields.PublicKey.Key.Span.SequenceEqual(signer.PublicKey.Span)
            ? CmsIdentifier.Of(fields)
            : throw new ArgumentException("The certificate is of another key than the signer's.", nameof(certificate));
    }
}
