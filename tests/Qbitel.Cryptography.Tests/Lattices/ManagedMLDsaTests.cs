using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Tests.Lattices;

public sealed class ManagedMLDsaTests : MLDsaContract
{
    protected override MLDsa Generate(MLDsaAlgorithm algorithm) => ManagedMLDsa.GenerateKey(algorithm);

    protected override MLDsa ImportSeed(MLDsaAlgorithm algorithm, byte[] seed) =>
        ManagedMLDsa.ImportMLDsaPrivateSeed(algorithm, seed);

    protected override MLDsa ImportPublicKey(MLDsaAlgorithm algorithm, byte[] key) =>
        ManagedMLDsa.ImportMLDsaPublicKey(algorithm, key);

    protected override MLDsa ImportPrivateKey(MLDsaAlgorithm algorithm, byte[] key) =>
        ManagedMLDsa.ImportMLDsaPrivateKey(algorithm, key);

    protected override MLDsa ImportSubjectPublicKeyInfo(byte[] key) => ManagedMLDsa.ImportSubjectPublicKeyInfo(key);

    protected override MLDsa ImportPkcs8(byte[] key) => ManagedMLDsa.ImportPkcs8PrivateKey(key);

    protected override MLDsa ImportPem(string pem) => ManagedMLDsa.ImportFromPem(pem);

    [Fact]
    public void It_is_supported_everywhere() => Assert.True(ManagedMLDsa.IsSupported);

    [Theory, MemberData(nameof(Algorithms))]
    public void Pkcs8_of_a_seed_is_the_54_byte_form_of_rfc_9881(string name)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(Named(name));
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        Assert.Equal(54, pkcs8.Length);
        Assert.Equal([0x04, 0x22, 0x80, 0x20], pkcs8[18..22]);
        Assert.Equal(key.ExportMLDsaPrivateSeed(), pkcs8[22..]);
        Assert.False(key.TryExportPkcs8PrivateKey(new byte[53], out int written));
        Assert.Equal(0, written);
        Assert.True(key.TryExportPkcs8PrivateKey(new byte[60], out written));
        Assert.Equal(54, written);
    }

    [Fact]
    public void Pkcs8_equals_the_example_of_rfc_9881()
    {
        byte[] example = RfcKeys.Der(RfcKeys.MLDsa("ML-DSA-65-seed.priv"));
        using ManagedMLDsa key = ManagedMLDsa.ImportPkcs8PrivateKey(example);
        Assert.Equal(example, key.ExportPkcs8PrivateKey());
    }

    // Every part of an expanded key is bound to the others, but for K, which only enters the mask.
    [Theory, MemberData(nameof(Algorithms))]
    public void Import_refuses_a_private_key_with_any_bit_flipped_outside_of_its_signing_seed(string name)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(Named(name));
        byte[] encoded = key.ExportMLDsaPrivateKey();
        for (int i = 0; i < encoded.Length; i += 61)
        {
            if (i is >= 32 and < 64) continue;
            encoded[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<CryptographicException>(() => ManagedMLDsa.ImportMLDsaPrivateKey(Named(name), encoded));
            encoded[i] ^= (byte)(1 << (i % 8));
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Import_says_that_a_coefficient_is_out_of_range(string name)
    {
        MLDsaAlgorithm algorithm = Named(name);
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(algorithm);
        byte[] encoded = key.ExportMLDsaPrivateKey();
        encoded[128] = 0xFF; // the first coefficient of s1 becomes eta - 7 or eta - 15
        CryptographicException refused = Assert.Throws<CryptographicException>(
            () => ManagedMLDsa.ImportMLDsaPrivateKey(algorithm, encoded));
        Assert.Contains("out of range", refused.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Sign_with_the_same_randomness_gives_the_same_signature(string name)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(Named(name));
        byte[] mu = RandomNumberGenerator.GetBytes(64), rnd = new byte[32];
        byte[] one = new byte[key.Algorithm.SignatureSizeInBytes], two = new byte[one.Length];
        key.Sign(mu, rnd, one);
        key.Sign(mu, rnd, two);
        Assert.Equal(one, two);
        rnd[31] = 1;
        key.Sign(mu, rnd, two);
        Assert.NotEqual(one, two);
    }

    [Fact]
    public void Dispose_gives_back_the_memory_of_the_private_half()
    {
        ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        SafeHandle memory = (SafeHandle)PrivateArrays.Field(PrivateArrays.Field(key, "_privateHalf"), "_secrets");
        Assert.False(memory.IsClosed);
        key.Dispose();
        Assert.True(memory.IsClosed);
    }

    [Fact]
    public void Nothing_secret_is_printed()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        using ManagedMLDsa verifier =
            ManagedMLDsa.ImportMLDsaPublicKey(MLDsaAlgorithm.MLDsa65, key.ExportMLDsaPublicKey());
        Assert.Equal("ML-DSA-65 ***", key.ToString());
        Assert.Equal("ML-DSA-65", verifier.ToString());
        Assert.True(key.HasPrivateKey);
        Assert.False(verifier.HasPrivateKey);
    }

    [Fact]
    public void One_key_serves_many_threads()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        Parallel.For(0, 100, i =>
        {
            byte[] data = BitConverter.GetBytes(i);
            Assert.True(key.VerifyData(data, key.SignData(data)));
        });
    }

    [Theory]
    [InlineData("ML-DSA-44")]
    [InlineData("ML-DSA-65")]
    [InlineData("ML-DSA-87")]
    public void The_first_use_may_be_by_many_threads_at_once(string name)
    {
        MLDsaAlgorithm algorithm = MLDsaParameters.All.Single(set => set.Algorithm.Name == name).Algorithm;
        byte[] message = "first"u8.ToArray();
        for (int round = 0; round < 15; round++)
        {
            using ManagedMLDsa key = ManagedMLDsa.GenerateKey(algorithm);
            using ManagedMLDsa imported = ManagedMLDsa.ImportMLDsaPrivateSeed(algorithm, key.ExportMLDsaPrivateSeed());
            using ManagedMLDsa verifier = ManagedMLDsa.ImportMLDsaPublicKey(algorithm, key.ExportMLDsaPublicKey());
            byte[] signature = new byte[algorithm.SignatureSizeInBytes];
            imported.SignDataDeterministically(message, signature);
            byte[] expanded = imported.ExportMLDsaPrivateKey();

            Together.Run(5, i =>
            {
                switch (i)
                {
                    case 0:
                        Assert.True(key.VerifyData(message, signature));
                        break;
                    case 1:
                        Assert.Equal(expanded, key.ExportMLDsaPrivateKey());
                        break;
                    case 2:
                        Assert.True(verifier.VerifyData(message, signature));
                        break;
                    case 3:
                        Assert.True(verifier.VerifyMu(MuOf(verifier, message), signature));
                        break;
                    default:
                        byte[] own = new byte[signature.Length];
                        key.SignDataDeterministically(message, own);
                        Assert.Equal(signature, own);
                        break;
                }
            });
        }

        static byte[] MuOf(ManagedMLDsa key, byte[] message)
        {
            using MLDsaMuHash hash = key.StartMu();
            hash.AppendData(message);
            return hash.GetMuAndReset();
        }
    }

    [Fact]
    public void Sizes_agree_with_the_platforms_table() => Assert.All(MLDsaParameters.All, set =>
    {
        Assert.Equal(set.Algorithm.PublicKeySizeInBytes, set.PublicKeySize);
        Assert.Equal(set.Algorithm.PrivateKeySizeInBytes, set.PrivateKeySize);
        Assert.Equal(set.Algorithm.SignatureSizeInBytes, set.SignatureSize);
    });
}
