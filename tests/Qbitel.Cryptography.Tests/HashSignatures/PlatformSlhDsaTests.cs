using System.Security.Cryptography;

namespace Qbitel.Cryptography.Tests.HashSignatures;

/// <summary>The contract, held by the platform's own implementation where it has one (OpenSSL 3.5 and newer).</summary>
public sealed class PlatformSlhDsaTests : SlhDsaContract
{
    public PlatformSlhDsaTests() =>
        Assert.SkipUnless(SlhDsa.IsSupported, "the platform has no SLH-DSA: its OpenSSL is older than 3.5");

    protected override SlhDsa Generate(SlhDsaAlgorithm algorithm) => SlhDsa.GenerateKey(algorithm);

    protected override SlhDsa ImportPublicKey(SlhDsaAlgorithm algorithm, byte[] key) =>
        SlhDsa.ImportSlhDsaPublicKey(algorithm, key);

    protected override SlhDsa ImportPrivateKey(SlhDsaAlgorithm algorithm, byte[] key) =>
        SlhDsa.ImportSlhDsaPrivateKey(algorithm, key);

    protected override SlhDsa ImportSubjectPublicKeyInfo(byte[] key) => SlhDsa.ImportSubjectPublicKeyInfo(key);

    protected override SlhDsa ImportPkcs8(byte[] key) => SlhDsa.ImportPkcs8PrivateKey(key);

    protected override SlhDsa ImportPem(string pem) => SlhDsa.ImportFromPem(pem);
}
