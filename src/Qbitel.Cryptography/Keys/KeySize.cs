using System.Security.Cryptography;

namespace Qbitel.Cryptography.Keys;

internal static class KeySize
{
    public static void Require(KeyAlgorithm algorithm, string half, int expected, ReadOnlySpan<byte> key)
    {
        if (key.Length != expected)
            throw new CryptographicException($"{algorithm} {half} key: expected {expected} bytes, found {key.Length}.");
    }
}
