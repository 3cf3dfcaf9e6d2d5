using System.Security.Cryptography;
using Qbitel.Cryptography.HashSignatures;

namespace Qbitel.Cryptography.Tests.HashSignatures;

/// <summary>What every implementation of <see cref="SlhDsa"/> must do, ours and the platform's.</summary>
/// <remarks>One set of each hash, the fast ones where many signatures are made: the sets differ in numbers.</remarks>
public abstract class SlhDsaContract
{
    private const string Sha512Oid = "2.16.840.1.101.3.4.2.3";
    private const string Sha256Oid = "2.16.840.1.101.3.4.2.1";

    // FIPS 205, Table 2.
    public static readonly TheoryData<string, int, int, int> Sizes = new()
    {
        { "SLH-DSA-SHA2-128s", 32, 64, 7856 },
        { "SLH-DSA-SHA2-128f", 32, 64, 17088 },
        { "SLH-DSA-SHA2-192s", 48, 96, 16224 },
        { "SLH-DSA-SHA2-192f", 48, 96, 35664 },
        { "SLH-DSA-SHA2-256s", 64, 128, 29792 },
        { "SLH-DSA-SHA2-256f", 64, 128, 49856 },
        { "SLH-DSA-SHAKE-128s", 32, 64, 7856 },
        { "SLH-DSA-SHAKE-128f", 32, 64, 17088 },
        { "SLH-DSA-SHAKE-192s", 48, 96, 16224 },
        { "SLH-DSA-SHAKE-192f", 48, 96, 35664 },
        { "SLH-DSA-SHAKE-256s", 64, 128, 29792 },
        { "SLH-DSA-SHAKE-256f", 64, 128, 49856 },
    };

    public static readonly TheoryData<string> Algorithms =
        ["SLH-DSA-SHA2-128f", "SLH-DSA-SHA2-192f", "SLH-DSA-SHAKE-128f"];

    private static readonly byte[] Message = "a message of no importance"u8.ToArray();

    protected abstract SlhDsa Generate(SlhDsaAlgorithm algorithm);

    protected abstract SlhDsa ImportPublicKey(SlhDsaAlgorithm algorithm, byte[] key);

    protected abstract SlhDsa ImportPrivateKey(SlhDsaAlgorithm algorithm, byte[] key);

    protected abstract SlhDsa ImportSubjectPublicKeyInfo(byte[] key);

    protected abstract SlhDsa ImportPkcs8(byte[] key);

    protected abstract SlhDsa ImportPem(string pem);

