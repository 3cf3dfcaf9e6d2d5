using System.Security.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Cms;

/// <summary>Somebody to encrypt to: a KEM's public key, and what names it in the message.</summary>
public sealed class CmsRecipient
{
    private CmsRecipient(CmsIdentifier identifier, SubjectPublicKey key)
    {
        Algorithm = key.Algorithm as KemAlgorithm
            ?? throw new CryptographicException($"{key.Algorithm} is no KEM: nothing can be encrypted to this key.");
        Identifier = identifier;
        PublicKey = key;
    }

    public KemAlgorithm Algorithm { get; }

    public SubjectPublicKey PublicKey { get; }

    internal CmsIdentifier Identifier { get; }

    /// <summary>The holder of a certificate's key, named by issuer and serial number.</summary>
    /// <remarks>Nothing of the certificate is verified here: decide first that it is the right one.</remarks>
    /// <exception cref="CryptographicException">Not the DER of a certificate with a key of a known KEM.</exception>
    public static CmsRecipient FromCertificate(ReadOnlySpan<byte> certificate)
    {
        CertificateFields fields = CertificateFields.Decode(certificate);
        return new(CmsIdentifier.Of(fields), fields.PublicKey);
    }

    /// <summary>
    /// The holder of a key, named by an identifier that both sides know, as in a certificate's extension.
    /// </summary>
    /// <exception cref="ArgumentException">The identifier is empty, or no standard gives the algorithm one.</exception>
    public static CmsRecipient FromKey(KemKey key, ReadOnlySpan<byte> subjectKeyIdentifier)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (subjectKeyIdentifier.IsEmpty)
            throw new ArgumentException("The key identifier is empty.", nameof(subjectKeyIdentifier));

        return new(CmsIdentifier.OfKey(subjectKeyIdentifier), SubjectPublicKey.Of(key));
    }

    /// <summary>
    /// The holder of a public key, named by the first 160 bits of its SHA-256 (RFC 7093, section 2, method 1, over the
    /// raw key).
    /// </summary>
    /// <exception cref="ArgumentException">No standard gives the algorithm an identifier.</exception>
    public static CmsRecipient FromPublicKey(KemAlgorithm algorithm, ReadOnlySpan<byte> encapsulationKey)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        SubjectPublicKey key = new(algorithm, encapsulationKey);
        return new(CmsIdentifier.OfKey(SHA256.HashData(encapsulationKey).AsSpan(0, 20)), key);
    }

    /// <summary>What names the key in the message; empty where a certificate does.</summary>
    public ReadOnlyMemory<byte> KeyIdentifier => Identifier.KeyIdentifier;
}
