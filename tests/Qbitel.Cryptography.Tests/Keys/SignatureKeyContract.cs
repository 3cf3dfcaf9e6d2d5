using System.Collections.Concurrent;
using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Keys;

/// <summary>What every signature algorithm of the table must do; one empty subclass each.</summary>
public abstract class SignatureKeyContract(SignatureAlgorithm algorithm) : IDisposable
{
    private static readonly byte[] Message = [.. "pay 5,000,000.00 USD to 021000021"u8];

    // The sets of SLH-DSA for small signatures take a good part of a second for one: they share a key and its
    // signature.
    private static readonly ConcurrentDictionary<SignatureAlgorithm, Lazy<(byte[] Key, byte[] Signature)>> Slow = new();

    private readonly SignatureKey _key = IsSlow(algorithm)
        ? SignatureKeys.ImportPrivate(algorithm, Shared(algorithm).Key)
        : TestKeys.Signature(algorithm);

    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Sizes_are_those_of_the_table()
    {
        Assert.Equal(algorithm.PublicKeySize, _key.ExportPublicKey().Length);
        KeySizes.Check(algorithm, _key.ExportPrivateKey());
        byte[] signature = SignMessage();
        int shortest = algorithm.Name.Contains("ECDSA", StringComparison.Ordinal)
            ? algorithm.SignatureSize - 16
            : algorithm.SignatureSize;
        Assert.InRange(signature.Length, shortest, algorithm.SignatureSize);
        Assert.Same(algorithm, _key.Algorithm);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(137)]
    [InlineData(100_000)]
    public void Verify_accepts_what_Sign_made(int size)
    {
        if (IsSlow(algorithm) && size is 1 or 137) return;

        byte[] data = RandomNumberGenerator.GetBytes(size);
        Assert.True(_key.Verify(data, _key.Sign(data)));
    }

    [Fact]
    public void Verify_rejects_other_data()
    {
        byte[] signature = SignMessage();
        Assert.All(Damage.Of(Message), other => Assert.False(_key.Verify(other, signature)));
    }

    [Fact]
    public void Verify_rejects_a_damaged_signature()
    {
        byte[] signature = SignMessage();
        Assert.All(Damage.Of(signature), other => Assert.False(_key.Verify(Message, other)));
        Assert.False(_key.Verify(Message, [.. signature, .. signature]));
    }

    [Fact]
    public void Verify_rejects_the_signature_of_another_key()
    {
        using SignatureKey other = TestKeys.Signature(algorithm, 1);
        Assert.False(_key.Verify(Message, other.Sign(Message)));
    }

