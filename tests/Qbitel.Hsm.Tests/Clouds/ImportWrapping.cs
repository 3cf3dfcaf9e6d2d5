using System.Security.Cryptography;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Tests.Clouds;

/// <summary>
/// Opens what is sent for import as a service does: RSA-OAEP, then RFC 5649 by the platform's own code, not ours.
/// </summary>
internal static class ImportWrapping
{
    // Made once a process: an RSA key of that size takes seconds.
    private static readonly Lazy<RSA>[] Keys = [new(() => RSA.Create(4096)), new(() => RSA.Create(4096))];

    /// <summary>One of the keys of the services.</summary>
    public static RSA Key(int number) => Keys[number].Value;

    /// <summary>Null where it is not under this key.</summary>
    public static byte[]? Open(RSA key, byte[] wrapped, RSAEncryptionPadding padding)
    {
        int size = key.KeySize / 8;
        if (wrapped.Length < size + 16) return null;
        try
        {
            using Aes aes = Aes.Create();
            aes.Key = key.Decrypt(wrapped[..size], padding);
            return aes.Key.Length == 32 ? aes.DecryptKeyWrapPadded(wrapped.AsSpan(size)) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The EC key in PKCS#8; null where it is none of that curve.</summary>
    public static CloudKey? Pair(byte[] pkcs8, KeyAlgorithm algorithm)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out int read);
            if (read == pkcs8.Length && key.KeySize == (algorithm == SignatureAlgorithm.EcdsaP256 ? 256 : 384))
                return CloudKey.Of(key);
        }
        catch (CryptographicException)
        {
            // no key
        }

        key.Dispose();
        return null;
    }
}
