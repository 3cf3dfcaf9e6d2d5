using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// ML-DSA's self-test: one known answer, and one fresh key whose signature verifies and whose spoiled signature does
/// not.
/// </summary>
internal static class MLDsaSelfTest
{
    // What Digest gives; recorded from this implementation once it had passed every open ACVP vector.
    private const string KnownDigest = "74b1eb1d0b1fce2c752d907ef5885de576e62c05fb44c420925da0e59af8dcb4";

    private static readonly MLDsaParameters Parameters = MLDsaParameters.MLDsa65;

    public static bool Passes() => Digest() == KnownDigest && FreshKeyVerifies();

    /// <summary>
    /// SHA3-256 over pk, sk and the deterministic signature of mu = 00 01 02 … 3f, in hexadecimal, for the seed 00 01
    /// 02 … 1f.
    /// </summary>
    public static string Digest()
    {
        Span<byte> input = stackalloc byte[MLDsaParameters.HashSize];
        for (int i = 0; i < input.Length; i++) input[i] = (byte)i;
        Span<byte> rnd = stackalloc byte[MLDsaParameters.SeedSize];
        rnd.Clear();

        ReadOnlySpan<byte> seed = input[..MLDsaParameters.SeedSize];
        using MLDsaSigningKey key = MLDsaSigningKey.Generate(Parameters, seed, keepMatrix: false);
        byte[] signature = new byte[Parameters.SignatureSize];
        key.Sign(input, rnd, signature);

        byte[] digest = new byte[32], encoded = new byte[Parameters.PrivateKeySize];
        key.ExportEncoded(encoded);
        Fips202.Sha3_256(digest, key.PublicHalf.Encoded, encoded, signature);
        return Convert.ToHexStringLower(digest);
    }

    private static bool FreshKeyVerifies()
    {
        Span<byte> random = stackalloc byte[(2 * MLDsaParameters.SeedSize) + MLDsaParameters.HashSize];
        RandomNumberGenerator.Fill(random);
        ReadOnlySpan<byte> mu = random[(2 * MLDsaParameters.SeedSize)..];
        byte[] signature = new byte[Parameters.SignatureSize];

        ReadOnlySpan<byte> seed = random[..MLDsaParameters.SeedSize];
        using MLDsaSigningKey key = MLDsaSigningKey.Generate(Parameters, seed, keepMatrix: true);
        key.Sign(mu, random.Slice(MLDsaParameters.SeedSize, MLDsaParameters.SeedSize), signature);
        bool verifies = key.PublicHalf.Verify(mu, signature);
        signature[0] ^= 1;
        return verifies && !key.PublicHalf.Verify(mu, signature);
    }
}