    [Theory, MemberData(nameof(Sizes))]
    public void Sizes_are_those_of_the_standard(string name, int publicKey, int privateKey, int signature)
    {
        using SlhDsa key = Generate(Named(name));
        Assert.Equal(publicKey, key.ExportSlhDsaPublicKey().Length);
        Assert.Equal(privateKey, key.ExportSlhDsaPrivateKey().Length);
        Assert.Equal(signature, key.Algorithm.SignatureSizeInBytes);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Verify_accepts_what_sign_makes_of_any_length(string name)
    {
        using SlhDsa key = Generate(Named(name));
        using SlhDsa verifier = ImportPublicKey(Named(name), key.ExportSlhDsaPublicKey());
        foreach (int length in (ReadOnlySpan<int>)[0, 1, 64, 136, 100_000])
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
        using SlhDsa key = Generate(Named(name));
        HashSet<string> signatures = new(StringComparer.Ordinal);
        for (int i = 0; i < 5; i++) Assert.True(signatures.Add(Convert.ToHexString(key.SignData(Message))));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Verify_is_false_for_whatever_is_no_signature(string name)
    {
        using SlhDsa key = Generate(Named(name));
        using SlhDsa other = Generate(Named(name));
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
        using SlhDsa key = Generate(Named(name));
        byte[] signature = key.SignData(Message);
        for (int i = 0; i < signature.Length; i += 211) // every part of it, and every node's place in turn
        {
            signature[i] ^= (byte)(1 << (i % 8));
            Assert.False(key.VerifyData(Message, signature), $"byte {i}");
            signature[i] ^= (byte)(1 << (i % 8));
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_context_is_bound_and_has_at_most_255_bytes(string name)
    {
        using SlhDsa key = Generate(Named(name));
        byte[][] contexts = [[], [0], "payments"u8.ToArray(), "payment"u8.ToArray(), new byte[254], new byte[255]];
        foreach (byte[] signed in contexts)
        {
            byte[] signature = key.SignData(Message, signed);
            Assert.All(contexts, context => Assert.Equal(
                ReferenceEquals(context, signed), key.VerifyData(Message, signature, context)));
        }

        // The context cannot leak into the message, nor the other way round.
        Assert.False(key.VerifyData("b"u8.ToArray(), key.SignData("ab"u8.ToArray(), []), "a"u8.ToArray()));
        byte[] ofNone = key.SignData(Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => key.SignData(Message, new byte[256]));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.VerifyData(Message, ofNone, new byte[256]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => key.SignPreHash(SHA512.HashData(Message), Sha512Oid, new byte[256]));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_prehash_signature_is_of_that_hash_and_context_only(string name)
    {
        using SlhDsa key = Generate(Named(name));
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

    // FIPS 205, section 10.2.2: SHAKE128 gives 256 bits, SHAKE256 gives 512.
    [Theory]
    [InlineData("2.16.840.1.101.3.4.2.1", 32)]
    [InlineData("2.16.840.1.101.3.4.2.2", 48)]
    [InlineData("2.16.840.1.101.3.4.2.3", 64)]
    [InlineData("2.16.840.1.101.3.4.2.11", 32)]
    [InlineData("2.16.840.1.101.3.4.2.12", 64)]
    public void A_prehash_has_the_length_of_its_hash(string oid, int size)
    {
        using SlhDsa key = Generate(SlhDsaAlgorithm.SlhDsaSha2_128f);
        byte[] digest = RandomNumberGenerator.GetBytes(size);
        Assert.True(key.VerifyPreHash(digest, key.SignPreHash(digest, oid), oid));
        Assert.Throws<CryptographicException>(() => key.SignPreHash(digest[..^1], oid));
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Every_encoding_comes_back_as_the_same_key(string name, int publicKey, int privateKey, int signature)
    {
        SlhDsaAlgorithm algorithm = Named(name);
        using SlhDsa key = Generate(algorithm);
        Assert.Equal(signature, algorithm.SignatureSizeInBytes);
        using SlhDsa rawPrivate = ImportPrivateKey(algorithm, key.ExportSlhDsaPrivateKey());
        using SlhDsa pkcs8 = ImportPkcs8(key.ExportPkcs8PrivateKey());
        using SlhDsa pem = ImportPem(key.ExportPkcs8PrivateKeyPem());
        foreach (SlhDsa again in (SlhDsa[])[rawPrivate, pkcs8, pem])
        {
            Assert.Equal(algorithm, again.Algorithm);
            Assert.Equal(key.ExportSlhDsaPrivateKey(), again.ExportSlhDsaPrivateKey());
            Assert.Equal(key.ExportSlhDsaPublicKey(), again.ExportSlhDsaPublicKey());
        }

        using SlhDsa raw = ImportPublicKey(algorithm, key.ExportSlhDsaPublicKey());
        using SlhDsa info = ImportSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo());
        using SlhDsa infoPem = ImportPem(key.ExportSubjectPublicKeyInfoPem());
        foreach (SlhDsa again in (SlhDsa[])[raw, info, infoPem])
        {
            Assert.Equal(algorithm, again.Algorithm);
            Assert.Equal(key.ExportSlhDsaPublicKey(), again.ExportSlhDsaPublicKey());
        }

        // RFC 9909: the raw key ends the structure, without a frame of its own.
        byte[] encoded = key.ExportPkcs8PrivateKey();
        Assert.Equal(key.ExportSlhDsaPrivateKey(), encoded[^privateKey..]);
        Assert.Equal(key.ExportSlhDsaPublicKey(), encoded[^publicKey..]);
        Assert.Equal((byte)privateKey, encoded[^(privateKey + 1)]);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_public_key_only_verifies(string name)
    {
        using SlhDsa key = Generate(Named(name));
        using SlhDsa verifier = ImportPublicKey(Named(name), key.ExportSlhDsaPublicKey());
        Assert.ThrowsAny<CryptographicException>(() => verifier.SignData(Message));
        Assert.ThrowsAny<CryptographicException>(() => verifier.ExportSlhDsaPrivateKey());
        Assert.ThrowsAny<CryptographicException>(() => verifier.ExportPkcs8PrivateKey());
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Key_lengths_must_be_exact(string name, int publicKey, int privateKey, int signature)
    {
        SlhDsaAlgorithm algorithm = Named(name);
        Assert.Equal(signature, algorithm.SignatureSizeInBytes);
        foreach (int by in (ReadOnlySpan<int>)[-1, 1])
        {
            AssertRefused(() => ImportPublicKey(algorithm, new byte[publicKey + by]));
            AssertRefused(() => ImportPrivateKey(algorithm, new byte[privateKey + by]));
        }

        // .NET documents CryptographicException and throws, in its own implementation, ArgumentException.
        static void AssertRefused(Func<SlhDsa> import)
        {
            Exception? refused = Record.Exception(import);
            Assert.True(refused is CryptographicException or ArgumentException, $"{refused}");
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void A_disposed_key_does_nothing(string name)
    {
        SlhDsa key = Generate(Named(name));
        byte[] signature = key.SignData(Message);
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.SignData(Message));
        Assert.Throws<ObjectDisposedException>(() => key.VerifyData(Message, signature));
        Assert.Throws<ObjectDisposedException>(() => key.ExportSlhDsaPrivateKey());
        Assert.Throws<ObjectDisposedException>(() => key.ExportPkcs8PrivateKey());
    }

    protected static SlhDsaAlgorithm Named(string name) =>
        SlhDsaParameters.All.Single(set => set.Algorithm.Name == name).Algorithm;
}
