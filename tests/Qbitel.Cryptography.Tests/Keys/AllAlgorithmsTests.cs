using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Keys;

/// <summary>What must hold between any two algorithms of the tables.</summary>
public sealed class AllAlgorithmsTests
{
    private static readonly byte[] Message = [.. "pacs.008"u8];

    // Also where sizes happen to agree: a key of one algorithm never verifies for another.
    [Fact]
    public void A_signature_verifies_under_its_own_algorithm_only()
    {
        (SignatureAlgorithm Algorithm, byte[] PublicKey, byte[] Signature)[] made =
        [
            .. SignatureAlgorithm.All.Select(algorithm =>
            {
                using SignatureKey key = TestKeys.Signature(algorithm);
                return (algorithm, key.ExportPublicKey(), key.Sign(Message));
            }),
        ];
        foreach ((SignatureAlgorithm algorithm, byte[] publicKey, byte[] signature) in made)
        {
            foreach (SignatureAlgorithm other in SignatureAlgorithm.All)
            {
                bool accepted = false;
                bool refused = Damage.Refuses(() =>
                {
                    SignatureKey key = SignatureKeys.ImportPublic(other, publicKey);
                    accepted = key.Verify(Message, signature);
                    return key;
                });
                Assert.Equal(other == algorithm, accepted && !refused);
            }
        }
    }

    [Fact]
    public void A_ciphertext_opens_under_its_own_algorithm_only()
    {
        foreach (KemAlgorithm algorithm in KemAlgorithm.All)
        {
            using KemKey key = TestKeys.Kem(algorithm);
            byte[] privateKey = key.ExportPrivateKey();
            byte[] ciphertext = new byte[algorithm.CiphertextSize], secret = new byte[algorithm.SharedSecretSize];
            key.Encapsulate(ciphertext, secret);
            foreach (KemAlgorithm other in KemAlgorithm.All.Where(other => other != algorithm
                && other.CiphertextSize == algorithm.CiphertextSize
                && other.SharedSecretSize == algorithm.SharedSecretSize))
            {
                byte[] received = new byte[other.SharedSecretSize];
                Damage.Refuses(() =>
                {
                    KemKey wrong = KemKeys.ImportPrivate(other, privateKey);
                    wrong.Decapsulate(ciphertext, received);
                    return wrong;
                });
                Assert.NotEqual(secret, received);
            }
        }
    }

    [Fact]
    public void Every_identifier_leads_back_to_its_algorithm()
    {
        foreach (KeyAlgorithm algorithm in KeyAlgorithm.All.Where(a => a is not CipherAlgorithm && a.Oid is not null))
        {
            int size = algorithm is KemAlgorithm kem ? kem.EncapsulationKeySize
                : ((SignatureAlgorithm)algorithm).PublicKeySize;
            byte[] encoded = new SubjectPublicKey(algorithm, RandomNumberGenerator.GetBytes(size)).Encode();
            Assert.Same(algorithm, SubjectPublicKey.Decode(encoded).Algorithm);
        }
    }

    // Any length but the right ones is refused in one documented way, for every algorithm and both halves.
    [Fact]
    public void Wrong_lengths_are_refused_for_every_algorithm()
    {
        foreach (int size in (int[])[0, 1, 31, 33, 63, 65, 1183, 1217, 4096, 10_000])
        {
            byte[] bytes = RandomNumberGenerator.GetBytes(size);
            foreach (SignatureAlgorithm algorithm in SignatureAlgorithm.All)
            {
                Assert.True(size == algorithm.PublicKeySize
                    || Damage.Refuses(() => SignatureKeys.ImportPublic(algorithm, bytes)), $"{algorithm} {size}");
                Assert.True(size == algorithm.PrivateKeySize
                    || Damage.Refuses(() => SignatureKeys.ImportPrivate(algorithm, bytes)), $"{algorithm} {size}");
            }

            foreach (KemAlgorithm algorithm in KemAlgorithm.All)
            {
                Assert.True(size == algorithm.EncapsulationKeySize
                    || Damage.Refuses(() => KemKeys.ImportPublic(algorithm, bytes)), $"{algorithm} {size}");
                Assert.True(size == algorithm.PrivateKeySize
                    || Damage.Refuses(() => KemKeys.ImportPrivate(algorithm, bytes)), $"{algorithm} {size}");
            }
        }
    }

    // The base class clears what any implementation had written when it failed.
    [Fact]
    public void A_failure_half_way_leaves_the_outputs_zero()
    {
        using HalfWayKey key = new();
        byte[] ciphertext = new byte[1088], secret = new byte[32];
        Assert.Throws<CryptographicException>(() => key.Encapsulate(ciphertext, secret));
        Assert.All(ciphertext, b => Assert.Equal(0, b));
        Assert.All(secret, b => Assert.Equal(0, b));
        Assert.Throws<CryptographicException>(() => key.Decapsulate(ciphertext, secret));
        Assert.All(secret, b => Assert.Equal(0, b));
    }

    private sealed class HalfWayKey() : KemKey(KemAlgorithm.MLKem768, hasPrivateKey: true)
    {
        protected override void EncapsulateCore(Span<byte> ciphertext, Span<byte> sharedSecret)
        {
            ciphertext.Fill(1);
            sharedSecret.Fill(2);
            throw new CryptographicException("the generator failed");
        }

        protected override void DecapsulateCore(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
        {
            sharedSecret.Fill(3);
            throw new CryptographicException("the half failed");
        }

        protected override byte[] ExportEncapsulationKeyCore() => [];

        protected override byte[] ExportPrivateKeyCore() => [];

        protected override void Dispose(bool disposing)
        {
        }
    }
}
