using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Keys;

/// <summary>What every KEM of the table must do; one empty subclass each.</summary>
public abstract class KemKeyContract(KemAlgorithm algorithm) : IDisposable
{
    private readonly KemKey _key = TestKeys.Kem(algorithm);

    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Sizes_are_those_of_the_table()
    {
        Assert.Equal(algorithm.EncapsulationKeySize, _key.ExportEncapsulationKey().Length);
        KeySizes.Check(algorithm, _key.ExportPrivateKey());
        Assert.Same(algorithm, _key.Algorithm);
    }

    [Fact]
    public void Decapsulate_recovers_what_Encapsulate_made()
    {
        for (int i = 0; i < 20; i++)
        {
            (byte[] ciphertext, byte[] secret) = Encapsulate(_key);
            Assert.Equal(secret, Decapsulate(_key, ciphertext));
            Assert.Contains(secret, b => b != 0);
        }
    }

    [Fact]
    public void Encapsulate_never_repeats_itself()
    {
        (byte[] first, byte[] firstSecret) = Encapsulate(_key);
        (byte[] second, byte[] secondSecret) = Encapsulate(_key);
        Assert.NotEqual(first, second);
        Assert.NotEqual(firstSecret, secondSecret);
    }

    [Fact]
    public void Decapsulate_with_another_key_gives_another_secret_or_a_refusal()
    {
        using KemKey other = TestKeys.Kem(algorithm, 1);
        (byte[] ciphertext, byte[] secret) = Encapsulate(_key);
        byte[] received = [.. Enumerable.Repeat((byte)0xAA, algorithm.SharedSecretSize)];
        if (Damage.Refuses(() => { other.Decapsulate(ciphertext, received); return null; }))
            Assert.All(received, b => Assert.Equal(0, b));
        Assert.NotEqual(secret, received);
    }

    [Fact]
    public void Decapsulate_of_a_modified_ciphertext_gives_another_secret_or_a_refusal()
    {
        (byte[] ciphertext, byte[] secret) = Encapsulate(_key);
        foreach (byte[] modified in Damage.Of(ciphertext).Where(
            c => c.Length == ciphertext.Length && !IsUnboundChange(ciphertext, c)))
        {
            byte[] other = [.. Enumerable.Repeat((byte)0xAA, algorithm.SharedSecretSize)];
            if (Damage.Refuses(() => { _key.Decapsulate(modified, other); return null; }))
                Assert.All(other, b => Assert.Equal(0, b));
            Assert.NotEqual(secret, other);
        }
    }

