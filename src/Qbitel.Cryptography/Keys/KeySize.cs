using System.Security.Cryptography;

namespace Qbitel.Cryptography.Keys;

internal static class KeySize
{
    public static void RequirePrivate(KeyAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        if (algorithm.IsPrivateKeySizeFixed)
        {
            Require(algorithm, "private", algorithm.PrivateKeySize, key);
        }
        else if (key.Length > algorithm.PrivateKeySize)
        {
            throw new CryptographicException(
                $"{algorithm} private key: expected at most {algorithm.PrivateKeySize} bytes, found {key.Length}.");
        }
    }

    public static void Require(KeyAlgorithm algorithm, string half, int expected, ReadOnlySpan<byte> key)
    {
        if (key.Length != expected)
            throw new CryptographicException($"{algorithm} {half} key: expected {expected} bytes, found {key.Length}.");
    }
}
