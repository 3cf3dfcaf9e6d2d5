using System.Security.Cryptography;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>What every implementation of <see cref="MLDsa"/> must do, ours and the platform's.</summary>
public abstract class MLDsaContract
{
    private const string Sha512Oid = "2.16.840.1.101.3.4.2.3";
    private const string Sha256Oid = "2.16.840.1.101.3.4.2.1";

    // FIPS 204, Table 2.
    public static readonly TheoryData<string, int, int, int> Sizes = new()
    {
        { "ML-DSA-44", 1312, 2560, 2420 },
        { "ML-DSA-65", 1952, 4032, 3309 },
        { "ML-DSA-87", 2592, 4896, 4627 },
    };

    public static readonly TheoryData<string> Algorithms = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];

    private static readonly byte[] Message = "a message of no importance"u8.ToArray();

    protected abstract MLDsa Generate(MLDsaAlgorithm algorithm);

    protected abstract MLDsa ImportSeed(MLDsaAlgorithm algorithm, byte[] seed);

    protected abstract MLDsa ImportPublicKey(MLDsaAlgorithm algorithm, byte[] key);

    protected abstract MLDsa ImportPrivateKey(MLDsaAlgorithm algorithm, byte[] key);

    protected abstract MLDsa ImportSubjectPublicKeyInfo(byte[] key);

    protected abstract MLDsa ImportPkcs8(byte[] key);

    protected abstract MLDsa ImportPem(string pem);

    [Theory, MemberData(nameof(Sizes))]
    public void Sizes_are_those_of_the_standard(string name, int publicKey, int privateKey, int signature)
    {
        using MLDsa key = Generate(Named(name));
        Assert.Equal(publicKey, key.ExportMLDsaPublicKey().Length);
        Assert.Equal(privateKey, key.ExportMLDsaPrivateKey().Length);
        Assert.Equal(32, key.ExportMLDsaPrivateSeed().Length);
        Assert.Equal(signature, key.SignData(Message).Length);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Verify_accepts_what_sign_makes_of_any_length(string name)
    {
        using MLDsa key = Generate(Named(name));
        using MLDsa verifier = ImportPublicKey(Named(name), key.ExportMLDsaPublicKey());
        foreach (int length in (ReadOnlySpan<int>)[0, 1, 64, 135, 136, 137, 100_000])
        {
            byte[] data = RandomNumberGenerator.GetBytes(length);
            byte[] signature = key.SignData(data);
            Assert.True(verifier.VerifyData(data, signature));
            Assert.True(key.VerifyData(data, signature));
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Sign_never_makes_the_same_signature_twice(string name)
    {
        using MLDsa key = Generate(Named(name));
        HashSet<string> signatures = new(StringComparer.Ordinal);
        for (int i = 0; i < 10; i++) Assert.True(signatures.Add(Convert.ToHexString(key.SignData(Message))));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Verify_is_false_for_whatever_is_no_signature(string name)
    {
        using MLDsa key = Generate(Named(name));
        using MLDsa other = Generate(Named(name));
        byte[] signature = key.SignData(Message), longer = [.. Message, 0];
        byte[][] wrong =
        [
            [], [0], new byte[signature.Length], [.. Enumerable.Repeat((byte)0xFF, signature.Length)],
            RandomNumberGenerator.GetBytes(signature.Length),
            signature[..^1], signature[1..], [.. signature, 0], [0, .. signature], [.. signature, .. signature],
            other.SignData(Message), key.SignData(longer), key.SignData(Array.Empty<byte>()),
        ];
        Assert.All(wrong, w => Assert.False(key.VerifyData(Message, w)));
        Assert.False(other.VerifyData(Message, signature));
        Assert.False(key.VerifyData(longer, signature));
        Assert.True(key.VerifyData(Message, signature));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Verify_is_false_when_any_one_bit_is_flipped(string name)
    {
        using MLDsa key = Generate(Named(name));
        byte[] signature = key.SignData(Message);
        for (int i = 0; i < signature.Length; i += 7)
        {
            signature[i] ^= (byte)(1 << (i % 8));
            Assert.False(key.VerifyData(Message, signature), $"byte {i}");
            signature[i] ^= (byte)(1 << (i % 8));
        }

        for (int i = 1; i <= 90; i++) // the hints, to the last bit
        {
            for (int bit = 0; bit < 8; bit++)
            {
                signature[^i] ^= (byte)(1 << bit);
                Assert.False(key.VerifyData(Message, signature), $"byte -{i}, bit {bit}");
                signature[^i] ^= (byte)(1 << bit);
            }
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_context_is_bound_and_has_at_most_255_bytes(string name)
    {
        using MLDsa key = Generate(Named(name));
        byte[][] contexts = [[], [0], "payments"u8.ToArray(), "payment"u8.ToArray(), new byte[254], new byte[255]];
        foreach (byte[] signed in contexts)
        {
            byte[] signature = key.SignData(Message, signed);
            Assert.All(contexts, context =>
                Assert.Equal(ReferenceEquals(context, signed), key.VerifyData(Message, signature, context)));
        }

        // The context cannot leak into the message, nor the other way round.
        Assert.False(key.VerifyData("b"u8.ToArray(), key.SignData("ab"u8.ToArray(), []), "a"u8.ToArray()));
        byte[] ofNone = key.SignData(Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => key.SignData(Message, new byte[256]));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.VerifyData(Message, ofNone, new byte[256]));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            key.SignPreHash(SHA512.HashData(Message), Sha512Oid, new byte[256]));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_prehash_signature_is_of_that_hash_and_context_only(string name)
    {
        using MLDsa key = Generate(Named(name));
        byte[] digest = SHA512.HashData(Message), context = [1, 2, 3];
        byte[] signature = key.SignPreHash(digest, Sha512Oid, context);
        Assert.True(key.VerifyPreHash(digest, signature, Sha512Oid, context));
        Assert.False(key.VerifyPreHash(digest, signature, Sha512Oid));
        Assert.False(key.VerifyPreHash(SHA512.HashData([]), signature, Sha512Oid, context));
        Assert.False(key.VerifyPreHash(digest[..32], signature, Sha256Oid, context));
        Assert.False(key.VerifyPreHash(digest, signature[..^1], Sha512Oid, context));
        Assert.False(key.VerifyData(Message, signature, context));
        Assert.False(key.VerifyData(digest, signature, context));
        Assert.False(key.VerifyPreHash(digest, key.SignData(digest, context), Sha512Oid, context));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void An_external_mu_is_the_same_signature(string name)
    {
        Assert.SkipUnless(Shake256.IsSupported, "this platform has no SHAKE256 to make mu with");
        using MLDsa key = Generate(Named(name));
        byte[] context = "ctx"u8.ToArray(), tr = Shake256.HashData(key.ExportMLDsaPublicKey(), 64);
        byte[] mu = Shake256.HashData([.. tr, 0, (byte)context.Length, .. context, .. Message], 64);
        Assert.True(key.VerifyData(Message, key.SignMu(mu), context));
        Assert.True(key.VerifyMu(mu, key.SignData(Message, context)));
        Assert.False(key.VerifyMu(mu, key.SignData(Message)));
        Assert.False(key.VerifyMu(mu, new byte[key.Algorithm.SignatureSizeInBytes]));
        Assert.Throws<ArgumentException>(() => key.SignMu(mu[..^1]));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Every_encoding_comes_back_as_the_same_key(string name)
    {
        MLDsaAlgorithm algorithm = Named(name);
        using MLDsa key = Generate(algorithm);
        using MLDsa seed = ImportSeed(algorithm, key.ExportMLDsaPrivateSeed());
        using MLDsa pkcs8 = ImportPkcs8(key.ExportPkcs8PrivateKey());
        using MLDsa pem = ImportPem(key.ExportPkcs8PrivateKeyPem());
        using MLDsa expanded = ImportPrivateKey(algorithm, key.ExportMLDsaPrivateKey());
        using MLDsa expandedPkcs8 = ImportPkcs8(expanded.ExportPkcs8PrivateKey());
        foreach (MLDsa again in (MLDsa[])[seed, pkcs8, pem, expanded, expandedPkcs8])
        {
            Assert.Equal(algorithm, again.Algorithm);
            Assert.True(key.VerifyData(Message, again.SignData(Message)));
            Assert.Equal(key.ExportMLDsaPrivateKey(), again.ExportMLDsaPrivateKey());
            Assert.Equal(key.ExportMLDsaPublicKey(), again.ExportMLDsaPublicKey());
        }

        using MLDsa raw = ImportPublicKey(algorithm, key.ExportMLDsaPublicKey());
        using MLDsa info = ImportSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo());
        using MLDsa infoPem = ImportPem(key.ExportSubjectPublicKeyInfoPem());
        foreach (MLDsa again in (MLDsa[])[raw, info, infoPem])
        {
            Assert.Equal(algorithm, again.Algorithm);
            Assert.Equal(key.ExportMLDsaPublicKey(), again.ExportMLDsaPublicKey());
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_seed_key_exports_its_seed_and_an_expanded_key_refuses(string name)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(32);
        using MLDsa key = ImportSeed(Named(name), bytes);
        Assert.Equal(bytes, key.ExportMLDsaPrivateSeed());

        using MLDsa expanded = ImportPrivateKey(Named(name), key.ExportMLDsaPrivateKey());
        Assert.ThrowsAny<CryptographicException>(() => expanded.ExportMLDsaPrivateSeed());
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_public_key_only_verifies(string name)
    {
        using MLDsa key = Generate(Named(name));
        using MLDsa verifier = ImportPublicKey(Named(name), key.ExportMLDsaPublicKey());
        Assert.ThrowsAny<CryptographicException>(() => verifier.SignData(Message));
        Assert.ThrowsAny<CryptographicException>(() => verifier.ExportMLDsaPrivateKey());
        Assert.ThrowsAny<CryptographicException>(() => verifier.ExportMLDsaPrivateSeed());
        Assert.ThrowsAny<CryptographicException>(() => verifier.ExportPkcs8PrivateKey());
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Key_lengths_must_be_exact(string name)
    {
        MLDsaAlgorithm algorithm = Named(name);
        foreach (int by in (ReadOnlySpan<int>)[-1, 1])
        {
            AssertRefused(() => ImportSeed(algorithm, new byte[32 + by]));
            AssertRefused(() => ImportPublicKey(algorithm, new byte[algorithm.PublicKeySizeInBytes + by]));
            AssertRefused(() => ImportPrivateKey(algorithm, new byte[algorithm.PrivateKeySizeInBytes + by]));
        }

        // .NET documents CryptographicException and throws, in its own implementation, ArgumentException.
        static void AssertRefused(Func<MLDsa> import)
        {
            Exception? refused = Record.Exception(import);
            Assert.True(refused is CryptographicException or ArgumentException, $"{refused}");
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_disposed_key_does_nothing(string name)
    {
        MLDsa key = Generate(Named(name));
        byte[] signature = key.SignData(Message);
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.SignData(Message));
        Assert.Throws<ObjectDisposedException>(() => key.VerifyData(Message, signature));
        Assert.Throws<ObjectDisposedException>(() => key.ExportMLDsaPrivateKey());
        Assert.Throws<ObjectDisposedException>(() => key.ExportPkcs8PrivateKey());
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Keys_of_rfc_9881_are_read_in_every_form(string name)
    {
        using MLDsa seed = ImportPem(RfcKeys.MLDsa($"{name}-seed.priv"));
        using MLDsa expanded = ImportPem(RfcKeys.MLDsa($"{name}-expanded.priv"));
        using MLDsa both = ImportPem(RfcKeys.MLDsa($"{name}-both.priv"));
        using MLDsa publicKey = ImportPem(RfcKeys.MLDsa($"{name}.pub"));
        Assert.Equal(Named(name), seed.Algorithm);
        Assert.Equal(publicKey.ExportMLDsaPublicKey(), seed.ExportMLDsaPublicKey());
        Assert.Equal(seed.ExportMLDsaPrivateKey(), expanded.ExportMLDsaPrivateKey());
        Assert.Equal(seed.ExportMLDsaPrivateKey(), both.ExportMLDsaPrivateKey());
        Assert.Equal(RfcKeys.Der(RfcKeys.MLDsa($"{name}.pub")), seed.ExportSubjectPublicKeyInfo());
        Assert.Equal(publicKey.ExportMLDsaPublicKey(), RfcKeys.CertificateKey(RfcKeys.MLDsa($"{name}.crt")));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void The_certificates_of_rfc_9881_are_signed_by_their_keys(string name)
    {
        (byte[] toBeSigned, byte[] signature) = RfcKeys.CertificateSignature(RfcKeys.MLDsa($"{name}.crt"));
        using MLDsa key = ImportPem(RfcKeys.MLDsa($"{name}.pub"));
        Assert.True(key.VerifyData(toBeSigned, signature));
        toBeSigned[^1] ^= 1;
        Assert.False(key.VerifyData(toBeSigned, signature));
    }

    [Theory]
    [InlineData("bad-ML-DSA-44-1.priv")]
    [InlineData("bad-ML-DSA-44-2.priv")]
    [InlineData("bad-ML-DSA-44-3.priv")]
    public void Bad_keys_of_rfc_9881_are_refused(string file)
    {
        string pem = RfcKeys.MLDsa(file);
        Assert.ThrowsAny<CryptographicException>(() => ImportPem(pem));
    }

    protected static MLDsaAlgorithm Named(string name) => name switch
    {
        "ML-DSA-44" => MLDsaAlgorithm.MLDsa44,
        "ML-DSA-65" => MLDsaAlgorithm.MLDsa65,
        _ => MLDsaAlgorithm.MLDsa87,
    };
}