    [Fact]
    public void Lengths_are_checked()
    {
        byte[] ciphertext = new byte[algorithm.CiphertextSize], secret = new byte[algorithm.SharedSecretSize];
        foreach (int off in (int[])[-1, 1])
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _key.Encapsulate(new byte[ciphertext.Length + off], secret));
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _key.Encapsulate(ciphertext, new byte[secret.Length + off]));
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _key.Decapsulate(new byte[ciphertext.Length + off], secret));
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _key.Decapsulate(ciphertext, new byte[secret.Length + off]));
        }
    }

    [Fact]
    public void A_public_key_encapsulates_and_does_nothing_else()
    {
        using KemKey sender = KemKeys.ImportPublic(algorithm, _key.ExportEncapsulationKey());
        (byte[] ciphertext, byte[] secret) = Encapsulate(sender);
        Assert.Equal(secret, Decapsulate(_key, ciphertext));
        Assert.False(sender.HasPrivateKey);
        Assert.Equal(_key.ExportEncapsulationKey(), sender.ExportEncapsulationKey());
        Assert.Throws<CryptographicException>(() => Decapsulate(sender, ciphertext));
        Assert.Throws<CryptographicException>(sender.ExportPrivateKey);
        Assert.Equal(algorithm.Name, sender.ToString());
    }

    [Fact]
    public void A_private_key_survives_export_and_import()
    {
        byte[] exported = _key.ExportPrivateKey();
        using KemKey again = KemKeys.ImportPrivate(algorithm, exported);
        Assert.Equal(exported, again.ExportPrivateKey());
        Assert.Equal(_key.ExportEncapsulationKey(), again.ExportEncapsulationKey());
        (byte[] ciphertext, byte[] secret) = Encapsulate(_key);
        Assert.Equal(secret, Decapsulate(again, ciphertext));
    }

    [Fact]
    public void Import_refuses_another_length()
    {
        byte[] privateKey = _key.ExportPrivateKey(), publicKey = _key.ExportEncapsulationKey();
        foreach (byte[] wrong in (byte[][])[[], privateKey[..^1], [.. privateKey, 0]])
        {
            Assert.True(
                Damage.Refuses(() => KemKeys.ImportPrivate(algorithm, wrong)), $"private key of {wrong.Length} bytes");
        }

        foreach (byte[] wrong in (byte[][])[[], publicKey[..^1], [.. publicKey, 0]])
        {
            Assert.True(
                Damage.Refuses(() => KemKeys.ImportPublic(algorithm, wrong)),
                $"encapsulation key of {wrong.Length} bytes");
        }
    }

    [Fact]
    public void Import_refuses_a_coefficient_that_is_not_reduced()
    {
        byte[] key = _key.ExportEncapsulationKey();
        int lattice = algorithm.Name.StartsWith("SecP256", StringComparison.Ordinal) ? 65
            : algorithm.Name.StartsWith("SecP384", StringComparison.Ordinal) ? 97
            : 0;
        key[lattice] = 0xFF;
        key[lattice + 1] |= 0x0F;
        Assert.ThrowsAny<CryptographicException>(() => KemKeys.ImportPublic(algorithm, key));
    }

    // Both halves of a hybrid see the key: no byte of it can be changed without changing every secret made with it.
    [Fact]
    public void A_modified_encapsulation_key_is_refused_or_leads_to_another_secret()
    {
        byte[] key = _key.ExportEncapsulationKey();
        foreach (byte[] modified in Damage.Flips(key, 40).Where(m => !IsUnboundChange(key, m)))
        {
            try
            {
                using KemKey sender = KemKeys.ImportPublic(algorithm, modified);
                (byte[] ciphertext, byte[] secret) = Encapsulate(sender);
                Assert.NotEqual(secret, Decapsulate(_key, ciphertext));
            }
            catch (CryptographicException)
            {
                // refused: the other allowed answer
            }
        }
    }

    [Fact]
    public void SubjectPublicKey_carries_the_key_where_the_algorithm_has_an_identifier()
    {
        if (algorithm.Oid is null)
        {
            ArgumentException e = Assert.Throws<ArgumentException>(() => SubjectPublicKey.Of(_key));
            Assert.Contains(algorithm.Name, e.Message, StringComparison.Ordinal);
            return;
        }

        byte[] encoded = SubjectPublicKey.Of(_key).Encode();
        SubjectPublicKey decoded = SubjectPublicKey.Decode(encoded);
        Assert.Same(algorithm, decoded.Algorithm);
        Assert.Equal(_key.ExportEncapsulationKey(), decoded.Key.ToArray());
        Assert.Equal(encoded, decoded.Encode());
    }

    [Fact]
    public void A_disposed_key_refuses_to_work_and_holds_no_secret()
    {
        byte[] secret = _key.ExportPrivateKey();
        bool isOurs = LatticeImplementation.Current.KeyEncapsulation == ImplementationChoice.Managed;
        Assert.True(!isOurs || SecretScan.Holds(_key, secret)); // the platform's lie in its own memory
        _key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Encapsulate(_key));
        Assert.Throws<ObjectDisposedException>(() => Decapsulate(_key, new byte[algorithm.CiphertextSize]));
        Assert.Throws<ObjectDisposedException>(_key.ExportPrivateKey);
        Assert.Throws<ObjectDisposedException>(_key.ExportEncapsulationKey);
        Assert.False(SecretScan.Holds(_key, secret[..16]));
        Assert.False(SecretScan.Holds(_key, secret[^16..]));
    }

    [Fact]
    public void ToString_shows_no_secret() => Assert.Equal($"{algorithm.Name} ***", _key.ToString());

    [Fact]
    public void A_key_works_for_several_threads_at_once() => Parallel.For(0, 16, _ =>
    {
        (byte[] ciphertext, byte[] secret) = Encapsulate(_key);
        Assert.Equal(secret, Decapsulate(_key, ciphertext));
        using KemKey sender = KemKeys.ImportPublic(algorithm, _key.ExportEncapsulationKey());
        (ciphertext, secret) = Encapsulate(sender);
        using KemKey again = KemKeys.ImportPrivate(algorithm, _key.ExportPrivateKey());
        Assert.Equal(secret, Decapsulate(again, ciphertext));
    });

    /// <summary>Whether a change is one that the standard leaves to the protocol around it.</summary>
    protected virtual bool IsUnboundChange(byte[] original, byte[] changed) => false;

    private static (byte[] Ciphertext, byte[] Secret) Encapsulate(KemKey key)
    {
        byte[] ciphertext = new byte[key.Algorithm.CiphertextSize], secret = new byte[key.Algorithm.SharedSecretSize];
        key.Encapsulate(ciphertext, secret);
        return (ciphertext, secret);
    }

    private static byte[] Decapsulate(KemKey key, byte[] ciphertext)
    {
        byte[] secret = new byte[key.Algorithm.SharedSecretSize];
        key.Decapsulate(ciphertext, secret);
        return secret;
    }
}

