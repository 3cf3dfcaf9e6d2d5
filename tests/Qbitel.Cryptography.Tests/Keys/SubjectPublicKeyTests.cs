using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Keys;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Keys;

public sealed class SubjectPublicKeyTests
{
    // RFC 8410, section 10.1.
    private const string Rfc8410 = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

    [Fact]
    public void Decode_reads_the_example_of_the_rfc_and_Encode_writes_it()
    {
        byte[] encoded = Convert.FromBase64String(Rfc8410);
        SubjectPublicKey key = SubjectPublicKey.Decode(encoded);
        Assert.Same(SignatureAlgorithm.Ed25519, key.Algorithm);
        Assert.Equal("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1",
            Convert.ToHexStringLower(key.Key.Span));
        Assert.Equal(encoded, key.Encode());
    }

    [Theory]
    [InlineData("rfc9881-mldsa/ML-DSA-44.pub", "ML-DSA-44")]
    [InlineData("rfc9881-mldsa/ML-DSA-65.pub", "ML-DSA-65")]
    [InlineData("rfc9881-mldsa/ML-DSA-87.pub", "ML-DSA-87")]
    [InlineData("rfc9935-mlkem/ML-KEM-512.pub", "ML-KEM-512")]
    [InlineData("rfc9935-mlkem/ML-KEM-768.pub", "ML-KEM-768")]
    [InlineData("rfc9935-mlkem/ML-KEM-1024.pub", "ML-KEM-1024")]
    public void Decode_reads_the_public_keys_of_the_rfcs(string file, string name)
    {
        string pem = File.ReadAllText(SharedFiles.Path($"vectors/pqc/{file}"));
        byte[] encoded = Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        SubjectPublicKey key = SubjectPublicKey.Decode(encoded);
        Assert.Equal(name, key.Algorithm.Name);
        Assert.Equal(encoded, key.Encode());
    }

    [Fact]
    public void The_platform_reads_what_Encode_writes_for_ecdsa()
    {
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        using var platform = ECDsa.Create();
        platform.ImportSubjectPublicKeyInfo(SubjectPublicKey.Of(key).Encode(), out _);
        Assert.Equal(platform.ExportSubjectPublicKeyInfo(), SubjectPublicKey.Of(key).Encode());
    }

    [Fact]
    public void Decode_refuses_an_unknown_algorithm_by_name()
    {
        using var rsa = RSA.Create(1024);
        CryptographicException e = Assert.Throws<CryptographicException>(
            () => SubjectPublicKey.Decode(rsa.ExportSubjectPublicKeyInfo()));
        Assert.NotNull(e.Message);
        using var p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        e = Assert.Throws<CryptographicException>(() => SubjectPublicKey.Decode(p521.ExportSubjectPublicKeyInfo()));
        Assert.Contains("1.3.132.0.35", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_takes_no_identifier_for_another()
    {
        byte[] encoded = Convert.FromBase64String(Rfc8410);

        // X25519 is the identifier next to Ed25519's; an ECDSA signature identifier is no key identifier; parameters
        // are not ours to ignore.
        Assert.Throws<CryptographicException>(() => SubjectPublicKey.Decode(Damage.Flip(encoded, 8, 0x70 ^ 0x6E)));
        Assert.Throws<CryptographicException>(
            () => SubjectPublicKey.Decode([0x30, 0x2C, 0x30, 0x07, .. encoded[4..9], 0x05, 0x00, .. encoded[9..]]));
        Assert.Throws<CryptographicException>(() => SubjectPublicKey.Decode([.. encoded, 0]));
        Assert.Throws<CryptographicException>(() => SubjectPublicKey.Decode([0x30, 0x80, .. encoded[2..], 0, 0]));
    }

    [Fact]
    public void A_key_of_the_wrong_length_or_kind_is_refused()
    {
        Assert.Throws<CryptographicException>(() => new SubjectPublicKey(SignatureAlgorithm.Ed25519, new byte[31]));
        Assert.Throws<ArgumentException>(() => new SubjectPublicKey(CipherAlgorithm.Aes256Gcm, new byte[32]));
        Assert.Throws<ArgumentException>(() => new SubjectPublicKey(KemAlgorithm.X25519MLKem768, new byte[1216]));
    }

    [Fact]
    [Trait("Soak", "fuzz-public-keys")]
    public void Any_bytes_end_in_a_key_or_a_refusal()
    {
        byte[][] valid = [.. SignatureAlgorithm.All.Where(algorithm => algorithm.PublicKeySize < 200)
            .Select(algorithm => SubjectPublicKey.Of(SignatureKeys.Generate(algorithm)).Encode())];
        Config config = Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(300, 100_000));
        Prop.ForAll<byte[], int, byte>((bytes, position, mask) =>
        {
            Check(bytes);
            foreach (byte[] key in valid)
                Check(Damage.Flip(key, (int)(Math.Abs((long)position) % key.Length), (byte)(mask | 1)));
        }).Check(config);

        static void Check(byte[] bytes)
        {
            if (SubjectPublicKey.TryDecode(bytes, out SubjectPublicKey? key)) Assert.Equal(bytes, key.Encode());
        }
    }

    [Fact]
    [Trait("Soak", "fuzz-keys")]
    public void Any_key_bytes_end_in_a_key_or_a_refusal()
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(30, 5_000));
        Prop.ForAll<byte[], int>((seed, choice) =>
        {
            foreach (SignatureAlgorithm algorithm in SignatureAlgorithm.All)
            {
                Damage.Refuses(() => SignatureKeys.ImportPrivate(algorithm, Stretch(seed, algorithm.PrivateKeySize)));
                Damage.Refuses(() => SignatureKeys.ImportPublic(algorithm, Stretch(seed, algorithm.PublicKeySize)));
                Assert.True(seed.Length == algorithm.PublicKeySize
                    || Damage.Refuses(() => SignatureKeys.ImportPublic(algorithm, seed)));
            }

            KemAlgorithm kem = KemAlgorithm.All[(int)(Math.Abs((long)choice) % KemAlgorithm.All.Count)];
            Damage.Refuses(() => KemKeys.ImportPrivate(kem, Stretch(seed, kem.PrivateKeySize)));
            Damage.Refuses(() => KemKeys.ImportPublic(kem, Stretch(seed, kem.EncapsulationKeySize)));
        }).Check(config);

        static byte[] Stretch(byte[] seed, int size)
        {
            byte[] stretched = new byte[size];
            for (int i = 0; i < size && seed.Length > 0; i++) stretched[i] = seed[i % seed.Length];
            return stretched;
        }
    }
}
