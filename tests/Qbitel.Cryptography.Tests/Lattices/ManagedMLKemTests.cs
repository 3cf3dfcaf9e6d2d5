using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Lattices;

public sealed class ManagedMLKemTests : MLKemContract
{
    protected override MLKem Generate(MLKemAlgorithm algorithm) => ManagedMLKem.GenerateKey(algorithm);

    protected override MLKem ImportSeed(MLKemAlgorithm algorithm, byte[] seed) =>
        ManagedMLKem.ImportPrivateSeed(algorithm, seed);

    protected override MLKem ImportEncapsulationKey(MLKemAlgorithm algorithm, byte[] key) =>
        ManagedMLKem.ImportEncapsulationKey(algorithm, key);

    protected override MLKem ImportDecapsulationKey(MLKemAlgorithm algorithm, byte[] key) =>
        ManagedMLKem.ImportDecapsulationKey(algorithm, key);

    protected override MLKem ImportSubjectPublicKeyInfo(byte[] key) => ManagedMLKem.ImportSubjectPublicKeyInfo(key);

    protected override MLKem ImportPkcs8(byte[] key) => ManagedMLKem.ImportPkcs8PrivateKey(key);

    protected override MLKem ImportPem(string pem) => ManagedMLKem.ImportFromPem(pem);

    [Fact]
    public void It_is_supported_everywhere() => Assert.True(ManagedMLKem.IsSupported);

