using Qbitel.Cryptography;

namespace Qbitel.Bench;

/// <summary>How much of a hybrid's time X25519 takes: what is left when the lattice costs nothing.</summary>
internal static class HybridShares
{
    // An encapsulation makes an ephemeral key and agrees once; a decapsulation agrees once.
    private static readonly (string Operation, string[] Classical)[] Parts =
    [
        (BenchCase.KeyGeneration, [BenchCase.KeyGeneration]),
        (BenchCase.Encapsulation, [BenchCase.KeyGeneration, BenchCase.Agreement]),
        (BenchCase.Decapsulation, [BenchCase.Agreement]),
    ];

    public static HybridShare[] Of(IReadOnlyList<PqcFigure> figures, string path) =>
    [
        .. from algorithm in new[] { KemAlgorithm.X25519MLKem768.Name, KemAlgorithm.XWing.Name }
           from part in Parts
           let whole = Median(figures, path, algorithm, part.Operation)
           let classical = part.Classical.Select(operation => Median(figures, path, KeyCases.X25519, operation))
               .ToArray()
           where whole is not null && classical.All(median => median is not null)
           select new HybridShare(algorithm, part.Operation, whole.Value, classical.Sum(median => median!.Value)),
    ];

    private static double? Median(IReadOnlyList<PqcFigure> figures, string path, string algorithm, string operation) =>
        figures.FirstOrDefault(figure => figure.Path == path && figure.Algorithm == algorithm
            && figure.Operation == operation)?.Microseconds.Median;
}
