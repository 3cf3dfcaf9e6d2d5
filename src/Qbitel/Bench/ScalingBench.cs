using System.Diagnostics;
using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Bench;

/// <summary>The calls that take many at once, against the same work one by one on one thread.</summary>
/// <remarks>By the clock on the wall: it is what the batch is for, and it counts what other programs take.</remarks>
internal static class ScalingBench
{
    private const int Batch = 256;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(500);

    private static readonly MLKemAlgorithm[] Kems =
        [MLKemAlgorithm.MLKem512, MLKemAlgorithm.MLKem768, MLKemAlgorithm.MLKem1024];

    private static readonly MLDsaAlgorithm[] Signatures =
        [MLDsaAlgorithm.MLDsa44, MLDsaAlgorithm.MLDsa65, MLDsaAlgorithm.MLDsa87];

    public static IReadOnlyList<ScalingFigure> Run(Func<string, bool> isWanted, TimeProvider time) =>
    [
        .. Kems.Where(algorithm => isWanted(algorithm.Name)).SelectMany(algorithm => Encapsulating(algorithm, time)),
        .. Signatures.Where(algorithm => isWanted(algorithm.Name)).SelectMany(algorithm => Signing(algorithm, time)),
    ];

    private static IEnumerable<ScalingFigure> Encapsulating(MLKemAlgorithm algorithm, TimeProvider time)
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(algorithm);
        MLKem[] recipients = [.. Enumerable.Repeat<MLKem>(key, Batch)];
        int size = algorithm.CiphertextSizeInBytes, secretSize = algorithm.SharedSecretSizeInBytes;
        byte[] ciphertexts = new byte[Batch * size], secrets = new byte[Batch * secretSize];
        byte[] recovered = new byte[Batch * secretSize];

        yield return Pair(algorithm.Name, BenchCase.Encapsulation, time,
            i => key.Encapsulate(ciphertexts.AsSpan(i * size, size), secrets.AsSpan(i * secretSize, secretSize)),
            () => ManagedMLKem.EncapsulateMany(recipients, ciphertexts, secrets));
        yield return Pair(algorithm.Name, BenchCase.Decapsulation, time,
            i => key.Decapsulate(ciphertexts.AsSpan(i * size, size), recovered.AsSpan(i * secretSize, secretSize)),
            () => key.DecapsulateMany(ciphertexts, recovered));
        BenchCase.Require(recovered.AsSpan().SequenceEqual(secrets), "decapsulation of a batch");
    }

    private static IEnumerable<ScalingFigure> Signing(MLDsaAlgorithm algorithm, TimeProvider time)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(algorithm);
        ReadOnlyMemory<byte>[] messages =
            [.. Enumerable.Range(0, Batch).Select(_ =>
                (ReadOnlyMemory<byte>)RandomNumberGenerator.GetBytes(BenchCase.MessageSize))];
        int size = algorithm.SignatureSizeInBytes;
        byte[] signatures = new byte[Batch * size];
        bool[] answers = new bool[Batch];

        yield return Pair(algorithm.Name, BenchCase.Signature, time,
            i => key.SignData(messages[i].Span, signatures.AsSpan(i * size, size), default),
            () => SignatureBatch.SignMany(key, messages, signatures));
        yield return Pair(algorithm.Name, BenchCase.Verification, time,
            i => answers[i] = key.VerifyData(messages[i].Span, signatures.AsSpan(i * size, size), default),
            () => SignatureBatch.VerifyMany(key, messages, signatures, answers));
        BenchCase.Require(answers.All(answer => answer), "verification of a batch");
    }

    private static ScalingFigure Pair(string algorithm, string operation, TimeProvider time, Action<int> one,
        Action many)
    {
        (double alone, _) = Rate(() => { for (int i = 0; i < Batch; i++) one(i); }, time);
        (double together, double processors) = Rate(many, time);
        return new(algorithm, operation, Environment.ProcessorCount, together, processors, together / alone);
    }

    private static (double PerSecond, double Processors) Rate(Action batch, TimeProvider time)
    {
        for (long warm = time.GetTimestamp(); time.GetElapsedTime(warm) < WarmUp;) batch();

        using Process self = Process.GetCurrentProcess();
        TimeSpan processor = self.TotalProcessorTime;
        long start = time.GetTimestamp(), batches = 0;
        for (; time.GetElapsedTime(start) < Duration; batches++) batch();
        TimeSpan elapsed = time.GetElapsedTime(start);
        self.Refresh();
        return (batches * Batch / elapsed.TotalSeconds, (self.TotalProcessorTime - processor) / elapsed);
    }
}
