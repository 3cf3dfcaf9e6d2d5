using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Hybrid;

public sealed class HybridKemTests
{
    public static TheoryData<string> Combined => [.. HybridKemScheme.All.Select(scheme => scheme.Algorithm.Name)];

    // The combiner sees every byte of its inputs, so a known half is never enough and no half can be exchanged.
    [Theory, MemberData(nameof(Combined))]
    public void Combine_changes_with_every_byte_of_every_input(string name)
    {
        HybridKemScheme scheme = SchemeOf(name);
        bool tls = scheme.Algorithm == KemAlgorithm.X25519MLKem768;
        byte[][] inputs =
        [
            RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(scheme.Group.SecretSize),
            RandomNumberGenerator.GetBytes(scheme.Group.ElementSize),
            RandomNumberGenerator.GetBytes(scheme.Group.ElementSize),
        ];
        HashSet<string> seen = [Combine(scheme, inputs)];

        // TLS hashes the shares with its transcript, so its secret is of the two secrets only.
        for (int i = 0; i < (tls ? 2 : 4); i++)
        {
            for (int position = 0; position < inputs[i].Length; position++)
            {
                byte[][] changed = [.. inputs];
                changed[i] = Damage.Flip(inputs[i], position, 0x01);
                Assert.True(seen.Add(Combine(scheme, changed)), $"input {i}, byte {position}");
            }
        }
    }

