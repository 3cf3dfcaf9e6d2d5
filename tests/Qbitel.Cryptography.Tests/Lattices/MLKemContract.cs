using System.Security.Cryptography;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>What every implementation of <see cref="MLKem"/> must do, ours and the platform's.</summary>
public abstract class MLKemContract
{
    // FIPS 203, Table 3.
    public static readonly TheoryData<string, int, int, int> Sizes = new()
    {
        { "ML-KEM-512", 800, 1632, 768 },
        { "ML-KEM-768", 1184, 2400, 1088 },
        { "ML-KEM-1024", 1568, 3168, 1568 },
    };

    public static readonly TheoryData<string> Algorithms = ["ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"];

    protected abstract MLKem Generate(MLKemAlgorithm algorithm);

    protected abstract MLKem ImportSeed(MLKemAlgorithm algorithm, byte[] seed);

    protected abstract MLKem ImportEncapsulationKey(MLKemAlgorithm algorithm, byte[] key);

    protected abstract MLKem ImportDecapsulationKey(MLKemAlgorithm algorithm, byte[] key);

    protected abstract MLKem ImportSubjectPublicKeyInfo(byte[] key);

    protected abstract MLKem ImportPkcs8(byte[] key);

    protected abstract MLKem ImportPem(string pem);

    [Theory, MemberData(nameof(Sizes))]
    public void Sizes_are_those_of_the_standard(string name, int encapsulationKey, int decapsulationKey, int ciphertext)
    {
        using MLKem key = Generate(Named(name));
        key.Encapsulate(out byte[] c, out byte[] k);
        Assert.Equal(encapsulationKey, key.ExportEncapsulationKey().Length);
        Assert.Equal(decapsulationKey, key.ExportDecapsulationKey().Length);
        Assert.Equal(64, key.ExportPrivateSeed().Length);
        Assert.Equal(ciphertext, c.Length);
        Assert.Equal(32, k.Length);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Decapsulate_agrees_with_encapsulate_a_thousand_times(string name)
    {
        using MLKem key = Generate(Named(name));
        using MLKem sender = ImportEncapsulationKey(Named(name), key.ExportEncapsulationKey());
        HashSet<string> secrets = new(StringComparer.Ordinal);
        for (int i = 0; i < 1000; i++)
        {
            sender.Encapsulate(out byte[] ciphertext, out byte[] sent);
            Assert.Equal(sent, key.Decapsulate(ciphertext));
            secrets.Add(Convert.ToHexString(sent));
        }

        Assert.Equal(1000, secrets.Count);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Decapsulate_gives_another_secret_for_a_modified_ciphertext_and_always_the_same(string name)
    {
        using MLKem key = Generate(Named(name));
        key.Encapsulate(out byte[] ciphertext, out byte[] sent);
        HashSet<string> rejected = new(StringComparer.Ordinal) { Convert.ToHexString(sent) };
        for (int bit = 0; bit < 8 * ciphertext.Length; bit += 37)
        {
            ciphertext[bit / 8] ^= (byte)(1 << (bit % 8));
            byte[] secret = key.Decapsulate(ciphertext);
            Assert.True(rejected.Add(Convert.ToHexString(secret)));
            Assert.Equal(secret, key.Decapsulate(ciphertext));
            ciphertext[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(sent, key.Decapsulate(ciphertext));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Decapsulate_accepts_any_bytes_of_the_right_length(string name)
    {
        using MLKem key = Generate(Named(name));
        byte[] ciphertext = new byte[key.Algorithm.CiphertextSizeInBytes];
        byte[] ofZeroes = key.Decapsulate(ciphertext);
        Array.Fill(ciphertext, (byte)0xFF);
        Assert.NotEqual(ofZeroes, key.Decapsulate(ciphertext));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Lengths_must_be_exact(string name)
    {
        MLKemAlgorithm algorithm = Named(name);
        using MLKem key = Generate(algorithm);
        foreach (int by in (ReadOnlySpan<int>)[-1, 1])
        {
            Assert.Throws<ArgumentException>(() => key.Decapsulate(new byte[algorithm.CiphertextSizeInBytes + by]));
            Assert.Throws<ArgumentException>(() =>
                key.Encapsulate(new byte[algorithm.CiphertextSizeInBytes + by], new byte[32]));
            Assert.Throws<ArgumentException>(() =>
                key.Encapsulate(new byte[algorithm.CiphertextSizeInBytes], new byte[32 + by]));
            Assert.Throws<ArgumentException>(() => ImportSeed(algorithm, new byte[64 + by]));
            Assert.Throws<ArgumentException>(() =>
                ImportEncapsulationKey(algorithm, new byte[algorithm.EncapsulationKeySizeInBytes + by]));
            Assert.Throws<ArgumentException>(() =>
                ImportDecapsulationKey(algorithm, new byte[algorithm.DecapsulationKeySizeInBytes + by]));
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Every_encoding_comes_back_as_the_same_key(string name)
    {
        MLKemAlgorithm algorithm = Named(name);
        using MLKem key = Generate(algorithm);
        key.Encapsulate(out byte[] ciphertext, out byte[] secret);

        using MLKem seed = ImportSeed(algorithm, key.ExportPrivateSeed());
        using MLKem pkcs8 = ImportPkcs8(key.ExportPkcs8PrivateKey());
        using MLKem pem = ImportPem(key.ExportPkcs8PrivateKeyPem());
        using MLKem expanded = ImportDecapsulationKey(algorithm, key.ExportDecapsulationKey());
        using MLKem expandedPkcs8 = ImportPkcs8(expanded.ExportPkcs8PrivateKey());
        foreach (MLKem again in (MLKem[])[seed, pkcs8, pem, expanded, expandedPkcs8])
        {
            Assert.Equal(algorithm, again.Algorithm);
            Assert.Equal(secret, again.Decapsulate(ciphertext));
            Assert.Equal(key.ExportDecapsulationKey(), again.ExportDecapsulationKey());
            Assert.Equal(key.ExportEncapsulationKey(), again.ExportEncapsulationKey());
        }

        using MLKem raw = ImportEncapsulationKey(algorithm, key.ExportEncapsulationKey());
        using MLKem info = ImportSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo());
        using MLKem infoPem = ImportPem(key.ExportSubjectPublicKeyInfoPem());
        foreach (MLKem again in (MLKem[])[raw, info, infoPem])
        {
            Assert.Equal(algorithm, again.Algorithm);
            Assert.Equal(key.ExportEncapsulationKey(), again.ExportEncapsulationKey());
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_seed_key_exports_its_seed_and_an_expanded_key_refuses(string name)
    {
        MLKemAlgorithm algorithm = Named(name);
        byte[] seed = RandomNumberGenerator.GetBytes(64);
        using MLKem key = ImportSeed(algorithm, seed);
        Assert.Equal(seed, key.ExportPrivateSeed());

        using MLKem expanded = ImportDecapsulationKey(algorithm, key.ExportDecapsulationKey());
        Assert.ThrowsAny<CryptographicException>(() => expanded.ExportPrivateSeed());
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_public_key_only_encapsulates(string name)
    {
        MLKemAlgorithm algorithm = Named(name);
        using MLKem key = Generate(algorithm);
        using MLKem sender = ImportEncapsulationKey(algorithm, key.ExportEncapsulationKey());
        sender.Encapsulate(out byte[] ciphertext, out byte[] secret);
        Assert.Equal(secret, key.Decapsulate(ciphertext));
        Assert.ThrowsAny<CryptographicException>(() => sender.Decapsulate(ciphertext));
        Assert.ThrowsAny<CryptographicException>(() => sender.ExportDecapsulationKey());
        Assert.ThrowsAny<CryptographicException>(() => sender.ExportPrivateSeed());
        Assert.ThrowsAny<CryptographicException>(() => sender.ExportPkcs8PrivateKey());
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Import_refuses_an_encapsulation_key_with_a_coefficient_of_q_or_more(string name)
    {
        MLKemAlgorithm algorithm = Named(name);
        using MLKem key = Generate(algorithm);
        int coefficients = (algorithm.EncapsulationKeySizeInBytes - 32) * 8 / 12;
        foreach (int index in (ReadOnlySpan<int>)[0, 1, 255, 256, coefficients - 2, coefficients - 1])
        {
            using (ImportEncapsulationKey(algorithm, With(key.ExportEncapsulationKey(), index, 3328))) { }
            foreach (int value in (ReadOnlySpan<int>)[3329, 3330, 4095])
            {
                byte[] spoiled = With(key.ExportEncapsulationKey(), index, value);
                Assert.ThrowsAny<CryptographicException>(() => ImportEncapsulationKey(algorithm, spoiled));
            }
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Import_refuses_a_decapsulation_key_with_the_wrong_hash(string name)
    {
        MLKemAlgorithm algorithm = Named(name);
        using MLKem key = Generate(algorithm);
        byte[] spoiled = key.ExportDecapsulationKey();
        spoiled[^64] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => ImportDecapsulationKey(algorithm, spoiled));

        byte[] otherKey = key.ExportDecapsulationKey();
        otherKey[^100] ^= 1; // in ek: the hash no longer fits
        Assert.ThrowsAny<CryptographicException>(() => ImportDecapsulationKey(algorithm, otherKey));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_disposed_key_does_nothing(string name)
    {
        MLKem key = Generate(Named(name));
        key.Encapsulate(out byte[] ciphertext, out _);
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Decapsulate(ciphertext));
        Assert.Throws<ObjectDisposedException>(() => key.Encapsulate(out _, out _));
        Assert.Throws<ObjectDisposedException>(() => key.ExportPrivateSeed());
        Assert.Throws<ObjectDisposedException>(() => key.ExportPkcs8PrivateKey());
    }

    [Theory]
    [InlineData("ML-KEM-512")]
    [InlineData("ML-KEM-768")]
    [InlineData("ML-KEM-1024")]
    public void Keys_of_rfc_9935_are_read_in_every_form(string name)
    {
        using MLKem seed = ImportPem(RfcKeys.MLKem($"{name}-seed.priv"));
        using MLKem expanded = ImportPem(RfcKeys.MLKem($"{name}-expanded.priv"));
        using MLKem both = ImportPem(RfcKeys.MLKem($"{name}-both.priv"));
        using MLKem publicKey = ImportPem(RfcKeys.MLKem($"{name}.pub"));
        Assert.Equal(Named(name), seed.Algorithm);
        Assert.Equal(publicKey.ExportEncapsulationKey(), seed.ExportEncapsulationKey());
        Assert.Equal(seed.ExportDecapsulationKey(), expanded.ExportDecapsulationKey());
        Assert.Equal(seed.ExportDecapsulationKey(), both.ExportDecapsulationKey());
        Assert.Equal(RfcKeys.Der(RfcKeys.MLKem($"{name}.pub")), seed.ExportSubjectPublicKeyInfo());
        Assert.Equal(publicKey.ExportEncapsulationKey(), RfcKeys.CertificateKey(RfcKeys.MLKem($"{name}.crt")));
    }

    [Theory]
    [InlineData("bad-ML-KEM-512-1.priv")]
    [InlineData("bad-ML-KEM-512-2.priv")]
    [InlineData("bad-ML-KEM-512-3.priv")]
    [InlineData("bad-ML-KEM-512-4.priv")]
    public void Bad_keys_of_rfc_9935_are_refused(string file)
    {
        string pem = RfcKeys.MLKem(file);
        Assert.ThrowsAny<CryptographicException>(() => ImportPem(pem));
    }

    protected static MLKemAlgorithm Named(string name) => name switch
    {
        "ML-KEM-512" => MLKemAlgorithm.MLKem512,
        "ML-KEM-768" => MLKemAlgorithm.MLKem768,
        _ => MLKemAlgorithm.MLKem1024,
    };

    /// <summary>The key with the 12-bit coefficient at an index set to a value.</summary>
    protected static byte[] With(byte[] key, int index, int value)
    {
        int offset = index / 2 * 3;
        if (index % 2 == 0)
        {
            key[offset] = (byte)(value & 0xFF);
            key[offset + 1] = (byte)((key[offset + 1] & 0xF0) | (value >> 8));
        }
        else
        {
            key[offset + 1] = (byte)((key[offset + 1] & 0x0F) | ((value & 0x0F) << 4));
            key[offset + 2] = (byte)(value >> 4);
        }

        return key;
    }
}
