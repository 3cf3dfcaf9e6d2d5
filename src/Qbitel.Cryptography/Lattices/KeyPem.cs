using System.Security.Cryptography;

namespace Qbitel.Cryptography.Lattices;

/// <summary>The one key in a PEM text (RFC 7468).</summary>
internal static class KeyPem
{
    private const string PrivateKeyLabel = "PRIVATE KEY";
    private const string PublicKeyLabel = "PUBLIC KEY";

    public delegate T Import<T>(ReadOnlySpan<byte> der);

    /// <exception cref="ArgumentException">The text holds no key, more than one, or an encrypted one.</exception>
    public static T Decode<T>(ReadOnlySpan<char> source, Import<T> importPrivate, Import<T> importPublic)
    {
        ReadOnlySpan<char> found = default;
        bool isPrivate = false;
        while (PemEncoding.TryFind(source, out PemFields fields))
        {
            ReadOnlySpan<char> label = source[fields.Label];
            if (label is PrivateKeyLabel or PublicKeyLabel)
            {
                if (!found.IsEmpty) throw new ArgumentException("The PEM text holds two keys or more.", nameof(source));
                found = source[fields.Base64Data];
                isPrivate = label is PrivateKeyLabel;
            }
            else if (label is "ENCRYPTED PRIVATE KEY")
            {
                throw new ArgumentException("The PEM text holds an encrypted key: decrypt it first.", nameof(source));
            }

            source = source[fields.Location.End..];
        }

        if (found.IsEmpty)
        {
            throw new ArgumentException($"The PEM text holds no {PrivateKeyLabel} and no {PublicKeyLabel}.",
                nameof(source));
        }

        byte[] der = GC.AllocateUninitializedArray<byte>(found.Length, pinned: true);
        try
        {
            bool decoded = Convert.TryFromBase64Chars(found, der, out int size);
            return !decoded ? throw new ArgumentException("The key in the PEM text is not base64.", nameof(source))
                : isPrivate ? importPrivate(der.AsSpan(0, size)) : importPublic(der.AsSpan(0, size));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }
}
