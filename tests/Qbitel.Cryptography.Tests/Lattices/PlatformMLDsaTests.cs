using System.Security.Cryptography;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>The contract, held by the platform's own implementation where it has one (OpenSSL 3.5 and newer).</summary>
public sealed class PlatformMLDsaTests : MLDsaContract
{
    public PlatformMLDsaTests() =>
        Assert.SkipUnless(MLDsa.IsSupported, "the platform has no ML-DSA: its OpenSSL is older than 3.5");

    protected override MLDsa Generate(MLDsaAlgorithm algorithm) => MLDsa.GenerateKey(algorithm);

    protected override MLDsa ImportSeed(MLDsaAlgorithm algorithm, byte[] seed) =>
        MLDsa.ImportMLDsaPrivateSeed(algorithm, seed);

    protected override MLDsa ImportPublicKey(MLDsaAlgorithm algorithm, byte[] key) =>
        MLDsa.ImportMLDsaPublicKey(algorithm, key);

    protected override MLDsa ImportPrivateKey(MLDsaAlgorithm algorithm, byte[] key) =>
        MLDsa.ImportMLDsaPrivateKey(algorithm, key);

    protected override MLDsa ImportSubjectPublicKeyInfo(byte[] key) => MLDsa.ImportSubjectPublicKeyInfo(key);

    protected override MLDsa ImportPkcs8(byte[] key) => MLDsa.ImportPkcs8PrivateKey(key);

    protected override MLDsa ImportPem(string pem) => MLDsa.ImportFromPem(pem);
}
