using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Keys;

public sealed class HybridKeyExchangeTests
{
    [Theory]
    [InlineData("X25519", "ML-KEM-768", "X-Wing", "MLDSA65-Ed25519-SHA512")]
    [InlineData("x25519", "ml-kem-768", "X-Wing", "MLDSA65-Ed25519-SHA512")]
    [InlineData("P-256", "ML-KEM-768", "MLKEM768-P256", "MLDSA65-ECDSA-P256-SHA512")]
    [InlineData("P-384", "ML-KEM-1024", "MLKEM1024-P384", "MLDSA87-ECDSA-P384-SHA512")]
    [InlineData("P-384", "ML-KEM-768", "MLKEM768-ECDH-P384-SHA3-256", "MLDSA65-ECDSA-P384-SHA512")]
    [InlineData("X448", "ML-KEM-1024", "MLKEM1024-X448-SHA3-256", "MLDSA87-Ed448-SHAKE256")]
    [InlineData("RSA-3072", "ML-KEM-768", "MLKEM768-RSA3072-SHA3-256", "MLDSA65-RSA3072-PSS-SHA512")]
    public void Names_resolve_to_the_standards(string classical, string pqc, string kem, string signature)
    {
        HybridKeyExchange exchange = new(classical, pqc);
        Assert.Equal(kem, exchange.Kem.Name);
        Assert.Equal(signature, exchange.Signature.Name);
    }

    [Theory]
    [InlineData("X25519", "ML-KEM-512")]
    [InlineData("X448", "ML-KEM-768")]
    [InlineData("X25519", "Kyber768")]
    [InlineData("", "ML-KEM-768")]
    public void A_pair_without_a_standard_is_refused_with_the_list(string classical, string pqc)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new HybridKeyExchange(classical, pqc));
        Assert.Contains("X25519 with ML-KEM-768 (X-Wing), P-256 with ML-KEM-768", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CLASSICAL")]
    [InlineData("PQC_ONLY")]
    public void Another_mode_than_hybrid_is_refused(string mode)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new HybridKeyExchange(mode: mode));
        Assert.Contains("HYBRID", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wire_transfer_is_exchanged_and_signed()
    {
        byte[] wireTransferData = [.. "{1500}30P N{2000}000500000000"u8];
        using KemKey recipientKey = KemKeys.Generate(KemAlgorithm.XWing);
        using SignatureKey signingKey = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65Ed25519);

        HybridKeyExchange hybrid = new(classical: "X25519", pqc: "ML-KEM-768", mode: "HYBRID");
        (byte[] ciphertext, byte[] sharedSecret) = hybrid.Encapsulate(recipientKey.ExportEncapsulationKey());
        byte[] signature = hybrid.Sign(wireTransferData, signingKey, "Ed25519-ML-DSA-65");

        Assert.Equal(sharedSecret, hybrid.Decapsulate(recipientKey, ciphertext));
        Assert.True(hybrid.Verify(wireTransferData, signature, signingKey, "Ed25519-ML-DSA-65"));
        Assert.False(hybrid.Verify([.. wireTransferData, 0], signature, signingKey));
    }

    [Fact]
    public void Keys_and_algorithms_of_another_kind_are_refused()
    {
        HybridKeyExchange hybrid = new();
        using KemKey plain = KemKeys.Generate(KemAlgorithm.MLKem768);
        using KemKey right = KemKeys.Generate(KemAlgorithm.XWing);
        using SignatureKey ed = SignatureKeys.Generate(SignatureAlgorithm.Ed25519);
        Assert.Throws<ArgumentException>(() => hybrid.Decapsulate(plain, new byte[1120]));
        Assert.Throws<CryptographicException>(() => hybrid.Decapsulate(right, new byte[1119]));
        Assert.Throws<CryptographicException>(() => hybrid.Encapsulate(new byte[1184]));
        Assert.Throws<ArgumentException>(() => hybrid.Sign([1], ed));
        ArgumentException e = Assert.Throws<ArgumentException>(() => hybrid.Sign([1], ed, "Ed25519"));
        Assert.Contains("Ed25519-ML-DSA-65 (", e.Message, StringComparison.Ordinal);
    }
}
