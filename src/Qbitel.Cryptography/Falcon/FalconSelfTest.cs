using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Falcon;

/// <summary>
/// Falcon's self-test: one known answer, which a machine whose doubles are not IEEE 754's would not give, and one fresh
/// key whose signature verifies and whose spoiled signature does not.
/// </summary>
internal static class FalconSelfTest
{
    // What Digest gives; recorded from this implementation once it had passed the known answers of the submission.
    private const string KnownDigest = "580f9cde73b7c44c4a42f1ff59f686691eafdceba0513adf0c46a9776c85273f";

    private static readonly SelfTest Test = new("Falcon-512 (round 3)", Passes);

    /// <exception cref="CryptographicException">The check failed, now or before.</exception>
    public static void Require() => Test.Require();

    public static bool Passes() => Digest() == KnownDigest && FreshKeyVerifies();

    /// <summary>
    /// SHA3-256 over public key, private key and the signature of 00 01 02 … 3f, in hexadecimal, for the key of the
    /// seed 00 01 02 … 2f and the random numbers 00 01 02 … 57.
    /// </summary>
    public static string Digest()
    {
        Span<byte> input = stackalloc byte[FalconSigningKey.RandomSize];
        for (int i = 0; i < input.Length; i++) input[i] = (byte)i;

        using FalconSigningKey key = FalconKeyGenerator.Generate(input[..FalconSigningKey.SeedSize]);
        byte[] signature = new byte[FalconEncoding.PaddedSignatureSize];
        key.Sign(input[..64], input, signature);

        byte[] digest = new byte[32];
        Fips202.Sha3_256(digest, key.PublicHalf.Encoded, key.Encoded, signature);
        return Convert.ToHexStringLower(digest);
    }

    private static bool FreshKeyVerifies()
    {
        Span<byte> random = stackalloc byte[FalconSigningKey.SeedSize + FalconSigningKey.RandomSize];
        RandomNumberGenerator.Fill(random);
        ReadOnlySpan<byte> message = "self-test"u8;
        byte[] signature = new byte[FalconEncoding.PaddedSignatureSize];

        using FalconSigningKey key = FalconKeyGenerator.Generate(random[..FalconSigningKey.SeedSize]);
        key.Sign(message, random[FalconSigningKey.SeedSize..], signature);
        CryptographicOperations.ZeroMemory(random);
        bool verifies = key.PublicHalf.VerifyPadded(message, signature);
        signature[1] ^= 1;
        return verifies && !key.PublicHalf.VerifyPadded(message, signature);
    }
}
