using System.Security.Cryptography;
using Qbitel.Cryptography.HashSignatures;
using Qbitel.Cryptography.Tests.Lattices;

namespace Qbitel.Cryptography.Tests.HashSignatures;

public sealed class ManagedSlhDsaTests : SlhDsaContract
{
    private static readonly byte[] Message = "a message of no importance"u8.ToArray();

    protected override SlhDsa Generate(SlhDsaAlgorithm algorithm) => ManagedSlhDsa.GenerateKey(algorithm);

    protected override SlhDsa ImportPublicKey(SlhDsaAlgorithm algorithm, byte[] key) =>
        ManagedSlhDsa.ImportSlhDsaPublicKey(algorithm, key);

    protected override SlhDsa ImportPrivateKey(SlhDsaAlgorithm algorithm, byte[] key) =>
        ManagedSlhDsa.ImportSlhDsaPrivateKey(algorithm, key);

    protected override SlhDsa ImportSubjectPublicKeyInfo(byte[] key) => ManagedSlhDsa.ImportSubjectPublicKeyInfo(key);

    protected override SlhDsa ImportPkcs8(byte[] key) => ManagedSlhDsa.ImportPkcs8PrivateKey(key);

    protected override SlhDsa ImportPem(string pem) => ManagedSlhDsa.ImportFromPem(pem);

    [Fact]
    public void It_is_supported_everywhere() => Assert.True(ManagedSlhDsa.IsSupported);

    [Fact]
    public void The_self_test_passes() => Assert.True(SlhDsaSelfTest.Passes());