    [Fact]
    public void Verify_binds_the_context()
    {
        if (algorithm.MaxContextSize == 0)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => _key.Sign(Message, [1]));
            Assert.False(_key.Verify(Message, _key.Sign(Message), [1]));
            return;
        }

        byte[] context = RandomNumberGenerator.GetBytes(algorithm.MaxContextSize);
        byte[] signature = _key.Sign(Message, context);
        Assert.True(_key.Verify(Message, signature, context));
        Assert.False(_key.Verify(Message, signature));
        Assert.False(_key.Verify(Message, signature, context.AsSpan(1)));
        Assert.False(_key.Verify(Message, signature, Damage.Flip(context, 254, 1)));
        Assert.False(_key.Verify(Message, signature, [.. context, 0]));
        Assert.False(_key.Verify(Message, SignMessage(), [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _key.Sign(Message, new byte[256]));
    }

    [Fact]
    public void Context_and_data_do_not_run_into_each_other()
    {
        if (algorithm.MaxContextSize == 0) return;

        byte[] signature = _key.Sign([1, 2, 3], [4, 5]);
        Assert.False(_key.Verify([5, 1, 2, 3], signature, [4]));
        Assert.False(_key.Verify([2, 3], signature, [4, 5, 1]));
    }

    [Fact]
    public void A_public_key_verifies_and_does_nothing_else()
    {
        using SignatureKey verifier = SignatureKeys.ImportPublic(algorithm, _key.ExportPublicKey());
        Assert.True(verifier.Verify(Message, SignMessage()));
        Assert.False(verifier.HasPrivateKey);
        Assert.Equal(_key.ExportPublicKey(), verifier.ExportPublicKey());
        Assert.Throws<CryptographicException>(() => verifier.Sign(Message));
        Assert.Throws<CryptographicException>(verifier.ExportPrivateKey);
        Assert.Equal(algorithm.Name, verifier.ToString());
    }

    [Fact]
    public void A_private_key_survives_export_and_import()
    {
        byte[] exported = _key.ExportPrivateKey();
        using SignatureKey again = SignatureKeys.ImportPrivate(algorithm, exported);
        Assert.Equal(exported, again.ExportPrivateKey());
        Assert.Equal(_key.ExportPublicKey(), again.ExportPublicKey());
        Assert.True(_key.Verify(Message, again.Sign(Message)));
        Assert.True(again.Verify(Message, SignMessage()));
    }

    [Fact]
    public void Import_refuses_another_length()
    {
        byte[] privateKey = _key.ExportPrivateKey(), publicKey = _key.ExportPublicKey();
        foreach (byte[] wrong in (byte[][])[[], privateKey[..^1], [.. privateKey, 0]])
        {
            Assert.True(
                Damage.Refuses(() => SignatureKeys.ImportPrivate(algorithm, wrong)),
                $"private key of {wrong.Length} bytes");
        }

        foreach (byte[] wrong in (byte[][])[[], publicKey[..^1], [.. publicKey, 0]])
        {
            Assert.True(
                Damage.Refuses(() => SignatureKeys.ImportPublic(algorithm, wrong)),
                $"public key of {wrong.Length} bytes");
        }
    }

    [Fact]
    public void Import_of_a_damaged_key_gives_another_key_or_a_refusal()
    {
        byte[] signature = SignMessage();
        foreach (byte[] damaged in Damage.Of(_key.ExportPublicKey()))
        {
            if (Damage.Refuses(() => SignatureKeys.ImportPublic(algorithm, damaged))) continue;

            using SignatureKey other = SignatureKeys.ImportPublic(algorithm, damaged);
            Assert.False(other.Verify(Message, signature));
        }

        foreach (byte[] damaged in Damage.Flips(_key.ExportPrivateKey(), 12))
            Damage.Refuses(() => SignatureKeys.ImportPrivate(algorithm, damaged));
    }

    [Fact]
    public void SubjectPublicKey_carries_the_key()
    {
        if (algorithm.Oid is null)
        {
            Assert.Throws<ArgumentException>(() => SubjectPublicKey.Of(_key));
            return;
        }

        byte[] encoded = SubjectPublicKey.Of(_key).Encode();
        SubjectPublicKey decoded = SubjectPublicKey.Decode(encoded);
        Assert.Same(algorithm, decoded.Algorithm);
        Assert.Equal(_key.ExportPublicKey(), decoded.Key.ToArray());
        Assert.Equal(encoded, decoded.Encode());
    }

    [Fact]
    public void A_disposed_key_refuses_to_work_and_holds_no_secret()
    {
        byte[] secret = _key.ExportPrivateKey();
        byte[] signature = SignMessage();
        _key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _key.Sign(Message));
        Assert.Throws<ObjectDisposedException>(() => _key.Verify(Message, signature));
        Assert.Throws<ObjectDisposedException>(_key.ExportPrivateKey);
        Assert.Throws<ObjectDisposedException>(_key.ExportPublicKey);
        int end = algorithm.Name.StartsWith("SLH-DSA", StringComparison.Ordinal)
            ? secret.Length / 2 // the public key follows
            : secret.Length;
        Assert.False(SecretScan.Holds(_key, secret[..16]));
        Assert.False(SecretScan.Holds(_key, secret[(end - 16)..end]));
    }

    [Fact]
    public void ToString_shows_no_secret() => Assert.Equal($"{algorithm.Name} ***", _key.ToString());

    [Fact]
    public void A_key_works_for_several_threads_at_once() =>
        Parallel.For(0, IsSlow(algorithm) ? 1 : 16, i =>
        {
            byte[] signature = _key.Sign([(byte)i]);
            Assert.True(_key.Verify([(byte)i], signature));
            using SignatureKey verifier = SignatureKeys.ImportPublic(algorithm, _key.ExportPublicKey());
            Assert.True(verifier.Verify([(byte)i], signature));
            using SignatureKey again = SignatureKeys.ImportPrivate(algorithm, _key.ExportPrivateKey());
            Assert.True(verifier.Verify([(byte)i], again.Sign([(byte)i])));
        });

    private byte[] SignMessage() => IsSlow(algorithm) ? [.. Shared(algorithm).Signature] : _key.Sign(Message);

    private static bool IsSlow(SignatureAlgorithm algorithm) =>
        algorithm.Name.StartsWith("SLH-DSA", StringComparison.Ordinal) && algorithm.Name[^1] == 's';

    private static (byte[] Key, byte[] Signature) Shared(SignatureAlgorithm algorithm) =>
        Slow.GetOrAdd(algorithm, _ => new(() =>
        {
            using SignatureKey key = SignatureKeys.Generate(algorithm);
            return (key.ExportPrivateKey(), key.Sign(Message));
        })).Value;
}

