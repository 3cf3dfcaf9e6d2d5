using System.Globalization;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>Streams of lattice operations from a seed, each digested: what two code paths must agree about.</summary>
/// <remarks>Also the program of a child process, which prints its code path and the digest.</remarks>
internal static class LatticeStreams
{
    public const string Switch = "lattice-stream";

    /// <summary>A key, one operation with it and one answer to that, and one to something altered.</summary>
    public const int OperationsInARound = 4;

    private delegate void Round(int round, ref Sponge source, ref Sponge digest);

    private static readonly SortedDictionary<string, Round> Rounds = new(StringComparer.Ordinal)
    {
        ["ML-KEM"] = MLKem,
        ["ML-DSA"] = MLDsa,
    };

    public static TheoryData<string> Families => [.. Rounds.Keys];

    public static int Run(string[] orders)
    {
        Console.WriteLine($"{CodePath.Name} {Digest(orders[0], int.Parse(orders[1], CultureInfo.InvariantCulture))}");
        return 0;
    }

    public static string Digest(string family, int rounds)
    {
        Round round = Rounds[family];
        Sponge source = Sponge.Shake128(), digest = Sponge.Shake256();
        for (int i = 0; i < rounds; i++) round(i, ref source, ref digest);

        byte[] result = new byte[32];
        digest.Squeeze(result);
        return Convert.ToHexStringLower(result);
    }

    private static void MLKem(int round, ref Sponge source, ref Sponge digest)
    {
        MLKemParameters parameters = MLKemParameters.All[round % 3];
        byte[] seed = new byte[64], m = new byte[32], secret = new byte[32], at = new byte[3];
        byte[] privateKey = new byte[parameters.DecapsulationKeySize], ciphertext = new byte[parameters.CiphertextSize];
        source.Squeeze(seed);
        source.Squeeze(m);
        source.Squeeze(at);

        using ManagedMLKem key = ManagedMLKem.ImportPrivateSeed(parameters.Algorithm, seed);
        key.ExportDecapsulationKey(privateKey); // which holds the encapsulation key
        digest.Absorb(privateKey);
        using ManagedMLKem again = ManagedMLKem.ImportDecapsulationKey(parameters.Algorithm, privateKey);

        key.Encapsulate(m, ciphertext, secret);
        digest.Absorb(ciphertext);
        digest.Absorb(secret);

        again.Decapsulate(ciphertext, secret);
        digest.Absorb(secret);

        ciphertext[(at[0] + (256 * at[1])) % ciphertext.Length] ^= (byte)(at[2] | 1);
        key.Decapsulate(ciphertext, secret);
        digest.Absorb(secret);
    }

    private static void MLDsa(int round, ref Sponge source, ref Sponge digest)
    {
        MLDsaParameters parameters = MLDsaParameters.All[round % 3];
        byte[] seed = new byte[MLDsaParameters.SeedSize], mu = new byte[MLDsaParameters.HashSize],
            random = new byte[32], at = new byte[3];
        byte[] signature = new byte[parameters.SignatureSize];
        source.Squeeze(seed);
        source.Squeeze(mu);
        source.Squeeze(random);
        source.Squeeze(at);

        using ManagedMLDsa key = ManagedMLDsa.ImportMLDsaPrivateSeed(parameters.Algorithm, seed);
        digest.Absorb(key.ExportMLDsaPrivateKey());
        digest.Absorb(key.ExportMLDsaPublicKey());

        key.Sign(mu, random, signature);
        digest.Absorb(signature);
        digest.Absorb(key.PublicHalf.Verify(mu, signature) ? (byte)1 : (byte)0);

        signature[(at[0] + (256 * at[1])) % signature.Length] ^= (byte)(at[2] | 1);
        digest.Absorb(key.PublicHalf.Verify(mu, signature) ? (byte)1 : (byte)0);
    }
}
