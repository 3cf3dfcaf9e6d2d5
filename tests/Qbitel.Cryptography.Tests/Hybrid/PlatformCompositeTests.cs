#pragma warning disable SYSLIB5006 // the platform's composites are experimental: they are an oracle here, nothing more
using System.Security.Cryptography;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Hybrid;

/// <summary>
/// Composite signatures against the platform's own, where it has them (OpenSSL 3.5 and newer): keys and signatures both
/// ways.
/// </summary>
public sealed class PlatformCompositeTests
{
    public static TheoryData<string> Names => [.. CompositeScheme.All.Select(scheme => scheme.Algorithm.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Keys_and_signatures_are_the_platforms(string name)
    {
        var algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        CompositeMLDsaAlgorithm theirs =
            Known().Single(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        Assert.SkipUnless(
            CompositeMLDsa.IsSupported && CompositeMLDsa.IsAlgorithmSupported(theirs),
            "the platform has no "
                + $"{(CompositeMLDsa.IsSupported ? name : "composite ML-DSA: its OpenSSL is older than 3.5")}");

        using SignatureKey key = TestKeys.Signature(algorithm);
        using CompositeMLDsa imported = CompositeMLDsa.ImportCompositeMLDsaPrivateKey(theirs, key.ExportPrivateKey());
        Assert.Equal(key.ExportPublicKey(), imported.ExportCompositeMLDsaPublicKey());
        Assert.Equal(SubjectPublicKey.Of(key).Encode(), imported.ExportSubjectPublicKeyInfo());
        for (int i = 0; i < 20; i++)
        {
            byte[] data = RandomNumberGenerator.GetBytes(i * 17), context = RandomNumberGenerator.GetBytes(i * 13);
            Assert.True(imported.VerifyData(data, key.Sign(data, context), context));
            byte[] signature = imported.SignData(data, context);
            Assert.True(key.Verify(data, signature, context));
            signature[RandomNumberGenerator.GetInt32(signature.Length)] ^= 1;
            Assert.Equal(imported.VerifyData(data, signature, context), key.Verify(data, signature, context));
        }

        using CompositeMLDsa generated = CompositeMLDsa.GenerateKey(theirs);
        using SignatureKey again = SignatureKeys.ImportPrivate(algorithm, generated.ExportCompositeMLDsaPrivateKey());
        Assert.Equal(generated.ExportCompositeMLDsaPublicKey(), again.ExportPublicKey());
    }

    private static IEnumerable<CompositeMLDsaAlgorithm> Known() =>
        typeof(CompositeMLDsaAlgorithm).GetProperties()
            .Where(property => property.PropertyType == typeof(CompositeMLDsaAlgorithm))
            .Select(property => (CompositeMLDsaAlgorithm)property.GetValue(null)!);
}
