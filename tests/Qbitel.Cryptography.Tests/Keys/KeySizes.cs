namespace Qbitel.Cryptography.Tests.Keys;

internal static class KeySizes
{
    /// <summary>An exported private key against the table: exact, or at most a few bytes below where it holds
    /// RSA.</summary>
    public static void Check(KeyAlgorithm algorithm, byte[] privateKey)
    {
        int shortest = algorithm.IsPrivateKeySizeFixed ? algorithm.PrivateKeySize : algorithm.PrivateKeySize - 16;
        Assert.InRange(privateKey.Length, shortest, algorithm.PrivateKeySize);
    }
}
