using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Bench;

/// <summary>Everything else of Qbitel's: hybrids, composites, hash-based signatures, and the classical halves
/// alone.</summary>
internal static class KeyCases
{
    public const string X25519 = "X25519";

    private static readonly KemAlgorithm[] Plain =
        [KemAlgorithm.MLKem512, KemAlgorithm.MLKem768, KemAlgorithm.MLKem1024];

    private static readonly SignatureAlgorithm[] PlainSignatures =
        [SignatureAlgorithm.MLDsa44, SignatureAlgorithm.MLDsa65, SignatureAlgorithm.MLDsa87];

    public static IEnumerable<BenchCase> All() =>
    [
        .. KemAlgorithm.All.Except(Plain).Where(IsMeasured).SelectMany(Kem),
        .. Agreement(),
        .. SignatureAlgorithm.All.Except(PlainSignatures).Where(IsMeasured).SelectMany(Signature),
    ];

    // An RSA half takes up to a second to make, which is the platform's doing, and would be most of the run.
    private static bool IsMeasured(KeyAlgorithm algorithm) => algorithm.IsPrivateKeySizeFixed;

    private static IEnumerable<BenchCase> Kem(KemAlgorithm algorithm)
    {
        yield return new(LatticeCases.Qbitel, algorithm.Name, BenchCase.KeyGeneration,
            () => () => KemKeys.Generate(algorithm).Dispose());
        yield return new(LatticeCases.Qbitel, algorithm.Name, BenchCase.Encapsulation, () =>
        {
            using KemKey pair = KemKeys.Generate(algorithm);
            KemKey key = KemKeys.ImportPublic(algorithm, pair.ExportEncapsulationKey());
            byte[] ciphertext = new byte[algorithm.CiphertextSize], secret = new byte[algorithm.SharedSecretSize];
            return () => key.Encapsulate(ciphertext, secret);
        });
        yield return new(LatticeCases.Qbitel, algorithm.Name, BenchCase.Decapsulation, () =>
        {
            KemKey key = KemKeys.Generate(algorithm);
            byte[] ciphertext = new byte[algorithm.CiphertextSize], secret = new byte[algorithm.SharedSecretSize];
            byte[] recovered = new byte[algorithm.SharedSecretSize];
            key.Encapsulate(ciphertext, secret);
            return () =>
            {
                key.Decapsulate(ciphertext, recovered);
                BenchCase.Require(recovered.AsSpan().SequenceEqual(secret), "decapsulation");
            };
        });
    }

    private static IEnumerable<BenchCase> Agreement()
    {
        yield return new(LatticeCases.Qbitel, X25519, BenchCase.KeyGeneration,
            () => () => X25519Key.Generate().Dispose());
        yield return new(LatticeCases.Qbitel, X25519, BenchCase.Agreement, () =>
        {
            X25519Key key = X25519Key.Generate();
            using X25519Key peer = X25519Key.Generate();
            byte[] peerPublicKey = peer.PublicKey.ToArray(), secret = new byte[X25519Key.Size];
            return () => key.DeriveSecret(peerPublicKey, secret);
        });
    }

    private static IEnumerable<BenchCase> Signature(SignatureAlgorithm algorithm)
    {
        byte[] message = RandomNumberGenerator.GetBytes(BenchCase.MessageSize);
        yield return new(LatticeCases.Qbitel, algorithm.Name, BenchCase.KeyGeneration,
            () => () => SignatureKeys.Generate(algorithm).Dispose());
        yield return new(LatticeCases.Qbitel, algorithm.Name, BenchCase.Signature, () =>
        {
            SignatureKey key = SignatureKeys.Generate(algorithm);
            BenchCase.Require(key.Verify(message, key.Sign(message)), "signature");
            return () => key.Sign(message);
        });
        yield return new(LatticeCases.Qbitel, algorithm.Name, BenchCase.Verification, () =>
        {
            using SignatureKey pair = SignatureKeys.Generate(algorithm);
            SignatureKey key = SignatureKeys.ImportPublic(algorithm, pair.ExportPublicKey());
            byte[] signature = pair.Sign(message);
            return () => BenchCase.Require(key.Verify(message, signature), "verification");
        });
    }
}
