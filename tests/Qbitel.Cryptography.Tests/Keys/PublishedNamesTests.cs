using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Keys;

public sealed class PublishedNamesTests
{
    [Fact]
    public void MLKem768_is_the_platforms_type_and_works_on_every_platform()
    {
        using MLKem key = MLKem768.GenerateKey();
        using MLKem sender = MLKem768.ImportEncapsulationKey(key.ExportEncapsulationKey());
        sender.Encapsulate(out byte[] ciphertext, out byte[] secret);
        Assert.Equal(secret, key.Decapsulate(ciphertext));
        using MLKem again = MLKem768.ImportPrivateSeed(key.ExportPrivateSeed());
        Assert.Equal(secret, again.Decapsulate(ciphertext));
        Assert.Same(MLKemAlgorithm.MLKem768, key.Algorithm);
    }

    [Fact]
    public void MLDsa65_is_the_platforms_type_and_works_on_every_platform()
    {
        using MLDsa key = MLDsa65.GenerateKey();
        byte[] data = [1, 2, 3], signature = key.SignData(data);
        using MLDsa verifier = MLDsa65.ImportPublicKey(key.ExportMLDsaPublicKey());
        Assert.True(verifier.VerifyData(data, signature));
        using MLDsa again = MLDsa65.ImportPrivateSeed(key.ExportMLDsaPrivateSeed());
        Assert.Equal(key.ExportMLDsaPublicKey(), again.ExportMLDsaPublicKey());
        Assert.Same(MLDsaAlgorithm.MLDsa65, key.Algorithm);
    }

    [Fact]
    public async Task LocalSigner_signs_with_the_key_it_was_given()
    {
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65Ed25519);
        LocalSigner signer = new(key);
        byte[] signature = await signer.SignAsync(
            new byte[] { 1, 2 }, new byte[] { 3 }, TestContext.Current.CancellationToken);
        using SignatureKey verifier = SignatureKeys.ImportPublic(signer.Algorithm, signer.PublicKey.Span);
        Assert.True(verifier.Verify([1, 2], signature, [3]));
        Assert.Throws<ArgumentException>(() => new LocalSigner(verifier));
        CancellationToken canceled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await signer.SignAsync(default, default, canceled));
    }
}
