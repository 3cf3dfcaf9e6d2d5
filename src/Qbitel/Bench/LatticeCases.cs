using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Bench;

/// <summary>
/// ML-KEM and ML-DSA through .NET's own types: ours and the platform's are subclasses of the same ones, so that both
/// are
/// called alike.
/// </summary>
internal static class LatticeCases
{
    public const string Qbitel = "qbitel";
    public const string Platform = "dotnet";

    private static readonly MLKemAlgorithm[] Kems =
        [MLKemAlgorithm.MLKem512, MLKemAlgorithm.MLKem768, MLKemAlgorithm.MLKem1024];

    private static readonly MLDsaAlgorithm[] Signatures =
        [MLDsaAlgorithm.MLDsa44, MLDsaAlgorithm.MLDsa65, MLDsaAlgorithm.MLDsa87];

    public static IEnumerable<BenchCase> OfQbitel() =>
    [
        .. Kems.SelectMany(algorithm => Kem(Qbitel, algorithm.Name,
            () => ManagedMLKem.GenerateKey(algorithm),
            seed => ManagedMLKem.ImportPrivateSeed(algorithm, seed),
            key => ManagedMLKem.ImportEncapsulationKey(algorithm, key))),
        .. Signatures.SelectMany(algorithm => Signature(Qbitel, algorithm.Name,
            () => ManagedMLDsa.GenerateKey(algorithm),
            seed => ManagedMLDsa.ImportMLDsaPrivateSeed(algorithm, seed),
            key => ManagedMLDsa.ImportMLDsaPublicKey(algorithm, key))),
    ];

    /// <summary>None where the system's OpenSSL is older than 3.5.</summary>
    public static IEnumerable<BenchCase> OfPlatform() => !MLKem.IsSupported || !MLDsa.IsSupported ? [] :
    [
        .. Kems.SelectMany(algorithm => Kem(Platform, algorithm.Name,
            () => MLKem.GenerateKey(algorithm),
            seed => MLKem.ImportPrivateSeed(algorithm, seed),
            key => MLKem.ImportEncapsulationKey(algorithm, key))),
        .. Signatures.SelectMany(algorithm => Signature(Platform, algorithm.Name,
            () => MLDsa.GenerateKey(algorithm),
            seed => MLDsa.ImportMLDsaPrivateSeed(algorithm, seed),
            key => MLDsa.ImportMLDsaPublicKey(algorithm, key))),
    ];

    private static IEnumerable<BenchCase> Kem(string implementation, string name, Func<MLKem> generate,
        Func<byte[], MLKem> importSeed, Func<byte[], MLKem> importPublic)
    {
        yield return new(implementation, name, BenchCase.KeyGeneration, () => () => generate().Dispose());
        yield return new(implementation, name, BenchCase.Encapsulation, () =>
        {
            MLKem key = importPublic(generate().ExportEncapsulationKey());
            byte[] ciphertext = Ciphertext(key), secret = Secret(key);
            return () => key.Encapsulate(ciphertext, secret);
        });
        yield return new(implementation, name, BenchCase.Decapsulation, () =>
        {
            MLKem key = generate();
            byte[] ciphertext = Ciphertext(key), secret = Secret(key), recovered = Secret(key);
            key.Encapsulate(ciphertext, secret);
            return () =>
            {
                key.Decapsulate(ciphertext, recovered);
                BenchCase.Require(recovered.AsSpan().SequenceEqual(secret), "ML-KEM decapsulation");
            };
        });
        yield return new(implementation, name, BenchCase.Cold + BenchCase.Encapsulation, () =>
        {
            using MLKem pair = generate();
            byte[] encoded = pair.ExportEncapsulationKey(), ciphertext = Ciphertext(pair), secret = Secret(pair);
            return () =>
            {
                using MLKem key = importPublic(encoded);
                key.Encapsulate(ciphertext, secret);
            };
        });
        yield return new(implementation, name, BenchCase.Cold + BenchCase.Decapsulation, () =>
        {
            using MLKem pair = generate();
            byte[] seed = pair.ExportPrivateSeed(), ciphertext = Ciphertext(pair), secret = Secret(pair);
            byte[] recovered = Secret(pair);
            pair.Encapsulate(ciphertext, secret);
            return () =>
            {
                using MLKem key = importSeed(seed);
                key.Decapsulate(ciphertext, recovered);
                BenchCase.Require(recovered.AsSpan().SequenceEqual(secret), "ML-KEM decapsulation");
            };
        });
    }

    private static IEnumerable<BenchCase> Signature(string implementation, string name, Func<MLDsa> generate,
        Func<byte[], MLDsa> importSeed, Func<byte[], MLDsa> importPublic)
    {
        byte[] message = RandomNumberGenerator.GetBytes(BenchCase.MessageSize);
        yield return new(implementation, name, BenchCase.KeyGeneration, () => () => generate().Dispose());
        yield return new(implementation, name, BenchCase.Signature, () =>
        {
            MLDsa key = generate();
            byte[] signature = new byte[key.Algorithm.SignatureSizeInBytes];
            key.SignData(message, signature, default);
            BenchCase.Require(key.VerifyData(message, signature, default), "ML-DSA signature");
            return () => key.SignData(message, signature, default);
        });
        yield return new(implementation, name, BenchCase.Verification, () =>
        {
            using MLDsa pair = generate();
            MLDsa key = importPublic(pair.ExportMLDsaPublicKey());
            byte[] signature = pair.SignData(message);
            return () => BenchCase.Require(key.VerifyData(message, signature, default),
                "ML-DSA verification");
        });
        yield return new(implementation, name, BenchCase.Cold + BenchCase.Signature, () =>
        {
            using MLDsa pair = generate();
            byte[] seed = pair.ExportMLDsaPrivateSeed(), signature = new byte[pair.Algorithm.SignatureSizeInBytes];
            return () =>
            {
                using MLDsa key = importSeed(seed);
                key.SignData(message, signature, default);
            };
        });
        yield return new(implementation, name, BenchCase.Cold + BenchCase.Verification, () =>
        {
            using MLDsa pair = generate();
            byte[] encoded = pair.ExportMLDsaPublicKey(), signature = pair.SignData(message);
            return () =>
            {
                using MLDsa key = importPublic(encoded);
                BenchCase.Require(key.VerifyData(message, signature, default),
                    "ML-DSA verification");
            };
        });
    }

    private static byte[] Ciphertext(MLKem key) => new byte[key.Algorithm.CiphertextSizeInBytes];

    private static byte[] Secret(MLKem key) => new byte[key.Algorithm.SharedSecretSizeInBytes];
}