public sealed class MLKem512KeyTests() : KemKeyContract(KemAlgorithm.MLKem512);

public sealed class MLKem768KeyTests() : KemKeyContract(KemAlgorithm.MLKem768);

public sealed class MLKem1024KeyTests() : KemKeyContract(KemAlgorithm.MLKem1024);

public sealed class XWingKeyTests() : KemKeyContract(KemAlgorithm.XWing);

public sealed class MLKem768P256KeyTests() : KemKeyContract(KemAlgorithm.MLKem768P256);

public sealed class MLKem1024P384KeyTests() : KemKeyContract(KemAlgorithm.MLKem1024P384);

public sealed class X25519MLKem768KeyTests() : KemKeyContract(KemAlgorithm.X25519MLKem768)
{
    // X25519 ignores its topmost bit (RFC 7748, section 5); TLS binds the shares by its transcript, not in the secret.
    protected override bool IsUnboundChange(byte[] original, byte[] changed) =>
        changed.AsSpan().SequenceEqual(Damage.Flip(original, original.Length - 1, 0x80));
}

public sealed class SecP256r1MLKem768KeyTests() : KemKeyContract(KemAlgorithm.SecP256r1MLKem768);

public sealed class SecP384r1MLKem1024KeyTests() : KemKeyContract(KemAlgorithm.SecP384r1MLKem1024);

public sealed class CompositeMLKem768Rsa2048KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem768Rsa2048);

public sealed class CompositeMLKem768Rsa3072KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem768Rsa3072);

public sealed class CompositeMLKem768Rsa4096KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem768Rsa4096);

public sealed class CompositeMLKem768X25519KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem768X25519);

public sealed class CompositeMLKem768P256KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem768P256);

public sealed class CompositeMLKem768P384KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem768P384);

public sealed class CompositeMLKem768BrainpoolP256r1KeyTests()
    : KemKeyContract(KemAlgorithm.CompositeMLKem768BrainpoolP256r1);

public sealed class CompositeMLKem1024Rsa3072KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem1024Rsa3072);

public sealed class CompositeMLKem1024P384KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem1024P384);

public sealed class CompositeMLKem1024BrainpoolP384r1KeyTests()
    : KemKeyContract(KemAlgorithm.CompositeMLKem1024BrainpoolP384r1);

public sealed class CompositeMLKem1024X448KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem1024X448);

public sealed class CompositeMLKem1024P521KeyTests() : KemKeyContract(KemAlgorithm.CompositeMLKem1024P521);
