using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;

namespace Qbitel.KeyFiles;

/// <summary>Signatures and encrypted files as CMS, for exchange with other programs: DER, or PEM where it is
/// read.</summary>
internal static class CmsFile
{
    public const string SignatureExtension = ".p7s";
    public const string EnvelopeExtension = ".p7m";

    // A CMS signature carries certificates; a thousand of them is nobody's chain.
    public const int MaxSignatureSize = 8 << 20;

    private const byte Sequence = 0x30;
    private const byte ObjectIdentifier = 0x06;

    private static ReadOnlySpan<byte> Armour => "-----BEGIN "u8;

    /// <summary>It begins as a ContentInfo does, with the identifier of its type (RFC 5652, section 3), or is
    /// PEM.</summary>
    public static bool Looks(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Armour)) return true;
        if (bytes is not [Sequence, var length, ..]) return false;

        // The long form of a length says how many bytes it has; 0x80 alone is an indefinite one.
        int header = 2 + (length > 0x80 ? length & 0x7F : 0);
        return header < bytes.Length && bytes[header] == ObjectIdentifier;
    }

    /// <summary>A detached signature over a stream of any size.</summary>
    /// <param name="key">The signer's.</param>
    /// <param name="certificate">Goes into the signature and names the signer; without it the key's fingerprint
    /// does.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="RefusedException">The certificate is of another key, or the algorithm has no place in
    /// CMS.</exception>
    public static async Task<byte[]> SignAsync(StoredKey key, string? certificate, Stream content,
        CancellationToken cancellation)
    {
        LocalSigner local = new(key.Signature!);
        try
        {
            CmsSigner signer = certificate is not null ? new(local, ReadCertificate(certificate))
                : CmsSigner.ByKeyIdentifier(local, Identifier(key));
            return await CmsSignedData.SignDetachedAsync(content, [signer], cancellationToken: cancellation);
        }
        catch (ArgumentException wrong)
        {
            throw new RefusedException(wrong.Message, "Give the certificate of the key with --certificate, or none.",
                wrong);
        }
    }

    /// <summary>Whether one of the signatures is by this key over this content.</summary>
    /// <exception cref="RefusedException">It is no CMS signature, or one that must have its content in
    /// memory.</exception>
    public static async Task<bool> VerifyAsync(SignatureKey key, byte[] signature, Stream content,
        CancellationToken cancellation)
    {
        CmsSignature[] own = [.. CmsSignedData.Decode(Unarmoured(signature)).Signatures
            .Where(each => each.Algorithm == key.Algorithm)];
        if (own.Length == 0) return false;

        // Each reads the content to its end.
        using MemoryStream whole = new();
        bool isOnce = own.Length == 1 && own[0].HasSignedAttributes;
        if (!isOnce) await Whole.CopyAsync(content, whole, key.Algorithm, cancellation);
        foreach (CmsSignature each in own)
        {
            if (isOnce ? await each.VerifyAsync(key, content, cancellation) : each.Verify(key, whole.ToArray()))
                return true;
        }

        return false;
    }

    /// <summary>Encrypted whole in memory: AES-GCM has its tag at the end.</summary>
    public static byte[] Encrypt(byte[] content, IEnumerable<(string Path, StoredKey Key)> recipients)
    {
        try
        {
            return CmsEnvelope.Encrypt(content,
                [.. recipients.Select(recipient => recipient.Key.Format == KeyFileFormat.Certificate
                ? CmsRecipient.FromCertificate(ReadCertificate(recipient.Path))
                : CmsRecipient.FromKey(recipient.Key.Kem!, Identifier(recipient.Key)))]);
        }
        catch (ArgumentException none)
        {
            throw new RefusedException(none.Message, "Encrypt without --cms: the sealed file takes every key.", none);
        }
    }

    public static byte[] Decrypt(byte[] message, KemKey key) => CmsEnvelope.Decode(Unarmoured(message)).Decrypt(key);

    public static IReadOnlyList<string> Recipients(byte[] message) =>
        CmsEnvelope.Decode(Unarmoured(message)).RecipientAlgorithms;

    // RFC 7093, section 2, method 4: the hash of the SubjectPublicKeyInfo.
    private static byte[] Identifier(StoredKey key)
    {
        byte[] identifier = new byte[KeyFingerprint.Size];
        key.Fingerprint!.Value.CopyTo(identifier);
        return identifier;
    }

    private static byte[] ReadCertificate(string path) => Unarmoured(File.ReadAllBytes(path));

    private static byte[] Unarmoured(byte[] file)
    {
        if (!file.AsSpan().TrimStart(" \t\r\n"u8).StartsWith(Armour)) return file;

        string text = Encoding.Latin1.GetString(file);
        return PemEncoding.TryFind(text, out PemFields fields)
            ? Convert.FromBase64String(text[fields.Base64Data])
            : throw new CryptographicException("The PEM text is damaged.");
    }
}
