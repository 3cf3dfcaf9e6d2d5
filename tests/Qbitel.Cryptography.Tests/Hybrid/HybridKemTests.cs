using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Hybrid;

public sealed class HybridKemTests(ITestOutputHelper output)
{
    public static TheoryData<string> Combined => [.. HybridKemScheme.All.Select(scheme => scheme.Algorithm.Name)];

    // The combiner sees every byte of its inputs, so a known half is never enough and no half can be exchanged.
    [Theory, MemberData(nameof(Combined))]
    public void Combine_changes_with_every_byte_of_every_input(string name)
    {
        HybridKemScheme scheme = SchemeOf(name);
        byte[][] inputs =
        [
            RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(scheme.Classical.SecretSize),
            RandomNumberGenerator.GetBytes(scheme.Classical.CiphertextSize),
            RandomNumberGenerator.GetBytes(scheme.Classical.PublicKeySize),
        ];
        HashSet<string> seen = [Combine(scheme, inputs)];

        // TLS hashes the shares with its transcript, so its secret is of the two secrets only.
        for (int i = 0; i < (scheme.IsConcatenation ? 2 : 4); i++)
        {
            for (int position = 0; position < inputs[i].Length; position++)
            {
                byte[][] changed = [.. inputs];
                changed[i] = Damage.Flip(inputs[i], position, 0x01);
                Assert.True(seen.Add(Combine(scheme, changed)), $"input {i}, byte {position}");
            }
        }
    }

    // Where two schemes share a label, by the standards that way, their private keys differ in kind: one seed, two
    // keys.
    [Fact]
    public void Schemes_of_one_label_differ_only_in_how_keys_are_made()
    {
        byte[][] inputs = [new byte[32], new byte[32], new byte[65], new byte[65]];
        IEnumerable<IGrouping<string, HybridKemScheme>> groups = HybridKemScheme.All
            .Where(scheme => !scheme.IsConcatenation)
            .GroupBy(scheme => Combine(scheme, inputs), StringComparer.Ordinal);
        Assert.Equal(12, groups.Count());
        Assert.All(groups, group => Assert.Single(group, scheme => scheme.Seeded is null));
    }

    [Fact]
    [Trait("Soak", "hybrid-every-byte")]
    public void XWing_decapsulates_to_another_secret_when_any_byte_of_the_ciphertext_changes()
    {
        using KemKey key = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] ciphertext = new byte[key.Algorithm.CiphertextSize], secret = new byte[32], other = new byte[32];
        key.Encapsulate(ciphertext, secret);

        // Every byte in a soak run; in the gate every fifth, and all of the X25519 half.
        int step = Soak.Times(gate: 5, soak: 1), changes = 0;
        for (int position = 0; position < ciphertext.Length; position += position < 1088 ? step : 1)
        {
            foreach (byte mask in (byte[])[0x01, 0x80])
            {
                key.Decapsulate(Damage.Flip(ciphertext, position, mask), other);
                Assert.NotEqual(secret, other);
                changes++;
            }
        }

