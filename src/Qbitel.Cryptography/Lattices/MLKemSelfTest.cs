using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// ML-KEM's self-test: one known answer with one implicit rejection, and one fresh pair that must agree.
/// </summary>
internal static class MLKemSelfTest
{
    private const int SeedSize = MLKemParameters.SeedSize;

    // What Digest gives; recorded from this implementation once it had passed every open ACVP vector.
    private const string KnownDigest = "b75c029b4ffb9dc38129e38fbdc4f893c581769c174e1a11b3f444da8ee23d01";

    private static readonly MLKemParameters Parameters = MLKemParameters.MLKem768;

    public static bool Passes() => Digest() == KnownDigest && FreshPairAgrees();

    /// <summary>
    /// SHA3-256 over ek, dk, c, K and the secret of the spoiled c, in hexadecimal, for d || z || m = 00 01 02 … 5f.
    /// </summary>
    public static string Digest()
    {
        Span<byte> input = stackalloc byte[3 * SeedSize];
        for (int i = 0; i < input.Length; i++) input[i] = (byte)i;

        using MLKemDecapsulationKey key = MLKemDecapsulationKey.Generate(Parameters, input[..(2 * SeedSize)]);
        using SecretMemory.Lease lease = key.Hold();
        byte[] expanded = new byte[Parameters.DecapsulationKeySize];
        byte[] ciphertext = new byte[Parameters.CiphertextSize];
        Span<byte> secret = stackalloc byte[SeedSize];

        Sponge answers = Sponge.Sha3(SeedSize);
        key.Encode(expanded);
        answers.Absorb(key.PublicHalf.Encoded);
        answers.Absorb(expanded);

        key.PublicHalf.Encapsulate(input[(2 * SeedSize)..], ciphertext, secret);
        answers.Absorb(ciphertext);
        answers.Absorb(secret);

        ciphertext[0] ^= 1;
        key.Decapsulate(ciphertext, secret);
        answers.Absorb(secret);

        Span<byte> digest = stackalloc byte[SeedSize];
        answers.Squeeze(digest);
        return Convert.ToHexStringLower(digest);
    }

    private static bool FreshPairAgrees()
    {
        Span<byte> random = stackalloc byte[3 * SeedSize];
        Span<byte> sent = stackalloc byte[SeedSize];
        Span<byte> received = stackalloc byte[SeedSize];
        byte[] ciphertext = new byte[Parameters.CiphertextSize];
        RandomNumberGenerator.Fill(random);

        using MLKemDecapsulationKey key = MLKemDecapsulationKey.Generate(Parameters, random[..(2 * SeedSize)]);
        using SecretMemory.Lease lease = key.Hold();
        key.PublicHalf.Encapsulate(random[(2 * SeedSize)..], ciphertext, sent);
        key.Decapsulate(ciphertext, received);
        return sent.SequenceEqual(received);
    }
}
