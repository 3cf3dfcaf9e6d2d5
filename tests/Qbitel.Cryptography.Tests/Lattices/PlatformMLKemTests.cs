using System.Security.Cryptography;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>The contract, held by the platform's own implementation where it has one (OpenSSL 3.5 and newer).</summary>
public sealed class PlatformMLKemTests : MLKemContract
{
    public PlatformMLKemTests() =>
        Assert.SkipUnless(MLKem.IsSupported, "the platform has no ML-KEM: its OpenSSL is older than 3.5");

    protected override MLKem Generate(MLKemAlgorithm algorithm) => MLKem.GenerateKey(algorithm);

    protected override MLKem ImportSeed(MLKemAlgorithm algorithm, byte[] seed) =>
        MLKem.ImportPrivateSeed(algorithm, seed);

    protected override MLKem ImportEncapsulationKey(MLKemAlgorithm algorithm, byte[] key) =>
        MLKem.ImportEncapsulationKey(algorithm, key);

    protected override MLKem ImportDecapsulationKey(MLKemAlgorithm algorithm, byte[] key) =>
        MLKem.ImportDecapsulationKey(algorithm, key);

    protected override MLKem ImportSubjectPublicKeyInfo(byte[] key) => MLKem.ImportSubjectPublicKeyInfo(key);

    protected override MLKem ImportPkcs8(byte[] key) => MLKem.ImportPkcs8PrivateKey(key);

    protected override MLKem ImportPem(string pem) => MLKem.ImportFromPem(pem);
}
