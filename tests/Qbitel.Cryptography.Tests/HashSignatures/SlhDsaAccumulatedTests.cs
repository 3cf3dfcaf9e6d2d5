using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.HashSignatures;

namespace Qbitel.Cryptography.Tests.HashSignatures;

/// <summary>
/// Keys and deterministic signatures of every set, hashed into one digest: a change of any bit on any path shows.
/// </summary>
/// <remarks>
/// The digests are of this implementation once each of its deterministic signatures equalled OpenSSL 3.5.7's, which
/// <see cref="SlhDsaDifferentialTests"/> compares. Seeds and messages come from SHAKE256 of the name and a number.
/// </remarks>
public sealed class SlhDsaAccumulatedTests
{
    [Theory]
    [InlineData("SLH-DSA-SHA2-128s", 2,
        "4f5762539c95c1fd54b18b0f7aa5557a4d10c6b5032fcc3eb9740adbcc677d5c")]
    [InlineData("SLH-DSA-SHA2-128f", 10,
        "044ea9f216cae03ca7690c72bc30781bfd91544e3b7fc332635b700b9b94ddda")]
    [InlineData("SLH-DSA-SHA2-192s", 1,
        "889c3a7417083ce5a110689a191474fb6ff60ae850bdb39bf9b1fdb18abfdc12")]
    [InlineData("SLH-DSA-SHA2-192f", 6,
        "8bedff497b1bbe8783990e38298847981b10d1ef5430c5a15965f91c8b2624a1")]
    [InlineData("SLH-DSA-SHA2-256s", 1,
        "1002fe23ff6bf8ae950f244c9034dcc005a978d1d4f68cfbcc601d4fcda7bdbe")]
    [InlineData("SLH-DSA-SHA2-256f", 3,
        "eb273161143f8a34df5cfa68c1fd680ab9611ca5f92c0117a9be180f9b897faa")]
    [InlineData("SLH-DSA-SHAKE-128s", 1,
        "a6a724f35ee35e75903fd4b23ec90f20b1439292edbbd8ad52e95b6524b475d6")]
    [InlineData("SLH-DSA-SHAKE-128f", 6,
        "20e4a31f20788cb3dd55ec865368c10f90774f8f7dc2f3d49e9d67ab233c0178")]
    [InlineData("SLH-DSA-SHAKE-192s", 1,
        "1ce286dbb1155a40163fe2ae521abcf2be056fae537440714f08a680bb48469e")]
    [InlineData("SLH-DSA-SHAKE-192f", 3,
        "2fa105c0fc2a2fd6d1bb3d7464a3a5baecc5d3810a9dbccd6621ed1de2114daf")]
    [InlineData("SLH-DSA-SHAKE-256s", 1,
        "b52c54208697cdd606b644740d32d9f59be41cffa680331d4baddbbf7d7a7f3c")]
    [InlineData("SLH-DSA-SHAKE-256f", 2,
        "762a91ab56fd727e36d5cf45403323f5d79b5359b3d9f58bc53c6592579a3829")]
    public void Signatures_hash_to_the_known_digest(string name, int runs, string digest)
    {
        SlhDsaParameters set = SlhDsaParameters.All.Single(known => known.Algorithm.Name == name);
        Sponge all = Sponge.Shake256();
        for (int run = 0; run < runs; run++)
        {
            byte[] seeds = Stream($"{name} seeds {run}", 3 * set.N);
            using ManagedSlhDsa key = ManagedSlhDsa.ImportSeeds(set.Algorithm, seeds);
            byte[] message = Stream($"{name} message {run}", 37 * run), context = Stream($"{name} context {run}", run);
            byte[] signature = key.SignDataDeterministic(message, context);
            Assert.True(key.VerifyData(message, signature, context));
            all.Absorb(key.PublicHalf.Encoded);
            all.Absorb(signature);
        }

        byte[] found = new byte[32];
        all.Squeeze(found);
        Assert.Equal(digest, Convert.ToHexStringLower(found));
    }

    private static byte[] Stream(string name, int size)
    {
        byte[] stream = new byte[size];
        Fips202.Shake256(stream, Encoding.ASCII.GetBytes(name));
        return stream;
    }
}
