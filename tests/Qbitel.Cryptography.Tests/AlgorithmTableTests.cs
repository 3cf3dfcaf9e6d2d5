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
