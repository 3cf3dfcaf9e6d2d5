using Qbitel.Cryptography.Hybrid;

namespace Qbitel.Cryptography.Tests;

/// <summary>
/// The tables against the numbers of the standards, written down a second time (FIPS 203 to 205, the hybrid drafts).
/// </summary>
public sealed class AlgorithmTableTests
{
    [Theory]
    [InlineData("ML-KEM-512", 800, 768, 32, 64, 1)]
    [InlineData("ML-KEM-768", 1184, 1088, 32, 64, 3)]
    [InlineData("ML-KEM-1024", 1568, 1568, 32, 64, 5)]
    [InlineData("X-Wing", 1184 + 32, 1088 + 32, 32, 32, 3)]
    [InlineData("MLKEM768-P256", 1184 + 65, 1088 + 65, 32, 32, 3)]
    [InlineData("MLKEM1024-P384", 1568 + 97, 1568 + 97, 32, 32, 5)]
    [InlineData("X25519MLKEM768", 1184 + 32, 1088 + 32, 64, 64 + 32, 3)]
    [InlineData("SecP256r1MLKEM768", 65 + 1184, 65 + 1088, 64, 32 + 64, 3)]
    [InlineData("SecP384r1MLKEM1024", 97 + 1568, 97 + 1568, 80, 48 + 64, 5)]
    [InlineData("MLKEM768-RSA2048-SHA3-256", 1184 + 270, 1088 + 256, 32, 64 + 1194, 3)]
    [InlineData("MLKEM768-RSA3072-SHA3-256", 1184 + 398, 1088 + 384, 32, 64 + 1770, 3)]
    [InlineData("MLKEM768-RSA4096-SHA3-256", 1184 + 526, 1088 + 512, 32, 64 + 2351, 3)]
    [InlineData("MLKEM768-X25519-SHA3-256", 1184 + 32, 1088 + 32, 32, 64 + 32, 3)]
    [InlineData("MLKEM768-ECDH-P256-SHA3-256", 1184 + 65, 1088 + 65, 32, 64 + 51, 3)]
    [InlineData("MLKEM768-ECDH-P384-SHA3-256", 1184 + 97, 1088 + 97, 32, 64 + 64, 3)]
    [InlineData("MLKEM768-ECDH-brainpoolP256r1-SHA3-256", 1184 + 65, 1088 + 65, 32, 64 + 52, 3)]
    [InlineData("MLKEM1024-RSA3072-SHA3-256", 1568 + 398, 1568 + 384, 32, 64 + 1770, 5)]
    [InlineData("MLKEM1024-ECDH-P384-SHA3-256", 1568 + 97, 1568 + 97, 32, 64 + 64, 5)]
    [InlineData("MLKEM1024-ECDH-brainpoolP384r1-SHA3-256", 1568 + 97, 1568 + 97, 32, 64 + 68, 5)]
    [InlineData("MLKEM1024-X448-SHA3-256", 1568 + 56, 1568 + 56, 32, 64 + 56, 5)]
    [InlineData("MLKEM1024-ECDH-P521-SHA3-256", 1568 + 133, 1568 + 133, 32, 64 + 82, 5)]
    public void Kem_sizes_are_those_of_the_standards(
        string name, int key, int ciphertext, int secret, int privateKey, int category)
    {
        KemAlgorithm algorithm = Assert.IsType<KemAlgorithm>(KeyAlgorithm.Parse(name));
        Assert.Equal((key, ciphertext, secret, privateKey, category),
            (algorithm.EncapsulationKeySize, algorithm.CiphertextSize, algorithm.SharedSecretSize,
                algorithm.PrivateKeySize, algorithm.SecurityCategory));
    }

