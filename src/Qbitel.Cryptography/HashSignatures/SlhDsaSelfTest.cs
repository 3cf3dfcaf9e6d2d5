using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>
/// SLH-DSA's self-test: one known answer over each family of hashes, and one fresh key whose signature verifies and
/// whose spoiled signature does not.
/// </summary>
/// <remarks>With the fast sets: the small ones differ from them in numbers alone, and would take ten times as
/// long.</remarks>
internal static class SlhDsaSelfTest
{
    // What Digest gives; recorded from this implementation once OpenSSL 3.5.7 had made the same signatures.
    private const string KnownSha2Digest = "c24c9273dec7cc561de0bcd9edf5e8aef3b80ea586df3cad121b2d813abad9ea";
    private const string KnownSha2WideDigest = "913c8757da8f18732bfdafbc3a31c6a33d5749bae928ecac77468b892a74d7c0";
    private const string KnownShakeDigest = "3dfb1912d8d777ad65dae79c67daaad5332008594d161f617faa1d05e1f2a5e4";

    public static bool Passes() =>
        Digest(SlhDsaAlgorithm.SlhDsaSha2_128f) == KnownSha2Digest
        && Digest(SlhDsaAlgorithm.SlhDsaSha2_192f) == KnownSha2WideDigest
        && Digest(SlhDsaAlgorithm.SlhDsaShake128f) == KnownShakeDigest
        && FreshKeyVerifies();

    /// <summary>
    /// SHA3-256 over pk and the deterministic signature of the empty message, in hexadecimal, for the seeds 00 01 02 …
    /// </summary>
    public static string Digest(SlhDsaAlgorithm algorithm)
    {
        SlhDsaParameters parameters = SlhDsaParameters.Of(algorithm);
        Span<byte> seeds = stackalloc byte[3 * parameters.N];
        for (int i = 0; i < seeds.Length; i++) seeds[i] = (byte)i;

        using SlhDsaSigningKey key = SlhDsaSigningKey.Generate(parameters, seeds);
        byte[] signature = new byte[parameters.SignatureSize];
        key.Sign(SlhDsaVerificationKey.PurePrefix([]), [], key.PublicHalf.Seed, signature);

        byte[] digest = new byte[32];
        Fips202.Sha3_256(digest, key.PublicHalf.Encoded, signature);
        return Convert.ToHexStringLower(digest);
    }

    private static bool FreshKeyVerifies()
    {
        SlhDsaParameters parameters = SlhDsaParameters.Of(SlhDsaAlgorithm.SlhDsaSha2_128f);
        Span<byte> random = stackalloc byte[5 * parameters.N];
        try
        {
            RandomNumberGenerator.Fill(random);
            ReadOnlySpan<byte> randomness = random.Slice(3 * parameters.N, parameters.N);
            ReadOnlySpan<byte> message = random[(4 * parameters.N)..];
            byte[] signature = new byte[parameters.SignatureSize];

            using SlhDsaSigningKey key = SlhDsaSigningKey.Generate(parameters, random);
            key.Sign([], message, randomness, signature);
            bool verifies = key.PublicHalf.Verify([], message, signature);
            signature[^1] ^= 1;
            return verifies && !key.PublicHalf.Verify([], message, signature);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(random);
        }
    }
}