    [Fact]
    public void HasPrivateKey_tells_the_halves_apart()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem768);
        using ManagedMLKem publicKey =
            ManagedMLKem.ImportEncapsulationKey(MLKemAlgorithm.MLKem768, key.ExportEncapsulationKey());
        Assert.True(key.HasPrivateKey);
        Assert.False(publicKey.HasPrivateKey);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Pkcs8_of_a_seed_is_the_seed_only_form_of_rfc_9935(string name)
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(Named(name));
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        Assert.Equal(86, pkcs8.Length);
        Assert.Equal([0x04, 0x42, 0x80, 0x40], pkcs8[18..22]);
        Assert.Equal(key.ExportPrivateSeed(), pkcs8[22..]);
        Assert.False(key.TryExportPkcs8PrivateKey(new byte[85], out int written));
        Assert.Equal(0, written);
        Assert.True(key.TryExportPkcs8PrivateKey(new byte[100], out written));
        Assert.Equal(86, written);
    }

    [Fact]
    public void Pkcs8_equals_the_example_of_rfc_9935()
    {
        byte[] example = RfcKeys.Der(RfcKeys.MLKem("ML-KEM-768-seed.priv"));
        using ManagedMLKem key = ManagedMLKem.ImportPkcs8PrivateKey(example);
        Assert.Equal(example, key.ExportPkcs8PrivateKey());
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Import_refuses_any_change_to_the_secret_vector(string name)
    {
        MLKemAlgorithm algorithm = Named(name);
        using ManagedMLKem key = ManagedMLKem.GenerateKey(algorithm);
        byte[] encoded = key.ExportDecapsulationKey();
        for (int index = 0; index < (algorithm.EncapsulationKeySizeInBytes - 32) * 2 / 3; index += 101)
        {
            int old = index % 2 == 0
                ? encoded[index / 2 * 3] | ((encoded[(index / 2 * 3) + 1] & 0x0F) << 8)
                : (encoded[(index / 2 * 3) + 1] >> 4) | (encoded[(index / 2 * 3) + 2] << 4);
            foreach (int value in (ReadOnlySpan<int>)[(old + 1) % MLKemRing.Q, MLKemRing.Q])
            {
                byte[] spoiled = With([.. encoded], index, value);
                Assert.Throws<CryptographicException>(() => ManagedMLKem.ImportDecapsulationKey(algorithm, spoiled));
            }
        }
    }

    // A trial encryption would hardly ever notice: the noise grows by one in one place.
    [Fact]
    public void Import_refuses_a_secret_vector_that_is_wrong_by_one_in_the_time_domain()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem768);
        byte[] encoded = key.ExportDecapsulationKey();
        short[] s = new short[MLKemRing.N], one = new short[MLKemRing.N];
        Assert.True(MLKemEncoding.TryDecode12(encoded.AsSpan(0, 384), s));
        one[17] = 1;
        MLKemRing.Ntt(one);
        MLKemRing.Add(s, one);
        MLKemEncoding.Encode12(s, encoded.AsSpan(0, 384));

        CryptographicException refused = Assert.Throws<CryptographicException>(
            () => ManagedMLKem.ImportDecapsulationKey(MLKemAlgorithm.MLKem768, encoded));
        Assert.Contains("does not belong", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_gives_back_the_memory_of_the_private_half()
    {
        ManagedMLKem key = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem768);
        SafeHandle memory = (SafeHandle)PrivateArrays.Field(PrivateArrays.Field(key, "_privateHalf"), "_secrets");
        Assert.False(memory.IsClosed);
        key.Dispose();
        Assert.True(memory.IsClosed);
    }

    [Theory]
    [InlineData("ML-KEM-512")]
    [InlineData("ML-KEM-768")]
    [InlineData("ML-KEM-1024")]
    public void Operations_with_a_key_allocate_nothing(string name)
    {
        MLKemAlgorithm algorithm = MLKemParameters.All.Single(set => set.Algorithm.Name == name).Algorithm;
        using ManagedMLKem key = ManagedMLKem.GenerateKey(algorithm);
        byte[] ciphertext = new byte[algorithm.CiphertextSizeInBytes], secret = new byte[32], received = new byte[32];

        Assert.Equal(0, Allocation.Least(() =>
        {
            key.Encapsulate(ciphertext, secret);
            key.Decapsulate(ciphertext, received);
        }));
        Assert.Equal(secret, received);
    }

    [Fact]
    public void Nothing_secret_is_printed()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem768);
        Assert.Equal("ML-KEM-768 ***", key.ToString());
    }

    [Fact]
    public void One_key_serves_many_threads()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem768);
        Parallel.For(0, 200, _ =>
        {
            key.Encapsulate(out byte[] ciphertext, out byte[] secret);
            Assert.Equal(secret, key.Decapsulate(ciphertext));
        });
    }

    [Theory]
    [InlineData("ML-KEM-512")]
    [InlineData("ML-KEM-768")]
    [InlineData("ML-KEM-1024")]
    public void The_first_use_may_be_by_many_threads_at_once(string name)
    {
        MLKemAlgorithm algorithm = MLKemParameters.All.Single(set => set.Algorithm.Name == name).Algorithm;
        const int threads = 4;
        for (int round = 0; round < 25; round++)
        {
            using ManagedMLKem key = ManagedMLKem.GenerateKey(algorithm);
            using ManagedMLKem warm = ManagedMLKem.ImportPrivateSeed(algorithm, key.ExportPrivateSeed());
            byte[] expanded = warm.ExportDecapsulationKey();
            byte[] hash = HashOf(warm.ExportEncapsulationKey());
            Assert.Equal(hash, expanded[^64..^32]);
            warm.Encapsulate(out byte[] ciphertext, out byte[] secret);

            Together.Run(threads, i =>
            {
                switch (i % 3)
                {
                    case 0:
                        Assert.Equal(secret, key.Decapsulate(ciphertext));
                        break;
                    case 1:
                        key.Encapsulate(out byte[] other, out byte[] sent);
                        Assert.Equal(sent, warm.Decapsulate(other));
                        break;
                    default:
                        Assert.Equal(expanded, key.ExportDecapsulationKey());
                        break;
                }
            });
        }
    }

    [Fact]
    public void A_key_disposed_while_it_encapsulates_ends_that_first()
    {
        // The public half lies in the memory of the private half.
        for (int round = 0; round < 50; round++)
        {
            ManagedMLKem key = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem768);
            using ManagedMLKem twin = ManagedMLKem.ImportPrivateSeed(MLKemAlgorithm.MLKem768, key.ExportPrivateSeed());
            Together.Run(2, i =>
            {
                if (i == 0)
                {
                    key.Dispose();
                    return;
                }

                try
                {
                    key.Encapsulate(out byte[] ciphertext, out byte[] secret);
                    Assert.Equal(secret, twin.Decapsulate(ciphertext));
                }
                catch (ObjectDisposedException)
                {
                    // It came too late.
                }
            });
        }
    }

    private static byte[] HashOf(byte[] data)
    {
        byte[] digest = new byte[32];
        Fips202.Sha3_256(digest, data);
        return digest;
    }
}
