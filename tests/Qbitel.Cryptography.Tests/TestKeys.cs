using System.Collections.Concurrent;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests;

/// <summary>Keys for tests: fresh, but for RSA, whose few keys are made once and imported again for each
/// test.</summary>
internal static class TestKeys
{
    private static readonly ConcurrentDictionary<(KeyAlgorithm, int), Lazy<byte[]>> Made = new();

    public static SignatureKey Signature(SignatureAlgorithm algorithm, int number = 0) =>
        algorithm.IsPrivateKeySizeFixed
        ? SignatureKeys.Generate(algorithm)
        : SignatureKeys.ImportPrivate(algorithm,
        Once(algorithm, number, () => SignatureKeys.Generate(algorithm).ExportPrivateKey()));

    public static KemKey Kem(KemAlgorithm algorithm, int number = 0) => algorithm.IsPrivateKeySizeFixed
        ? KemKeys.Generate(algorithm)
        : KemKeys.ImportPrivate(algorithm,
        Once(algorithm, number, () => KemKeys.Generate(algorithm).ExportPrivateKey()));

    private static byte[] Once(KeyAlgorithm algorithm, int number, Func<byte[]> make) =>
        Made.GetOrAdd((algorithm, number), _ => new Lazy<byte[]>(make)).Value;
}
