using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>
/// Our keys in the platform's hands and back, where the platform has such keys (OpenSSL 3.5 and newer).
/// </summary>
public sealed class PlatformDifferentialTests(ITestOutputHelper output)
{
    public static readonly TheoryData<string> KemNames = [.. MLKemParameters.All.Select(set => set.Algorithm.Name)];

    public static readonly TheoryData<string> DsaNames = [.. MLDsaParameters.All.Select(set => set.Algorithm.Name)];

    [Theory, MemberData(nameof(KemNames))]
    [Trait("Soak", "platform-kem")]
    public void Ml_kem_agrees_with_the_platform_in_keys_and_secrets(string name)
    {
        Assert.SkipUnless(MLKem.IsSupported, "the platform has no ML-KEM: its OpenSSL is older than 3.5");
        MLKemAlgorithm algorithm = MLKemParameters.All.Single(set => set.Algorithm.Name == name).Algorithm;
        int keys = Soak.Times(gate: 150, soak: 20_000);
        for (int i = 0; i < keys; i++)
        {
            byte[] seed = RandomNumberGenerator.GetBytes(64);
            using ManagedMLKem ours = ManagedMLKem.ImportPrivateSeed(algorithm, seed);
            using MLKem theirs = MLKem.ImportPrivateSeed(algorithm, seed);
            Assert.Equal(theirs.ExportEncapsulationKey(), ours.ExportEncapsulationKey());
            Assert.Equal(theirs.ExportDecapsulationKey(), ours.ExportDecapsulationKey());
            Assert.Equal(theirs.ExportSubjectPublicKeyInfo(), ours.ExportSubjectPublicKeyInfo());

            ours.Encapsulate(out byte[] toThem, out byte[] secret);
            Assert.Equal(secret, theirs.Decapsulate(toThem));
            theirs.Encapsulate(out byte[] toUs, out secret);
            Assert.Equal(secret, ours.Decapsulate(toUs));
            byte[] damaged = Damage.Flip(toThem, RandomNumberGenerator.GetInt32(toThem.Length), 0x10);
            Assert.Equal(theirs.Decapsulate(damaged), ours.Decapsulate(damaged));
            byte[] nonsense = RandomNumberGenerator.GetBytes(algorithm.CiphertextSizeInBytes);
            Assert.Equal(theirs.Decapsulate(nonsense), ours.Decapsulate(nonsense));

            using ManagedMLKem fromThem = ManagedMLKem.ImportPkcs8PrivateKey(theirs.ExportPkcs8PrivateKey());
            using MLKem fromUs = MLKem.ImportPkcs8PrivateKey(ours.ExportPkcs8PrivateKey());
            Assert.Equal(seed, fromThem.ExportPrivateSeed());
            Assert.Equal(seed, fromUs.ExportPrivateSeed());
        }

        output.WriteLine($"{name}: {keys} keys agree with the platform");
    }

    [Theory, MemberData(nameof(DsaNames))]
    [Trait("Soak", "platform-dsa")]
    public void Ml_dsa_agrees_with_the_platform_in_keys_and_signatures(string name)
    {
        Assert.SkipUnless(MLDsa.IsSupported, "the platform has no ML-DSA: its OpenSSL is older than 3.5");
        MLDsaAlgorithm algorithm = MLDsaParameters.All.Single(set => set.Algorithm.Name == name).Algorithm;
        const string sha512 = "2.16.840.1.101.3.4.2.3";
        int keys = Soak.Times(gate: 60, soak: 5_000);
        for (int i = 0; i < keys; i++)
        {
            byte[] seed = RandomNumberGenerator.GetBytes(32);
            byte[] data = RandomNumberGenerator.GetBytes(i * 13), context = RandomNumberGenerator.GetBytes(i);
            using ManagedMLDsa ours = ManagedMLDsa.ImportMLDsaPrivateSeed(algorithm, seed);
            using MLDsa theirs = MLDsa.ImportMLDsaPrivateSeed(algorithm, seed);
            Assert.Equal(theirs.ExportMLDsaPublicKey(), ours.ExportMLDsaPublicKey());
            Assert.Equal(theirs.ExportMLDsaPrivateKey(), ours.ExportMLDsaPrivateKey());
            Assert.Equal(theirs.ExportSubjectPublicKeyInfo(), ours.ExportSubjectPublicKeyInfo());

            Assert.True(theirs.VerifyData(data, ours.SignData(data, context), context));
            Assert.True(ours.VerifyData(data, theirs.SignData(data, context), context));
            byte[] digest = SHA512.HashData(data);
            Assert.True(theirs.VerifyPreHash(digest, ours.SignPreHash(digest, sha512, context), sha512, context));
            Assert.True(ours.VerifyPreHash(digest, theirs.SignPreHash(digest, sha512, context), sha512, context));
            byte[] damaged = ours.SignData(data, context);
            damaged[RandomNumberGenerator.GetInt32(damaged.Length)] ^= 0x04;
            Assert.Equal(theirs.VerifyData(data, damaged, context), ours.VerifyData(data, damaged, context));
            byte[] mu = RandomNumberGenerator.GetBytes(64);
            Assert.True(theirs.VerifyMu(mu, ours.SignMu(mu)));
            Assert.True(ours.VerifyMu(mu, theirs.SignMu(mu)));

            using ManagedMLDsa fromThem = ManagedMLDsa.ImportPkcs8PrivateKey(theirs.ExportPkcs8PrivateKey());
            using MLDsa fromUs = MLDsa.ImportPkcs8PrivateKey(ours.ExportPkcs8PrivateKey());
            Assert.Equal(seed, fromThem.ExportMLDsaPrivateSeed());
            Assert.Equal(seed, fromUs.ExportMLDsaPrivateSeed());
        }

        output.WriteLine($"{name}: {keys} keys agree with the platform");
    }
}