public sealed class Ed25519KeyTests() : SignatureKeyContract(SignatureAlgorithm.Ed25519);

public sealed class EcdsaP256KeyTests() : SignatureKeyContract(SignatureAlgorithm.EcdsaP256);

public sealed class EcdsaP384KeyTests() : SignatureKeyContract(SignatureAlgorithm.EcdsaP384);

public sealed class MLDsa44KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa44);

public sealed class MLDsa65KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa65);

public sealed class MLDsa87KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa87);

public sealed class MLDsa44Ed25519KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa44Ed25519);

public sealed class MLDsa65EcdsaP256KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa65EcdsaP256);

public sealed class MLDsa65Ed25519KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa65Ed25519);

public sealed class MLDsa87EcdsaP384KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa87EcdsaP384);

public sealed class SlhDsaSha2With128sKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaSha2_128s);

public sealed class SlhDsaSha2With128fKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaSha2_128f);

public sealed class SlhDsaSha2With192sKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaSha2_192s);

public sealed class SlhDsaSha2With192fKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaSha2_192f);

public sealed class SlhDsaSha2With256sKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaSha2_256s);

public sealed class SlhDsaSha2With256fKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaSha2_256f);

public sealed class SlhDsaShake128sKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaShake128s);

public sealed class SlhDsaShake128fKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaShake128f);

public sealed class SlhDsaShake192sKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaShake192s);

public sealed class SlhDsaShake192fKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaShake192f);

public sealed class SlhDsaShake256sKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaShake256s);

public sealed class SlhDsaShake256fKeyTests() : SignatureKeyContract(SignatureAlgorithm.SlhDsaShake256f);

public sealed class Falcon512Round3KeyTests() : SignatureKeyContract(SignatureAlgorithm.Falcon512Round3);

public sealed class MLDsa44Rsa2048PssKeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa44Rsa2048Pss);

public sealed class MLDsa44Rsa2048Pkcs15KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa44Rsa2048Pkcs15);

public sealed class MLDsa44EcdsaP256KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa44EcdsaP256);

public sealed class MLDsa65Rsa3072PssKeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa65Rsa3072Pss);

public sealed class MLDsa65Rsa3072Pkcs15KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa65Rsa3072Pkcs15);

public sealed class MLDsa65Rsa4096PssKeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa65Rsa4096Pss);

public sealed class MLDsa65Rsa4096Pkcs15KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa65Rsa4096Pkcs15);

public sealed class MLDsa65EcdsaP384KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa65EcdsaP384);

public sealed class MLDsa65EcdsaBrainpoolP256r1KeyTests()
    : SignatureKeyContract(SignatureAlgorithm.MLDsa65EcdsaBrainpoolP256r1);

public sealed class MLDsa87EcdsaBrainpoolP384r1KeyTests()
    : SignatureKeyContract(SignatureAlgorithm.MLDsa87EcdsaBrainpoolP384r1);

public sealed class MLDsa87Ed448KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa87Ed448);

public sealed class MLDsa87Rsa3072PssKeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa87Rsa3072Pss);

public sealed class MLDsa87Rsa4096PssKeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa87Rsa4096Pss);

public sealed class MLDsa87EcdsaP521KeyTests() : SignatureKeyContract(SignatureAlgorithm.MLDsa87EcdsaP521);