    [Theory, MemberData(nameof(Sizes))]
    public void Every_set_signs_what_it_verifies(string name, int publicKey, int privateKey, int signature)
    {
        using ManagedSlhDsa key = ManagedSlhDsa.GenerateKey(Named(name));
        Assert.Equal((publicKey, privateKey), (key.PublicHalf.Encoded.Length, key.ExportSlhDsaPrivateKey().Length));
        byte[] made = key.SignData(Message, "payments"u8.ToArray());
        Assert.Equal(signature, made.Length);
        Assert.True(key.VerifyData(Message, made, "payments"u8.ToArray()));
        foreach (int at in (ReadOnlySpan<int>)[0, made.Length / 4, made.Length / 2, made.Length - 1])
        {
            made[at] ^= 0x40;
            Assert.False(key.VerifyData(Message, made, "payments"u8.ToArray()));
            made[at] ^= 0x40;
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_deterministic_signature_is_always_the_same(string name)
    {
        using ManagedSlhDsa key = ManagedSlhDsa.GenerateKey(Named(name));
        using ManagedSlhDsa again =
            ManagedSlhDsa.ImportSlhDsaPrivateKey(Named(name), key.ExportSlhDsaPrivateKey());
        byte[] context = [1, 2], signature = key.SignDataDeterministic(Message, context);
        Assert.Equal(signature, key.SignDataDeterministic(Message, context));
        Assert.Equal(signature, again.SignDataDeterministic(Message, context));
        Assert.NotEqual(signature, key.SignDataDeterministic(Message));
        Assert.True(key.VerifyData(Message, signature, context));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.SignDataDeterministic(Message, new byte[256]));

        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.SignDataDeterministic(Message));
        using ManagedSlhDsa verifier =
            ManagedSlhDsa.ImportSlhDsaPublicKey(Named(name), again.ExportSlhDsaPublicKey());
        Assert.Throws<CryptographicException>(() => verifier.SignDataDeterministic(Message));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Import_refuses_a_private_key_whose_root_is_not_its_own(string name)
    {
        using ManagedSlhDsa key = ManagedSlhDsa.GenerateKey(Named(name));
        byte[] encoded = key.ExportSlhDsaPrivateKey();
        int n = encoded.Length / 4;
        foreach (int at in (ReadOnlySpan<int>)[0, n - 1, 2 * n, (3 * n) - 1, 3 * n, (4 * n) - 1])
        {
            encoded[at] ^= 1;
            CryptographicException refused = Assert.Throws<CryptographicException>(
                () => ManagedSlhDsa.ImportSlhDsaPrivateKey(Named(name), encoded));
            Assert.Contains("root", refused.Message, StringComparison.Ordinal);
            encoded[at] ^= 1;
        }
    }

    [Fact]
    public void A_public_key_beside_the_private_one_must_be_its_own()
    {
        using ManagedSlhDsa key = ManagedSlhDsa.GenerateKey(SlhDsaAlgorithm.SlhDsaSha2_128f);
        byte[] own = WithPublicKey(key.ExportSlhDsaPublicKey()), other = WithPublicKey(new byte[32]);
        using ManagedSlhDsa again = ManagedSlhDsa.ImportPkcs8PrivateKey(own);
        Assert.Equal(key.ExportSlhDsaPrivateKey(), again.ExportSlhDsaPrivateKey());
        Assert.Throws<CryptographicException>(() => ManagedSlhDsa.ImportPkcs8PrivateKey(other));

        // RFC 5958, version 2: [1] IMPLICIT BIT STRING after the private key.
        byte[] WithPublicKey(byte[] publicKey)
        {
            byte[] pkcs8 = key.ExportPkcs8PrivateKey();
            byte[] content = [.. pkcs8[2..], 0x81, 0x21, 0, .. publicKey];
            content[2] = 1;
            return [0x30, (byte)content.Length, .. content];
        }
    }

    [Fact]
    public void Pkcs8_fits_its_destination_or_is_not_written()
    {
        using ManagedSlhDsa key = ManagedSlhDsa.GenerateKey(SlhDsaAlgorithm.SlhDsaShake256f);
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        byte[] small = new byte[pkcs8.Length - 1], large = new byte[pkcs8.Length + 5];
        Assert.False(key.TryExportPkcs8PrivateKey(small, out int written));
        Assert.Equal((0, true), (written, small.All(b => b == 0)));
        Assert.True(key.TryExportPkcs8PrivateKey(large, out written));
        Assert.Equal(pkcs8, large[..written]);
    }

    [Fact]
    public void Dispose_zeroes_the_private_half()
    {
        ManagedSlhDsa key = ManagedSlhDsa.GenerateKey(SlhDsaAlgorithm.SlhDsaSha2_128f);
        Array secret = PrivateArrays.Of(PrivateArrays.Field(key, "_privateHalf"), "_secret").Single();
        Assert.True(PrivateArrays.HasContent(secret));

        key.Dispose();

        Assert.False(PrivateArrays.HasContent(secret));
    }

    [Fact]
    public void Nothing_secret_is_printed()
    {
        using ManagedSlhDsa key = ManagedSlhDsa.GenerateKey(SlhDsaAlgorithm.SlhDsaShake128f);
        using ManagedSlhDsa verifier =
            ManagedSlhDsa.ImportSlhDsaPublicKey(SlhDsaAlgorithm.SlhDsaShake128f, key.ExportSlhDsaPublicKey());
        Assert.Equal("SLH-DSA-SHAKE-128f ***", key.ToString());
        Assert.Equal("SLH-DSA-SHAKE-128f", verifier.ToString());
        Assert.True(key.HasPrivateKey);
        Assert.False(verifier.HasPrivateKey);
    }

    [Fact]
    public void One_key_serves_many_threads()
    {
        using ManagedSlhDsa key = ManagedSlhDsa.GenerateKey(SlhDsaAlgorithm.SlhDsaSha2_128f);
        Parallel.For(0, 20, i =>
        {
            byte[] data = BitConverter.GetBytes(i);
            Assert.True(key.VerifyData(data, key.SignData(data)));
        });
    }

    [Fact]
    public void Sizes_agree_with_the_platforms_table() => Assert.All(SlhDsaParameters.All, set =>
    {
        Assert.Equal(set.Algorithm.PublicKeySizeInBytes, set.PublicKeySize);
        Assert.Equal(set.Algorithm.PrivateKeySizeInBytes, set.PrivateKeySize);
        Assert.Equal(set.Algorithm.SignatureSizeInBytes, set.SignatureSize);
    });
}