        output.WriteLine($"{changes} changes to {ciphertext.Length} bytes, each with another secret");
    }

    [Theory, MemberData(nameof(Combined))]
    public void Neither_half_alone_gives_the_secret(string name)
    {
        HybridKemScheme scheme = SchemeOf(name);
        using KemKey first = TestKeys.Kem(scheme.Algorithm), second = TestKeys.Kem(scheme.Algorithm, 1);
        (byte[] firstSeed, ClassicalKemKey firstKey) = HalvesOf(scheme, first);
        (byte[] secondSeed, ClassicalKemKey secondKey) = HalvesOf(scheme, second);
        byte[] ciphertext = new byte[scheme.Algorithm.CiphertextSize];
        byte[] secret = new byte[scheme.Algorithm.SharedSecretSize];
        first.Encapsulate(ciphertext, secret);

        // A thief of one half pairs it with a half of his own.
        Assert.NotEqual(secret, DecapsulateWith(firstSeed, secondKey));
        Assert.NotEqual(secret, DecapsulateWith(secondSeed, firstKey));
        Assert.Equal(secret, DecapsulateWith(firstSeed, firstKey));

        byte[] DecapsulateWith(byte[] latticeSeed, ClassicalKemKey classical)
        {
            using var lattice = ManagedMLKem.ImportPrivateSeed(scheme.Lattice, latticeSeed);
            byte[] latticeSecret = new byte[32], classicalSecret = new byte[scheme.Classical.SecretSize];
            byte[] combined = new byte[secret.Length];
            scheme.Split(
                ciphertext, scheme.Classical.CiphertextSize,
                out ReadOnlySpan<byte> latticePart, out ReadOnlySpan<byte> classicalPart);
            lattice.Decapsulate(latticePart, latticeSecret);
            try
            {
                classical.Decapsulate(classicalPart, classicalSecret);
            }
            catch (CryptographicException)
            {
                return combined; // RSA refuses what is not for it
            }

            scheme.Combine(latticeSecret, classicalSecret, classicalPart, firstKey.PublicKey.Span, combined);
            return combined;
        }
    }

    // A half of a ciphertext or of a public key from elsewhere is refused or leads to another secret.
    [Theory, MemberData(nameof(Combined))]
    public void No_half_can_be_swapped_for_another(string name)
    {
        HybridKemScheme scheme = SchemeOf(name);
        using KemKey key = TestKeys.Kem(scheme.Algorithm), other = TestKeys.Kem(scheme.Algorithm, 1);
        (byte[] mine, byte[] secret) = Encapsulated(key);
        (byte[] second, byte[] _) = Encapsulated(key);
        foreach (byte[] mixed in Mixes(mine, second, scheme.Classical.CiphertextSize))
        {
            byte[] received = new byte[secret.Length];
            Damage.Refuses(() =>
            {
                key.Decapsulate(mixed, received);
                return null;
            });
            Assert.NotEqual(secret, received);
        }

        byte[] publicKey = key.ExportEncapsulationKey(), otherKey = other.ExportEncapsulationKey();
        foreach (byte[] mixed in Mixes(publicKey, otherKey, scheme.Classical.PublicKeySize))
        {
            using KemKey sender = KemKeys.ImportPublic(scheme.Algorithm, mixed);
            (byte[] ciphertext, byte[] sent) = Encapsulated(sender);
            byte[] received = new byte[sent.Length];
            Damage.Refuses(() =>
            {
                key.Decapsulate(ciphertext, received);
                return null;
            });
            Assert.NotEqual(sent, received);
        }

        IEnumerable<byte[]> Mixes(byte[] left, byte[] right, int classicalSize)
        {
            byte[] one = [.. left], two = [.. left];
            scheme.Split(one.AsSpan(), classicalSize, out Span<byte> lattice, out Span<byte> _);
            scheme.Split(right.AsSpan(), classicalSize, out Span<byte> otherLattice, out Span<byte> otherClassical);
            otherLattice.CopyTo(lattice);
            scheme.Split(two.AsSpan(), classicalSize, out Span<byte> _, out Span<byte> classical);
            otherClassical.CopyTo(classical);
            return [one, two];
        }
    }

    // draft-ietf-tls-ecdhe-mlkem, section 3: ML-KEM first, in shares and secret; with the curves the curve first.
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
    [InlineData("SecP256r1MLKEM768", "1.2.840.10045.3.1.7", "ML-KEM-768", 32)]
    [InlineData("SecP384r1MLKEM1024", "1.3.132.0.34", "ML-KEM-1024", 48)]
    public void The_groups_on_curves_are_the_layout_of_tls(string name, string oid, string lattice, int field)
    {
        var algorithm = (KemAlgorithm)KeyAlgorithm.Parse(name);
        MLKemAlgorithm plain = SchemeOf(name).Lattice;
        Assert.Equal(lattice, plain.Name);
        int point = 1 + (2 * field);
        using KemKey client = KemKeys.Generate(algorithm);
        byte[] share = client.ExportEncapsulationKey(), serverShare = new byte[algorithm.CiphertextSize];
        byte[] secret = new byte[field + 32], clientSecret = new byte[field + 32];

        // The server by its parts.
        using var recipient = ManagedMLKem.ImportEncapsulationKey(plain, share.AsSpan(point..));
        using var ephemeral = ECDiffieHellman.Create(ECCurve.CreateFromValue(oid));
        using var peer = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.CreateFromValue(oid),
            Q = new ECPoint { X = share[1..(1 + field)], Y = share[(1 + field)..point] },
        });
        NamedCurve.Encode(ephemeral.ExportParameters(includePrivateParameters: false).Q).CopyTo(serverShare, 0);
        ephemeral.DeriveRawSecretAgreement(peer.PublicKey).CopyTo(secret, 0);
        recipient.Encapsulate(serverShare.AsSpan(point..), secret.AsSpan(field..));

        client.Decapsulate(serverShare, clientSecret);
        Assert.Equal(secret, clientSecret);
    }

    [Theory]
    [InlineData("X-Wing")]
    [InlineData("X25519MLKEM768")]
    [InlineData("MLKEM768-X25519-SHA3-256")]
    [InlineData("MLKEM1024-X448-SHA3-256")]
    public void A_share_of_small_order_is_refused_and_leaves_nothing_behind(string name)
    {
        KemAlgorithm algorithm = SchemeOf(name).Algorithm;
        using KemKey key = KemKeys.Generate(algorithm);
        byte[] ciphertext = new byte[algorithm.CiphertextSize], secret = new byte[algorithm.SharedSecretSize];
        key.Encapsulate(ciphertext, secret);
        ciphertext.AsSpan(^SchemeOf(name).Classical.CiphertextSize..).Clear();
        Assert.Throws<CryptographicException>(() => key.Decapsulate(ciphertext, secret));
        Assert.All(secret, b => Assert.Equal(0, b));

        byte[] weak = key.ExportEncapsulationKey();
        weak.AsSpan(^SchemeOf(name).Classical.PublicKeySize..).Clear();
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
        using var expected = EcdhKey.ImportScalar(NamedCurve.P256, scalar);
        using IAgreementKey found = NominalGroup.P256.KeyFrom([.. new byte[32], .. order, .. ones, .. scalar]);
        Assert.Equal(expected.PublicKey.ToArray(), found.PublicKey.ToArray());
        Assert.Throws<CryptographicException>(() => NominalGroup.P256.KeyFrom([.. ones, .. ones, .. ones, .. ones]));
        Assert.Throws<CryptographicException>(() => NominalGroup.P384.KeyFrom(new byte[48]));
    }

    private static HybridKemScheme SchemeOf(string name) =>
        HybridKemScheme.All.Single(scheme => scheme.Algorithm.Name == name);

    private static (byte[] Seed, ClassicalKemKey Classical) HalvesOf(HybridKemScheme scheme, KemKey key)
    {
        byte[] privateKey = key.ExportPrivateKey();
        int seedSize = scheme.Lattice.PrivateSeedSizeInBytes;
        if (scheme.Seeded is { } group)
        {
            byte[] seeds = Shake256.HashData(privateKey, seedSize + group.SeedSize);
            return (seeds[..seedSize], new AgreementKemKey(group, group.KeyFrom(seeds.AsSpan(seedSize..))));
        }

        scheme.Split(
            privateKey, privateKey.Length - seedSize, out ReadOnlySpan<byte> seed, out ReadOnlySpan<byte> encoded);
        return (seed.ToArray(), scheme.Classical.ImportPrivate(encoded));
    }

    private static (byte[] Ciphertext, byte[] Secret) Encapsulated(KemKey key)
    {
        byte[] ciphertext = new byte[key.Algorithm.CiphertextSize], secret = new byte[key.Algorithm.SharedSecretSize];
        key.Encapsulate(ciphertext, secret);
        return (ciphertext, secret);
    }

    private static string Combine(HybridKemScheme scheme, byte[][] inputs)
    {
        byte[] secret = new byte[scheme.Algorithm.SharedSecretSize];
        scheme.Combine(inputs[0], inputs[1], inputs[2], inputs[3], secret);
        return Convert.ToHexString(secret);
    }
}
