using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Encodings;

/// <summary>What JWK and COSE_Key share: the Algorithm Key Pair of RFC 9964.</summary>
internal static class AlgorithmKeyPair
{
    /// <summary>The algorithms with their numbers in COSE (RFC 9964, section 4).</summary>
    public static IReadOnlyDictionary<SignatureAlgorithm, int> Algorithms { get; } =
        new Dictionary<SignatureAlgorithm, int>
        {
            [SignatureAlgorithm.MLDsa44] = -48,
            [SignatureAlgorithm.MLDsa65] = -49,
            [SignatureAlgorithm.MLDsa87] = -50,
        };

    public static void Require(SignatureAlgorithm algorithm, string format)
    {
        if (!Algorithms.ContainsKey(algorithm))
        {
            throw new ArgumentException(
                $"No standard has a {format} of {algorithm}. Known: {string.Join(", ", Algorithms.Keys)}.",
                nameof(algorithm));
        }
    }

    /// <param name="algorithm">ML-DSA.</param>
    /// <param name="publicKey">Of the algorithm's size.</param>
    /// <param name="hasPrivateKey">Whether there is a seed.</param>
    /// <param name="seed">Zeroed here.</param>
    /// <exception cref="CryptographicException">The seed is not that of the public key.</exception>
    public static SignatureKey Import(
        SignatureAlgorithm algorithm, byte[] publicKey, bool hasPrivateKey, byte[] seed)
    {
        try
        {
            if (!hasPrivateKey) return SignatureKeys.ImportPublic(algorithm, publicKey);

            SignatureKey key = SignatureKeys.ImportPrivate(algorithm, seed);
            if (key.ExportPublicKey().AsSpan().SequenceEqual(publicKey)) return key;

            key.Dispose();
            throw new CryptographicException("The seed and the public key are of two keys.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