    [Fact]
    public void Schemes_do_not_share_secrets()
    {
        byte[][] inputs = [new byte[32], new byte[32], new byte[65], new byte[65]];
        IEnumerable<HybridKemScheme> labelled =
            HybridKemScheme.All.Where(scheme => scheme.Algorithm != KemAlgorithm.X25519MLKem768);
        Assert.Equal(3, labelled.Select(scheme => Combine(scheme, inputs)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    [Trait("Soak", "hybrid-every-byte")]
    public void XWing_decapsulates_to_another_secret_when_any_byte_of_the_ciphertext_changes()
    {
        using KemKey key = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] ciphertext = new byte[key.Algorithm.CiphertextSize], secret = new byte[32], other = new byte[32];
        key.Encapsulate(ciphertext, secret);

        // Every byte in a soak run; in the gate every fifth, and all of the X25519 half.
        int step = Soak.Times(gate: 5, soak: 1);
        for (int position = 0; position < ciphertext.Length; position += position < 1088 ? step : 1)
        {
            foreach (byte mask in (byte[])[0x01, 0x80])
            {
                key.Decapsulate(Damage.Flip(ciphertext, position, mask), other);
                Assert.NotEqual(secret, other);
            }
        }
    }

    [Theory, MemberData(nameof(Combined))]
    public void Neither_half_alone_gives_the_secret(string name)
    {
        HybridKemScheme scheme = SchemeOf(name);
        using KemKey first = KemKeys.Generate(scheme.Algorithm), second = KemKeys.Generate(scheme.Algorithm);
        int split = scheme.Lattice.PrivateSeedSizeInBytes;
        byte[] firstSeeds = new byte[scheme.SeedsSize], secondSeeds = new byte[scheme.SeedsSize];
        scheme.Expand(first.ExportPrivateKey(), firstSeeds);
        scheme.Expand(second.ExportPrivateKey(), secondSeeds);
        byte[] ciphertext = new byte[scheme.Algorithm.CiphertextSize];
        byte[] secret = new byte[scheme.Algorithm.SharedSecretSize];
        first.Encapsulate(ciphertext, secret);

        // A thief of one half pairs it with a half of his own.
        Assert.NotEqual(secret, DecapsulateWith(firstSeeds[..split], secondSeeds[split..]));
        Assert.NotEqual(secret, DecapsulateWith(secondSeeds[..split], firstSeeds[split..]));
        Assert.Equal(secret, DecapsulateWith(firstSeeds[..split], firstSeeds[split..]));

        byte[] DecapsulateWith(byte[] latticeSeed, byte[] groupSeed)
        {
            using var lattice = ManagedMLKem.ImportPrivateSeed(scheme.Lattice, latticeSeed);
            using IAgreementKey group = scheme.Group.KeyFrom(groupSeed);
            byte[] latticeSecret = new byte[32], groupSecret = new byte[scheme.Group.SecretSize];
            byte[] combined = new byte[secret.Length];
            Span<byte> groupPart = ciphertext.AsSpan(scheme.Lattice.CiphertextSizeInBytes..);
            lattice.Decapsulate(ciphertext.AsSpan(..scheme.Lattice.CiphertextSizeInBytes), latticeSecret);
            group.DeriveSecret(groupPart, groupSecret);
            byte[] ownKey = first.ExportEncapsulationKey()[scheme.Lattice.EncapsulationKeySizeInBytes..];
            scheme.Combine(latticeSecret, groupSecret, groupPart, ownKey, combined);
            return combined;
        }
    }

    // draft-ietf-tls-ecdhe-mlkem, section 3: ML-KEM first, in shares and secret.
    [Fact]
    public void X25519MLKem768_is_the_layout_of_tls()
    {
        using KemKey client = KemKeys.Generate(KemAlgorithm.X25519MLKem768);
        byte[] share = client.ExportEncapsulationKey(), serverShare = new byte[1120];
        byte[] secret = new byte[64], clientSecret = new byte[64];

        // The server by its parts.
        using var lattice = ManagedMLKem.ImportEncapsulationKey(MLKemAlgorithm.MLKem768, share.AsSpan(..1184));
        using var ephemeral = X25519Key.Generate();
        lattice.Encapsulate(serverShare.AsSpan(..1088), secret.AsSpan(..32));
        ephemeral.PublicKey.Span.CopyTo(serverShare.AsSpan(1088));
        ephemeral.DeriveSecret(share.AsSpan(1184), secret.AsSpan(32));

        client.Decapsulate(serverShare, clientSecret);
        Assert.Equal(secret, clientSecret);
    }

    [Theory]
    [InlineData("X-Wing")]
    [InlineData("X25519MLKEM768")]
    public void A_share_of_small_order_is_refused_and_leaves_nothing_behind(string name)
    {
        KemAlgorithm algorithm = SchemeOf(name).Algorithm;
        using KemKey key = KemKeys.Generate(algorithm);
        byte[] ciphertext = new byte[algorithm.CiphertextSize], secret = new byte[algorithm.SharedSecretSize];
        key.Encapsulate(ciphertext, secret);
        ciphertext.AsSpan(^32..).Clear();
        Assert.Throws<CryptographicException>(() => key.Decapsulate(ciphertext, secret));
        Assert.All(secret, b => Assert.Equal(0, b));

        byte[] weak = key.ExportEncapsulationKey();
        weak.AsSpan(^32..).Clear();
        using KemKey recipient = KemKeys.ImportPublic(algorithm, weak);
        secret.AsSpan().Fill(0xAA);
        ciphertext.AsSpan().Fill(0xAA);
        Assert.Throws<CryptographicException>(() => recipient.Encapsulate(ciphertext, secret));
        Assert.All(secret, b => Assert.Equal(0, b));
        Assert.All(ciphertext, b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData("MLKEM768-P256")]
    [InlineData("MLKEM1024-P384")]
    public void A_point_off_the_curve_is_refused(string name)
    {
        KemAlgorithm algorithm = SchemeOf(name).Algorithm;
        using KemKey key = KemKeys.Generate(algorithm);
        byte[] publicKey = key.ExportEncapsulationKey();
        byte[] ciphertext = new byte[algorithm.CiphertextSize], secret = new byte[32];
        Assert.Throws<CryptographicException>(
            () => KemKeys.ImportPublic(algorithm, Damage.Flip(publicKey, publicKey.Length - 1, 1)));
        key.Encapsulate(ciphertext, secret);
        Assert.Throws<CryptographicException>(
            () => key.Decapsulate(Damage.Flip(ciphertext, ciphertext.Length - 1, 1), secret));
        Assert.All(secret, b => Assert.Equal(0, b));
    }

    // The first candidates are zero, the order and all ones; the fourth is a scalar.
    [Fact]
    public void KeyFrom_takes_the_first_candidate_that_is_a_scalar()
    {
        byte[] order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        byte[] scalar = [.. new byte[31], 7], ones = [.. Enumerable.Repeat((byte)0xFF, 32)];
        using var expected = EcdhKey.ImportPrivate(NamedCurve.P256, scalar);
        using IAgreementKey found = NominalGroup.P256.KeyFrom([.. new byte[32], .. order, .. ones, .. scalar]);
        Assert.Equal(expected.PublicKey.ToArray(), found.PublicKey.ToArray());
        Assert.Throws<CryptographicException>(() => NominalGroup.P256.KeyFrom([.. ones, .. ones, .. ones, .. ones]));
        Assert.Throws<CryptographicException>(() => NominalGroup.P384.KeyFrom(new byte[48]));
    }

    private static HybridKemScheme SchemeOf(string name) =>
        HybridKemScheme.All.Single(scheme => scheme.Algorithm.Name == name);

    private static string Combine(HybridKemScheme scheme, byte[][] inputs)
    {
        byte[] secret = new byte[scheme.Algorithm.SharedSecretSize];
        scheme.Combine(inputs[0], inputs[1], inputs[2], inputs[3], secret);
        return Convert.ToHexString(secret);
    }
}