    [Theory]
    [InlineData("Ed25519", 32, 64, 32, 0)]
    [InlineData("ECDSA-P256-SHA256", 65, 72, 51, 0)]
    [InlineData("ECDSA-P384-SHA384", 97, 104, 64, 0)]
    [InlineData("ML-DSA-44", 1312, 2420, 32, 2)]
    [InlineData("ML-DSA-65", 1952, 3309, 32, 3)]
    [InlineData("ML-DSA-87", 2592, 4627, 32, 5)]
    [InlineData("SLH-DSA-SHA2-128s", 32, 7856, 64, 1)]
    [InlineData("SLH-DSA-SHA2-128f", 32, 17088, 64, 1)]
    [InlineData("SLH-DSA-SHA2-192s", 48, 16224, 96, 3)]
    [InlineData("SLH-DSA-SHA2-192f", 48, 35664, 96, 3)]
    [InlineData("SLH-DSA-SHA2-256s", 64, 29792, 128, 5)]
    [InlineData("SLH-DSA-SHA2-256f", 64, 49856, 128, 5)]
    [InlineData("SLH-DSA-SHAKE-128s", 32, 7856, 64, 1)]
    [InlineData("SLH-DSA-SHAKE-128f", 32, 17088, 64, 1)]
    [InlineData("SLH-DSA-SHAKE-192s", 48, 16224, 96, 3)]
    [InlineData("SLH-DSA-SHAKE-192f", 48, 35664, 96, 3)]
    [InlineData("SLH-DSA-SHAKE-256s", 64, 29792, 128, 5)]
    [InlineData("SLH-DSA-SHAKE-256f", 64, 49856, 128, 5)]
    [InlineData("MLDSA44-Ed25519-SHA512", 1312 + 32, 2420 + 64, 32 + 32, 2)]
    [InlineData("MLDSA65-ECDSA-P256-SHA512", 1952 + 65, 3309 + 72, 32 + 51, 3)]
    [InlineData("MLDSA65-Ed25519-SHA512", 1952 + 32, 3309 + 64, 32 + 32, 3)]
    [InlineData("MLDSA87-ECDSA-P384-SHA512", 2592 + 97, 4627 + 104, 32 + 64, 5)]
    [InlineData("MLDSA44-RSA2048-PSS-SHA256", 1312 + 270, 2420 + 256, 32 + 1194, 2)]
    [InlineData("MLDSA44-RSA2048-PKCS15-SHA256", 1312 + 270, 2420 + 256, 32 + 1194, 2)]
    [InlineData("MLDSA44-ECDSA-P256-SHA256", 1312 + 65, 2420 + 72, 32 + 51, 2)]
    [InlineData("MLDSA65-RSA3072-PSS-SHA512", 1952 + 398, 3309 + 384, 32 + 1770, 3)]
    [InlineData("MLDSA65-RSA3072-PKCS15-SHA512", 1952 + 398, 3309 + 384, 32 + 1770, 3)]
    [InlineData("MLDSA65-RSA4096-PSS-SHA512", 1952 + 526, 3309 + 512, 32 + 2351, 3)]
    [InlineData("MLDSA65-RSA4096-PKCS15-SHA512", 1952 + 526, 3309 + 512, 32 + 2351, 3)]
    [InlineData("MLDSA65-ECDSA-P384-SHA512", 1952 + 97, 3309 + 104, 32 + 64, 3)]
    [InlineData("MLDSA65-ECDSA-brainpoolP256r1-SHA512", 1952 + 65, 3309 + 72, 32 + 52, 3)]
    [InlineData("MLDSA87-ECDSA-brainpoolP384r1-SHA512", 2592 + 97, 4627 + 104, 32 + 68, 5)]
    [InlineData("MLDSA87-Ed448-SHAKE256", 2592 + 57, 4627 + 114, 32 + 57, 5)]
    [InlineData("MLDSA87-RSA3072-PSS-SHA512", 2592 + 398, 4627 + 384, 32 + 1770, 5)]
    [InlineData("MLDSA87-RSA4096-PSS-SHA512", 2592 + 526, 4627 + 512, 32 + 2351, 5)]
    [InlineData("MLDSA87-ECDSA-P521-SHA512", 2592 + 133, 4627 + 139, 32 + 82, 5)]
    public void Signature_sizes_are_those_of_the_standards(
        string name, int key, int signature, int privateKey, int category)
    {
        SignatureAlgorithm algorithm = Assert.IsType<SignatureAlgorithm>(KeyAlgorithm.Parse(name));
        Assert.Equal((key, signature, privateKey, category),
            (algorithm.PublicKeySize, algorithm.SignatureSize, algorithm.PrivateKeySize, algorithm.SecurityCategory));
        Assert.Equal(category > 0 ? 255 : 0, algorithm.MaxContextSize);
    }

    [Fact]
    public void Every_name_alias_and_identifier_means_one_algorithm()
    {
        IEnumerable<string> names = KeyAlgorithm.All.SelectMany(a => a.Aliases.Append(a.Name))
            .Select(n => n.ToUpperInvariant());
        Assert.DoesNotContain(names.GroupBy(n => n, StringComparer.Ordinal), group => group.Count() > 1);
        Assert.DoesNotContain(
            KeyAlgorithm.All.Where(a => a.Oid is not null).GroupBy(a => a.Oid, StringComparer.Ordinal),
            group => group.Count() > 1);
        Assert.All(KeyAlgorithm.All, a => Assert.Same(a, KeyAlgorithm.Parse(a.Name)));
    }

    // What a draft says may change; each algorithm says which version of which document its bytes follow.
    [Fact]
    public void What_no_final_standard_says_names_its_draft_and_version() =>
        Assert.Equal(
            KeyAlgorithm.All.Where(a => HybridKemScheme.All.Any(s => s.Algorithm == a)
                || CompositeScheme.All.Any(s => s.Algorithm == a)),
            KeyAlgorithm.All.Where(a => a.Draft is not null && char.IsAsciiDigit(a.Draft[^1]) && a.Draft[^3] == '-'));

    [Theory]
    [InlineData("Ed25519-ML-DSA-65", "MLDSA65-Ed25519-SHA512")]
    [InlineData("X25519-ML-KEM-768", "X-Wing")]
    [InlineData("ml-kem-1024", "ML-KEM-1024")]
    public void Published_spellings_resolve_to_the_standards(string spelling, string name) =>
        Assert.Equal(name, KeyAlgorithm.Parse(spelling).Name);

    [Theory]
    [InlineData("")]
    [InlineData("Kyber768")]
    [InlineData("Dilithium3")]
    [InlineData("ML-KEM")]
    [InlineData(" ML-KEM-768")]
    public void Other_names_are_refused_not_guessed_at(string name)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => KeyAlgorithm.Parse(name));
        Assert.Contains("Known:", e.Message, StringComparison.Ordinal);
    }
}
