using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>Thousands of results hashed into one digest that others published, so that no file is needed.</summary>
public sealed class AccumulatedTests(ITestOutputHelper output)
{
    // 100 rounds without dk: Go's crypto/mlkem, TestAccumulated. 10,000 rounds with dk: the form of C2SP/CCTV, which
    // publishes digests of the draft standard only; these, of the final one, come from a public test of the Rust crate
    // fips203 0.4.3.
    [Theory]
    [InlineData("ML-KEM-512", 10_000, true, "705dcffc87f4e67e35a09dcaa31772e86f3341bd3ccf1e78a5fef99ae6a35a13")]
    [InlineData("ML-KEM-768", 100, false, "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415")]
    [InlineData("ML-KEM-768", 10_000, true, "f959d18d3d1180121433bf0e05f11e7908cf9d03edc150b2b07cb90bef5bc1c1")]
    [InlineData("ML-KEM-1024", 10_000, true, "e3bf82b013307b2e9d47dde791ff6dfc82e694e6382404abdb948b908b75bad5")]
    public void Ml_kem_gives_the_published_digest(string name, int rounds, bool withPrivateKey, string digest) =>
        Assert.Equal(digest,
            AccumulateMLKem(MLKemParameters.All.Single(set => set.Algorithm.Name == name), rounds, withPrivateKey));

    [Fact, Trait("Soak", "accumulated")]
    public void Ml_kem_gives_the_digest_that_go_publishes_for_a_million_rounds()
    {
        string published = Soak.IsOn
            ? "424bf8f0e8ae99b78d788a6e2e8e9cdaf9773fc0c08a6f433507cb559edfd0f0"
            : "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415";
        int rounds = Soak.Times(100, 1_000_000);
        Assert.Equal(published, AccumulateMLKem(MLKemParameters.MLKem768, rounds, withPrivateKey: false));
        output.WriteLine($"{rounds} rounds give {published}");
    }

    // C2SP/CCTV, ML-DSA/accumulated: digests of 10,000 rounds.
    [Theory]
    [InlineData("ML-DSA-44", "e7fd21f6a59bcba60d65adc44404bb29a7c00e5d8d3ec06a732c00a306a7d143")]
    [InlineData("ML-DSA-65", "5ff5e196f0b830c3b10a9eb5358e7c98a3a20136cb677f3ae3b90175c3ace329")]
    [InlineData("ML-DSA-87", "80a8cf39317f7d0be0e24972c51ac152bd2a3e09bc0c32ce29dd82c4e7385e60")]
    public void Ml_dsa_gives_the_published_digest(string name, string published)
    {
        MLDsaParameters parameters = MLDsaParameters.All.Single(set => set.Algorithm.Name == name);
        byte[] seed = new byte[MLDsaParameters.SeedSize], digest = new byte[32],
            signature = new byte[parameters.SignatureSize];
        Sponge source = Sponge.Shake128(), accumulator = Sponge.Shake128();
        for (int round = 0; round < 10_000; round++)
        {
            source.Squeeze(seed);
            using ManagedMLDsa key = ManagedMLDsa.ImportMLDsaPrivateSeed(parameters.Algorithm, seed);
            key.SignDataDeterministically([], signature);
            Assert.True(key.VerifyData([], signature.AsSpan()));
            accumulator.Absorb(key.PublicHalf.Encoded);
            accumulator.Absorb(signature);
        }

        accumulator.Squeeze(digest);
        Assert.Equal(published, Convert.ToHexStringLower(digest));
    }

    private static string AccumulateMLKem(MLKemParameters parameters, int rounds, bool withPrivateKey)
    {
        byte[] seed = new byte[64], m = new byte[32], sent = new byte[32], received = new byte[32],
            digest = new byte[32];
        byte[] ciphertext = new byte[parameters.CiphertextSize], privateKey = new byte[parameters.DecapsulationKeySize];
        Sponge source = Sponge.Shake128(), accumulator = Sponge.Shake128();
        for (int round = 0; round < rounds; round++)
        {
            source.Squeeze(seed);
            using ManagedMLKem key = ManagedMLKem.ImportPrivateSeed(parameters.Algorithm, seed);
            accumulator.Absorb(key.ExportEncapsulationKey());
            if (withPrivateKey)
            {
                key.ExportDecapsulationKey(privateKey);
                accumulator.Absorb(privateKey);
            }

            source.Squeeze(m);
            key.Encapsulate(m, ciphertext, sent);
            key.Decapsulate(ciphertext, received);
            Assert.True(sent.AsSpan().SequenceEqual(received));
            accumulator.Absorb(ciphertext);
            accumulator.Absorb(sent);

            source.Squeeze(ciphertext);
            key.Decapsulate(ciphertext, received);
            accumulator.Absorb(received);
        }

        accumulator.Squeeze(digest);
        return Convert.ToHexStringLower(digest);
    }
}
